import type { ImageZones } from '@engine/criteria/experiment-run'
import { bodyMask } from '@engine/criteria/zones/body-mask'
import { textMarks } from '@engine/criteria/zones/text-marks'
import type { Lattice } from '@engine/geometry/lattice-neighbours'
import type { Volume } from '@engine/geometry/volume'
import { quietJob } from '@engine/job'
import type { SegmentationModel } from '@shared/region-set'
import { bodyModelKey } from './body-models'
import type { ExperimentParts } from './experiment-parts'
import { maskFromFile } from './mask-files'
import type { GridScene } from './reader-outlines'
import { gridShape, maskOnGrid } from './scoring-grid'

/** Body and burned-in text of a case on the scoring grid; the body from the experiment's mask where it gives one. Throws what reading it throws. */
export async function imageZones(parts: ExperimentParts, caseId: string, scene: GridScene): Promise<ImageZones> {
  const { image, prepared, grid } = scene
  const given = parts.experiment.body
  const body = await statedBody(parts, { caseId, mask: given?.mask ?? 'automatic' }, image)
  const placed = (mask: Uint8Array): Uint8Array => maskOnGrid(mask, prepared, image, grid).values
  return {
    body: typeof body === 'string' ? body : placed(body),
    bodyTitle: given?.title ?? 'the body',
    bodyGiven: given !== null && given.mask !== 'automatic',
    text: placed(textMarks(greyValues(image), latticeOfImage(image))),
    shape: gridShape(prepared, image, grid)
  }
}

/**
 * A body, lung or brain mask on the voxels of an image: made from the image (`automatic`), drawn by a model, or from the file of the case; a
 * phrase where there is none. Throws what reading the file and the host throw.
 */
export async function statedBody(
  { loaded, bodyModels, signal }: Pick<ExperimentParts, 'loaded' | 'bodyModels' | 'signal'>,
  { caseId, mask }: { caseId: string; mask: string | SegmentationModel },
  image: Volume
): Promise<Uint8Array | string> {
  if (mask === 'automatic') return automaticBody(image)
  if (typeof mask !== 'string') return bodyModels.get(bodyModelKey(mask))!.mask(image, mask, quietJob(signal))
  const path = loaded.path(mask.replaceAll('{case}', caseId))
  return (await maskFromFile(path, image, { caseName: caseId })).voxels
}

/** The body made from the image itself; a phrase where none can be told. */
export function automaticBody(image: Volume): Uint8Array | string {
  return bodyMask(greyValues(image), latticeOfImage(image), image.photometric === 'MONOCHROME1')
}

function latticeOfImage({ size: [columns, rows, slices] }: Volume): Lattice {
  return [slices, rows, columns]
}

/** One value a voxel: of colour the mean. */
function greyValues({ voxels, samples }: Volume): ArrayLike<number> {
  if (samples === 1) return voxels
  return Float32Array.from({ length: voxels.length / samples }, (_, voxel) => {
    let sum = 0
    for (let sample = 0; sample < samples; sample++) sum += voxels[voxel * samples + sample]
    return sum / samples
  })
}
