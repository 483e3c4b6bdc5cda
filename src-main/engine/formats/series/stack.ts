import type { VolumeContent } from '@engine/formats/format'
import { runsWithoutGaps, stepsOf, timePoints } from '@engine/formats/series/order'
import { compatibleGroups, slicesOf, type Slice } from '@engine/formats/series/slice'
import type { DicomImage } from '@engine/formats/dicom/dicom-image'
import { dot, identityAffine, lengthOf, scaled, spacingOf, subtract, type Vector } from '@engine/geometry/affine'
import { affineFromPlane, planeNormal } from '@engine/geometry/dicom-plane'
import type { Affine, Volume, Voxels } from '@engine/geometry/volume'

/**
 * DICOM files as volumes: slices sorted by position, time points split, unequal slices kept apart, every irregularity said.
 * Several volumes come out when size, orientation, spacing, stack, place or time differ.
 */
export function stackVolumes(images: readonly DicomImage[]): VolumeContent[] {
  const groups = compatibleGroups(slicesOf(images))
  const placed = groups.filter((group) => group[0].geometry.plane !== null).length
  const parts = groups.flatMap((group) => partsOf(group))
  const several =
    placed > 1 ? [`The slices differ in size, orientation or spacing and are shown as ${placed} volumes.`] : []
  return parts.map((part, index) => ({
    volume: part.volume,
    label: parts.length === 1 ? '' : part.label === '' ? `part ${index + 1} of ${parts.length}` : part.label,
    warnings: [...several, ...part.warnings]
  }))
}

/** Volumes of one group of compatible slices. */
function partsOf(group: readonly Slice[]): VolumeContent[] {
  const { plane } = group[0].geometry
  if (plane === null) return [pictureVolume(group)]
  const normal = planeNormal(plane)
  const times = timePoints(group, normal)
  return times.flatMap((stack, time) => {
    const runs = runsWithoutGaps(stack, normal)
    return runs.map((run, index) => {
      const volume = volumeOf(run, placedAffine(run, normal))
      const labels = [
        times.length > 1 ? `time ${time + 1} of ${times.length}` : '',
        runs.length > 1 ? `slab ${index + 1} of ${runs.length}` : ''
      ]
      const gap = runs.length > 1 ? ['Slices are missing; the series is shown in separate slabs.'] : []
      return { volume, label: labels.filter(Boolean).join(', '), warnings: [...gap, ...irregularities(run, normal)] }
    })
  })
}

/** Frames that are not placed in the patient: one picture, or a sequence of pictures. */
function pictureVolume(group: readonly Slice[]): VolumeContent {
  const { pixelSpacingMm, sliceStepMm, atDetector } = group[0].geometry
  const affine: Affine =
    pixelSpacingMm === null
      ? identityAffine
      : [pixelSpacingMm[1], 0, 0, 0, 0, pixelSpacingMm[0], 0, 0, 0, 0, sliceStepMm ?? 1, 0, 0, 0, 0, 1]
  const volume = volumeOf(group, affine)
  const warnings: string[] = []
  if (group.length > 1) warnings.push('The frames are not placed in the patient; they are shown as a sequence.')
  if (atDetector) warnings.push('Millimetres are measured at the detector: structures in the patient are smaller.')
  return {
    volume: { ...volume, oriented: false, atDetector, spacingMm: pixelSpacingMm === null ? null : spacingOf(affine) },
    label: '',
    warnings
  }
}

/** Affine of a sorted run: its step is the mean vector between neighbours, so that a tilted gantry gives a sheared, true grid. */
function placedAffine(run: readonly Slice[], normal: Vector): { affine: Affine; known: boolean } {
  const first = run[0].geometry
  const spacing = first.pixelSpacingMm ?? [1, 1]
  const last = run[run.length - 1].geometry
  const plane = first.plane!
  const step =
    run.length > 1
      ? scaled(subtract(last.plane!.position, plane.position), 1 / (run.length - 1))
      : scaled(normal, first.sliceStepMm ?? 1)
  return { affine: affineFromPlane(plane, spacing, step), known: first.pixelSpacingMm !== null }
}

function volumeOf(run: readonly Slice[], geometry: Affine | { affine: Affine; known: boolean }): Volume {
  const { image } = run[0]
  const { affine, known } = 'affine' in geometry ? geometry : { affine: geometry, known: true }
  return {
    voxels: joinedVoxels(run),
    size: [image.pixels.columns, image.pixels.rows, run.length],
    samples: image.pixels.samples,
    affine,
    spacingMm: known ? spacingOf(affine) : null,
    oriented: true,
    frameOfReference: image.header.frameOfReferenceUid,
    unit: image.unit,
    photometric: image.photometric,
    bitsStored: image.pixels.bitsStored,
    window: image.window
  }
}

function joinedVoxels(run: readonly Slice[]): Voxels {
  const { image } = run[0]
  const frameLength = image.values.length / image.pixels.frames
  const wholeFile =
    run.length === image.pixels.frames && run.every((slice, index) => slice.image === image && slice.frame === index)
  if (wholeFile) return image.values
  const sameType = run.every((slice) => slice.image.values.constructor === image.values.constructor)
  const type = (sameType ? image.values.constructor : Float32Array) as new (length: number) => Voxels
  const joined = new type(frameLength * run.length)
  run.forEach((slice, index) => {
    const start = slice.frame * frameLength
    joined.set(slice.image.values.subarray(start, start + frameLength), index * frameLength)
  })
  return joined
}

/** Steps may vary by this share of their mean. */
const stepTolerance = 0.01

function irregularities(run: readonly Slice[], normal: Vector): string[] {
  const warnings: string[] = []
  if (run[0].geometry.pixelSpacingMm === null)
    warnings.push('The file states no usable pixel spacing; lengths are in pixels.')
  if (run.length < 2) return warnings
  const steps = stepsOf(run, normal)
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
  const [low, high] = [Math.min(...steps), Math.max(...steps)]
  if (high - low > stepTolerance * mean) {
    warnings.push(
      `The distance between slices varies from ${low.toFixed(2)} to ${high.toFixed(2)} mm; positions in mm are approximate.`
    )
  }
  const travel = subtract(run[run.length - 1].geometry.plane!.position, run[0].geometry.plane!.position)
  const cosine = dot(travel, normal) / lengthOf(travel)
  const degrees = (Math.acos(Math.min(1, cosine)) * 180) / Math.PI
  if (degrees > 0.5)
    warnings.push(`The slices are stacked at a tilt of ${degrees.toFixed(1)}°; the volume is sheared accordingly.`)
  return warnings
}
