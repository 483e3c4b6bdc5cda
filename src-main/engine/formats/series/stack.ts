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
    size: [image.pixels.columns, image.pixels.rows, parts.length],
    samples: image.pixels.samples,
    affine: plan.affine,
    spacingMm: plan.spacingMm,
    oriented: plan.oriented,
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
  const { image } = parts[0]
  const frameLength = image.values.length / image.pixels.frames
  const wholeFile =
    parts.length === image.pixels.frames &&
    parts.every((part, index) => part.image === image && part.slice.frame === index)
  if (wholeFile) return image.values
  const sameType = parts.every((part) => part.image.values.constructor === image.values.constructor)
  const type = (sameType ? image.values.constructor : Float32Array) as new (length: number) => Voxels
  const joined = new type(frameLength * parts.length)
  parts.forEach((part, index) => {
    const start = part.slice.frame * frameLength
    joined.set(part.image.values.subarray(start, start + frameLength), index * frameLength)
  })
  return joined
}
