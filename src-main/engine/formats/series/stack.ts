import type { DicomImage } from '@engine/formats/dicom/dicom-image'
import type { VolumeContent } from '@engine/formats/format'
import { planVolumes, type PlannedVolume } from '@engine/formats/series/plan'
import type { Slice } from '@engine/formats/series/slice'
import type { Volume, Voxels } from '@engine/geometry/volume'

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
export function assembleVolume(plan: PlannedVolume, images: ReadonlyMap<string, DicomImage>): Volume {
  const parts = plan.slices.map((slice) => ({ slice, image: images.get(slice.image.path)! }))
  const { image } = parts[0]
  return {
    voxels: joinedVoxels(parts),
    size: [parts[0].slice.columns, parts[0].slice.rows, parts.length],
    samples: image.pixels.samples,
    affine: plan.affine,
    spacingMm: plan.spacingMm,
    oriented: plan.oriented,
    patientOrientation: image.header.patientOrientation,
    atDetector: plan.atDetector,
    frameOfReference: image.header.frameOfReferenceUid,
    unit: image.unit,
    photometric: image.photometric,
    bitsStored: image.pixels.bitsStored,
    window: image.window
  }
}

interface Part {
  readonly slice: Slice
  readonly image: DicomImage
}

function joinedVoxels(parts: readonly Part[]): Voxels {
  const [{ image, slice }] = parts
  const whole = parts.every(
    (part, index) => part.image === image && part.slice.frame === index && part.slice.tile === null
  )
  if (whole && parts.length === image.pixels.frames) return image.values
  const length = slice.rows * slice.columns * image.pixels.samples
  const sameType = parts.every((part) => part.image.values.constructor === image.values.constructor)
  const type = (sameType ? image.values.constructor : Float32Array) as new (length: number) => Voxels
  const joined = new type(length * parts.length)
  parts.forEach((part, index) => copySlice(part, joined, index * length))
  return joined
}

/** Copies one frame, or one tile of a mosaic row by row. */
function copySlice({ slice, image }: Part, target: Voxels, offset: number): void {
  const { rows, columns, samples } = image.pixels
  if (slice.tile === null) {
    const length = rows * columns * samples
    target.set(image.values.subarray(slice.frame * length, (slice.frame + 1) * length), offset)
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
