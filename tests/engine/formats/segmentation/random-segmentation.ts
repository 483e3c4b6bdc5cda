import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import {
  plainWords,
  type Segment,
  type Segmentation,
  type SegmentPlane
} from '@engine/formats/segmentation/segmentation'
import { affineFromColumns, axisColumn, scaled, spacingOf, unit, type Vector } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'
import { randomStream } from '@engine/tensor/random'

export interface RandomChoice {
  readonly seed: number
  /** `[columns, rows, slices]`. */
  readonly size: readonly [number, number, number]
  readonly spacingMm: readonly [number, number, number]
  readonly segments: number
  readonly fractional?: boolean
  /** Rotation about each axis, degrees. */
  readonly turn: readonly [number, number, number]
  /** The third axis runs against the normal. */
  readonly mirrored: boolean
}

/** An image, its headers as if read from files, and segments on it; the same choice gives the same. */
export function randomSegmentation(choice: RandomChoice): {
  readonly image: Volume
  readonly sources: SourceInstance[]
  readonly segmentation: Segmentation
} {
  const affine = turnedAffine(choice)
  const instances = Array.from({ length: choice.size[2] }, (_, k) => `2.25.${choice.seed}${100 + k}`)
  const image: Volume = {
    voxels: new Uint8Array(choice.size[0] * choice.size[1] * choice.size[2]),
    size: choice.size,
    samples: 1,
    affine,
    spacingMm: spacingOf(affine),
    oriented: true,
    frameOfReference: '2.25.77',
    sources: instances.map((sopInstanceUid) => ({ sopInstanceUid, frame: 0 })),
    unit: 'HU',
    photometric: 'MONOCHROME2',
    bitsStored: 16,
    window: null
  }
  return {
    image,
    sources: instances.map((uid, k) => sourceOf(uid, image, k)),
    segmentation: { size: choice.size, affine, segments: randomSegments(choice) }
  }
}

function turnedAffine({ turn, spacingMm, mirrored, seed }: RandomChoice): Affine {
  const [a, b, c] = turn.map((degrees) => (degrees * Math.PI) / 180)
  const rotate = ([x, y, z]: Vector): Vector => {
    const [y1, z1] = [y * Math.cos(a) - z * Math.sin(a), y * Math.sin(a) + z * Math.cos(a)]
    const [x2, z2] = [x * Math.cos(b) + z1 * Math.sin(b), -x * Math.sin(b) + z1 * Math.cos(b)]
    return [x2 * Math.cos(c) - y1 * Math.sin(c), x2 * Math.sin(c) + y1 * Math.cos(c), z2]
  }
  const axes = (
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, mirrored ? -1 : 1]
    ] as Vector[]
  ).map((axis, index) => scaled(rotate(axis), spacingMm[index]))
  return affineFromColumns([axes[0], axes[1], axes[2]], [-80.5 + (seed % 7), 33.25, 17 - (seed % 5)])
}

/** Scattered voxels, blocks and whole slices; some slices and some segments stay empty. */
function randomSegments({ seed, size, segments, fractional }: RandomChoice): Segment[] {
  const stream = randomStream(seed)
  const random = (): number => stream.uniform()
  const [columns, rows, slices] = size
  return Array.from({ length: segments }, (_, index) => {
    const planes = new Map<number, SegmentPlane>()
    for (let k = 0; k < slices; k++) {
      if (random() < 0.4) continue
      const density = random() < 0.1 ? 1 : random() * 0.5
      const values = Array.from({ length: columns * rows }, () =>
        random() < density ? (fractional === true ? Math.round(random() * 255) / 255 : 1) : 0
      )
      if (values.some((value) => value > 0)) {
        planes.set(k, fractional === true ? Float32Array.from(values) : Uint8Array.from(values))
      }
    }
    return { ...plainWords(index + 1, ['Liver', 'Left lung', 'Nodule', 'Größe µ'][index % 4]), planes }
  })
}

function sourceOf(uid: string, image: Volume, k: number): SourceInstance {
  const [u, v] = [0, 1].map((axis) => axisColumn(image.affine, axis))
  const position = [0, 1, 2].map((row) => image.affine[row * 4 + 3] + k * image.affine[row * 4 + 2])
  return {
    path: '',
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: uid,
    studyUid: '2.25.5',
    seriesUid: '2.25.6',
    frameOfReferenceUid: image.frameOfReference,
    positionReference: '',
    modality: 'CT',
    laterality: '',
    patientOrientation: [],
    rows: image.size[1],
    columns: image.size[0],
    frames: 1,
    geometry: [
      {
        plane: {
          position: position as unknown as Vector,
          rowDirection: unit(u),
          columnDirection: unit(v)
        },
        pixelSpacingMm: [image.spacingMm![1], image.spacingMm![0]],
        atDetector: false,
        sliceStepMm: image.spacingMm![2],
        stack: ''
      }
    ],
    lossy: null,
    burnedIn: '',
    rescale: { slope: 1, intercept: 0, type: 'HU' },
    identity: {
      PatientName: 'Phantom^One',
      PatientID: 'P1',
      PatientBirthDate: '',
      PatientSex: '',
      StudyDate: '20260101',
      StudyTime: '',
      ReferringPhysicianName: '',
      StudyID: '',
      AccessionNumber: ''
    }
  }
}
