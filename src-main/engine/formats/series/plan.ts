import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import { momentStacks, type MomentStack } from '@engine/formats/series/moments'
import { runsWithoutGaps } from '@engine/formats/series/order'
import { irregularities } from '@engine/formats/series/irregularities'
import { sharedUidWords } from '@engine/formats/series/shared-uids'
import { compatibleGroups, slicesOf, type Slice } from '@engine/formats/series/slice'
import { identityAffine, scaled, spacingOf, subtract, type Vector } from '@engine/geometry/affine'
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
  /** Which of several volumes at the same place it is (times, echoes, b-values); null when there is no other. */
  readonly moment: { readonly of: string; readonly index: number; readonly count: number } | null
  readonly warnings: readonly string[]
}

/**
 * DICOM files as volumes: slices sorted by position, time points split, unequal slices kept apart, every irregularity said.
 * Several volumes come out when size, orientation, spacing, stack, place or time differ.
 */
export function planVolumes(files: readonly DicomFacts[]): PlannedVolume[] {
  const shared = sharedUidWords(files)
  const groups = compatibleGroups(slicesOf(files))
  const placed = groups.filter((group) => group[0].geometry.plane !== null).length
  const parts = groups.flatMap((group, index) => partsOf(group, String(index)))
  const several =
    placed > 1 ? [`The slices differ in size, orientation, spacing or stack and are shown as ${placed} volumes.`] : []
  return parts.map((part, index) => ({
    ...part,
    label: parts.length > 1 && part.label === '' ? partWords(part, index, parts.length) : part.label,
    warnings: [...shared, ...several, ...part.warnings, ...mosaicWarnings(part)]
  }))
}

/** What radiologists call a part: which of them it is, and which way its slices lie. */
function partWords({ slices: [{ geometry }] }: PlannedVolume, index: number, count: number): string {
  const which = `part ${index + 1} of ${count}`
  if (geometry.plane === null) return which
  const normal = planeNormal(geometry.plane).map(Math.abs)
  const most = Math.max(...normal)
  return `${which}, ${most < straightCosine ? 'oblique' : ['sagittal', 'coronal', 'axial'][normal.indexOf(most)]}`
}

/** Slices within 20° of a plane of the body are called by its name. */
const straightCosine = Math.cos((20 * Math.PI) / 180)

function mosaicWarnings(part: Pick<PlannedVolume, 'slices'>): string[] {
  const [{ image, tile }] = part.slices
  if (!image.header.imageType.includes('MOSAIC')) return []
  return tile === null
    ? ['This is a Siemens mosaic whose layout is unknown: slices lie side by side in one picture. Convert it to NIfTI.']
    : ['The slices were taken out of a Siemens mosaic.']
}

/** Volumes of one group of compatible slices. */
function partsOf(group: readonly Slice[], groupId: string): PlannedVolume[] {
  const { plane } = group[0].geometry
  if (plane === null) return [pictures(group)]
  const normal = planeNormal(plane)
  const stacks = momentStacks(group, normal)
  return stacks.flatMap((stack, index) =>
    slabsOf(stack, normal).map((part, slab) => ({
      ...part,
      moment: stacks.length > 1 ? { of: `${groupId}/${slab}`, index, count: stacks.length } : null
    }))
  )
}

function slabsOf({ slices, label, surplus }: MomentStack, normal: Vector): Omit<PlannedVolume, 'moment'>[] {
  const runs = runsWithoutGaps(slices, normal)
  const notes: string[] = []
  if (surplus) notes.push('These slices lie where others of the series lie, and nothing in the files tells them apart.')
  if (runs.length > 1) notes.push('Slices are missing; the series is shown in separate slabs.')
  return runs.map((run, index) => ({
    ...placedStack(run, normal),
    label: [label, runs.length > 1 ? `slab ${index + 1} of ${runs.length}` : ''].filter(Boolean).join(', '),
    warnings: [...notes, ...irregularities(run, normal)]
  }))
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
    moment: null,
    warnings
  }
}

/** A sorted run: its step is the mean vector between neighbours, so that a tilted gantry gives a sheared, true grid. */
function placedStack(run: readonly Slice[], normal: Vector): Omit<PlannedVolume, 'label' | 'moment' | 'warnings'> {
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
