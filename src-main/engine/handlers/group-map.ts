import { scoringReduction, type Reduction } from '@engine/attribution/reduction'
import type { GroupMap } from '@engine/criteria/experiment-run'
import { loadVolume } from '@engine/formats/load'
import { readTransform } from '@engine/formats/transforms/affine-file'
import { invertAffine, multiplyAffines } from '@engine/geometry/affine'
import { volumeEdgeLetters } from '@engine/geometry/orientation'
import { resampleVolume } from '@engine/geometry/resample'
import type { Volume } from '@engine/geometry/volume'
import { Fault } from '@engine/fault'
import { basename } from 'node:path'
import type { ExperimentParts } from './experiment-parts'

/** Maps of groups keep their unit: signed sums over channels, unscaled; or the magnitude as it is scored. */
export function groupReduction(signed: boolean): Reduction {
  return signed ? { reduce: 'sum', clip: 100, normalise: 'none' } : scoringReduction
}

/** The template of the experiment's common space; null: every image in its own. Throws what reading throws. */
export async function commonTemplate({ experiment, loaded }: ExperimentParts): Promise<Volume | null> {
  return experiment.space === null ? null : (await loadVolume(loaded.path(experiment.space.template))).volume
}

/** Values on the grid of a case's image, in the common space. Throws Fault `geometry-mismatch` and what reading the transform throws. */
export async function inCommonSpace(
  parts: ExperimentParts,
  caseId: string,
  { values, image, template }: { values: Float32Array; image: Volume; template: Volume | null }
): Promise<GroupMap> {
  const { space } = parts.experiment
  const { size, affine, spacingMm } = image
  if (space === null || template === null)
    return { values, size, affine, spacingMm, letters: volumeEdgeLetters(image), space: 'in the space of each image' }
  if (!image.oriented || !template.oriented) {
    throw new Fault('geometry-mismatch', 'A common space needs images and a template that state where they lie.', {
      subject: basename(image.oriented ? space.template : caseId),
      hint: 'Give NIfTI or DICOM images.'
    })
  }
  const path = parts.loaded.path(space.transforms.replaceAll('{case}', caseId))
  const toTemplate = await readTransform(path, space.convention, { image, template })
  // The image's voxels placed in the template's world; then a resampling like any other.
  const placed = { ...image, voxels: values, samples: 1 as const, affine: multiplyAffines(toTemplate, image.affine) }
  invertAffine(placed.affine)
  const moved = resampleVolume(placed, template, { interpolation: 'linear' })
  return {
    values: moved.voxels as Float32Array,
    size: template.size,
    affine: template.affine,
    spacingMm: template.spacingMm,
    letters: volumeEdgeLetters(template),
    space: `in the space of ${basename(space.template)}`
  }
}
