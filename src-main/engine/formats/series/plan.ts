import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import { runsWithoutGaps, stepsOf, timePoints } from '@engine/formats/series/order'
import { compatibleGroups, slicesOf, type Slice } from '@engine/formats/series/slice'
import { dot, identityAffine, lengthOf, scaled, spacingOf, subtract, type Vector } from '@engine/geometry/affine'
import { affineFromPlane, planeNormal } from '@engine/geometry/dicom-plane'
import type { Affine, Volume } from '@engine/geometry/volume'

/** A volume to be: its slices in order and its geometry, before any pixel is decoded. */
export interface PlannedVolume {
  readonly slices: readonly Slice[]
  readonly affine: Affine
  readonly spacingMm: Volume['spacingMm']
  readonly oriented: boolean
  readonly atDetector: boolean
  /** What sets it apart from its siblings; '' when it is alone. */
  readonly label: string
  readonly warnings: readonly string[]
}

/**
 * DICOM files as volumes: slices sorted by position, time points split, unequal slices kept apart, every irregularity said.
 * Several volumes come out when size, orientation, spacing, stack, place or time differ.
 */
export function planVolumes(files: readonly DicomFacts[]): PlannedVolume[] {
  const groups = compatibleGroups(slicesOf(files))
  const placed = groups.filter((group) => group[0].geometry.plane !== null).length
  const parts = groups.flatMap(partsOf)
  const several =
    placed > 1 ? [`The slices differ in size, orientation or spacing and are shown as ${placed} volumes.`] : []
  return parts.map((part, index) => ({
    ...part,
    label: parts.length > 1 && part.label === '' ? `part ${index + 1} of ${parts.length}` : part.label,
    warnings: [...several, ...part.warnings, ...mosaicWarnings(part)]
  }))
}

function mosaicWarnings(part: Pick<PlannedVolume, 'slices'>): string[] {
  const [{ image, tile }] = part.slices
  if (!image.header.imageType.includes('MOSAIC')) return []
  return tile === null
    ? ['This is a Siemens mosaic whose layout is unknown: slices lie side by side in one picture. Convert it to NIfTI.']
    : ['The slices were taken out of a Siemens mosaic.']
}

/** Volumes of one group of compatible slices. */
function partsOf(group: readonly Slice[]): PlannedVolume[] {
  const { plane } = group[0].geometry
  if (plane === null) return [pictures(group)]
  const normal = planeNormal(plane)
  const times = timePoints(group, normal)
  return times.flatMap((stack, time) => {
    const runs = runsWithoutGaps(stack, normal)
    return runs.map((run, index) => {
      const labels = [
        times.length > 1 ? `time ${time + 1} of ${times.length}` : '',
        runs.length > 1 ? `slab ${index + 1} of ${runs.length}` : ''
      ]
      const gap = runs.length > 1 ? ['Slices are missing; the series is shown in separate slabs.'] : []
      return {
        ...placedStack(run, normal),
        label: labels.filter(Boolean).join(', '),
        warnings: [...gap, ...irregularities(run, normal)]
      }
    })
  })
}

/** Frames that are not placed in the patient: one picture, or a sequence of pictures. */
function pictures(group: readonly Slice[]): PlannedVolume {
  const { pixelSpacingMm, sliceStepMm, atDetector } = group[0].geometry
  const affine: Affine =
    pixelSpacingMm === null
      ? identityAffine
      : [pixelSpacingMm[1], 0, 0, 0, 0, pixelSpacingMm[0], 0, 0, 0, 0, sliceStepMm ?? 1, 0, 0, 0, 0, 1]
  const warnings: string[] = []
  if (group.length > 1) warnings.push('The frames are not placed in the patient; they are shown as a sequence.')
  if (atDetector) warnings.push('Millimetres are measured at the detector: structures in the patient are smaller.')
  return {
    slices: group,
    affine,
    spacingMm: pixelSpacingMm === null ? null : spacingOf(affine),
    oriented: false,
    atDetector,
    label: '',
    warnings
  }
}

/** A sorted run: its step is the mean vector between neighbours, so that a tilted gantry gives a sheared, true grid. */
function placedStack(run: readonly Slice[], normal: Vector): Omit<PlannedVolume, 'label' | 'warnings'> {
  const first = run[0].geometry
  const last = run[run.length - 1].geometry
  const plane = first.plane!
  const step =
    run.length > 1
      ? scaled(subtract(last.plane!.position, plane.position), 1 / (run.length - 1))
      : scaled(normal, first.sliceStepMm ?? 1)
  const affine = affineFromPlane(plane, first.pixelSpacingMm ?? [1, 1], step)
  return {
    slices: run,
    affine,
    spacingMm: first.pixelSpacingMm === null ? null : spacingOf(affine),
    oriented: true,
    atDetector: first.atDetector
  }
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
