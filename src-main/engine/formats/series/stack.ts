import type { DicomImage } from '@engine/formats/dicom/dicom-image'
import { colouredBy } from '@engine/formats/dicom/palette'
import type { VolumeContent } from '@engine/formats/format'
import { planVolumes, type PlannedVolume } from '@engine/formats/series/plan'
import type { Slice } from '@engine/formats/series/slice'
import type { Volume, Voxels } from '@engine/geometry/volume'
import type { Uptake } from '@shared/uptake'

/** Decoded DICOM files of one series as volumes. */
export function stackVolumes(images: readonly DicomImage[]): VolumeContent[] {
  const byPath = new Map(images.map((image) => [image.path, image]))
  return planVolumes(images).map((plan) => ({
    volume: assembleVolume(plan, byPath),
    label: plan.label,
    warnings: plan.warnings
  }))
}

/** The voxels of a planned volume; `images` must hold every file the plan names. */
function assembleVolume(plan: PlannedVolume, images: ReadonlyMap<string, DicomImage>): Volume {
  const growing = new GrowingVolume(plan)
  for (const path of growing.paths) growing.put(images.get(path)!)
  return growing.finished()
}

type VoxelType = new (length: number) => Voxels

interface Place {
  readonly slice: Slice
  /** Index of the slice in the volume. */
  readonly index: number
}

/** A planned volume that is filled file by file in any order, so that no more than one file is held beside it. */
export class GrowingVolume {
  /** Files the volume is made of, each once. */
  readonly paths: readonly string[]
  private readonly places = new Map<string, Place[]>()
  private voxels: Voxels | null = null
  private first: DicomImage | null = null
  private uptake: Uptake | null = null

  constructor(private readonly plan: PlannedVolume) {
    plan.slices.forEach((slice, index) => {
      const there = this.places.get(slice.image.path)
      if (there === undefined) this.places.set(slice.image.path, [{ slice, index }])
      else there.push({ slice, index })
    })
    this.paths = [...this.places.keys()]
  }

  /** Frames of a file that the volume needs; undefined: all of them, as they follow. */
  framesOf(path: string): readonly number[] | undefined {
    const places = this.places.get(path)!
    const [{ slice }] = places
    const frames = [...new Set(places.map((place) => place.slice.frame))]
    const natural = frames.length === slice.image.pixels.frames && frames.every((frame, index) => frame === index)
    return natural ? undefined : frames
  }

  /** Copies the slices of one decoded file to their places; true when the file's own values became the volume. */
  put(given: DicomImage): boolean {
    const image = inColours(given)
    const places = this.places.get(image.path)!
    this.uptake = ofBoth(this.uptake, image.uptake)
    if (image.path === this.plan.slices[0].image.path) this.first = { ...image, values: image.values.subarray(0, 0) }
    if (this.isWhole(image, places)) {
      this.voxels = image.values
      return true
    }
    const target = this.room(image.values.constructor as VoxelType)
    for (const { slice, index } of places) copySlice({ slice, image }, target, index * this.sliceLength())
    return false
  }

  /** The volume, once every file was put. */
  finished(): Volume {
    const { plan } = this
    const { columns, rows } = plan.slices[0]
    const image = this.first!
    return {
      voxels: this.voxels!,
      size: [columns, rows, plan.slices.length],
      samples: image.pixels.samples,
      affine: plan.affine,
      spacingMm: plan.spacingMm,
      oriented: plan.oriented,
      patientOrientation: image.header.patientOrientation,
      atDetector: plan.atDetector,
      frameOfReference: image.header.frameOfReferenceUid,
      sources: plan.slices.map((slice) => ({ sopInstanceUid: slice.image.header.sopInstanceUid, frame: slice.frame })),
      unit: image.unit,
      ...(this.uptake === null ? {} : { uptake: this.uptake }),
      photometric: image.photometric,
      bitsStored: image.pixels.bitsStored,
      window: image.window
    }
  }

  /** The values of the only file are the voxels when all of its frames are used as they follow. */
  private isWhole(image: DicomImage, places: readonly Place[]): boolean {
    const { slices } = this.plan
    if (image.held !== null || places.length !== slices.length || image.pixels.frames !== slices.length) return false
    return slices.every((slice, index) => slice.frame === index && slice.tile === null)
  }

  /** Voxels of the given type; where files differ in type all become float32, which holds every 16-bit value. */
  private room(type: VoxelType): Voxels {
    if (this.voxels === null) this.voxels = new type(this.sliceLength() * this.plan.slices.length)
    else if (!(this.voxels instanceof Float32Array) && this.voxels.constructor !== type)
      this.voxels = new Float32Array(this.voxels)
    return this.voxels
  }

  private sliceLength(): number {
    const [{ rows, columns, image }] = this.plan.slices
    return rows * columns * (image.coloured ? 3 : image.pixels.samples)
  }
}

/** Of a series all of whose files have to agree. */
function ofBoth(one: Uptake | null, other: Uptake | null): Uptake | null {
  if (one === null || other === null || 'reason' in one) return one ?? other
  if ('reason' in other || Math.abs(other.factor - one.factor) <= 1e-6 * one.factor)
    return 'reason' in other ? other : one
  return { reason: 'The slices of the series do not agree on weight, dose or times.' }
}

/** A picture of palette numbers as the colours they stand for; every other image as it is. */
function inColours(image: DicomImage): DicomImage {
  if (image.palette === null) return image
  const pixels = { ...image.pixels, samples: 3 as const, bitsStored: 8 }
  return { ...image, palette: null, pixels, values: colouredBy(image.palette, image.values), unit: 'colour' }
}

interface Part {
  readonly slice: Slice
  readonly image: DicomImage
}

/** Copies one frame, or one tile of a mosaic row by row. */
function copySlice({ slice, image }: Part, target: Voxels, offset: number): void {
  const { rows, columns, samples } = image.pixels
  if (slice.tile === null) {
    const length = rows * columns * samples
    const at = image.held?.indexOf(slice.frame) ?? slice.frame
    target.set(image.values.subarray(at * length, (at + 1) * length), offset)
    return
  }
  const perRow = columns / slice.columns
  const left = (slice.tile % perRow) * slice.columns
  const top = Math.floor(slice.tile / perRow) * slice.rows
  for (let row = 0; row < slice.rows; row++) {
    const start = ((top + row) * columns + left) * samples
    const line = image.values.subarray(start, start + slice.columns * samples)
    target.set(line, offset + row * slice.columns * samples)
  }
}
