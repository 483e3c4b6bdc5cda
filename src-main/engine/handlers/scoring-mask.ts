import type { ScoringMask, Unavailable } from '@engine/criteria/experiment-run'
import type { CaseEntry } from './case-shelf'
import type { GridScene } from './reader-outlines'
import { majorityMask, referenceMasks } from './reference-masks'
import { maskOnGrid } from './scoring-grid'

/** The reference standard of a case on the scoring grid. Throws what reading a mask throws. */
export async function scoringMask(
  entry: CaseEntry,
  { prepared, image, grid }: GridScene,
  volumetric: boolean
): Promise<ScoringMask | Unavailable> {
  const majority = majorityMask(await referenceMasks(entry, image))
  if (majority === null) return { unavailable: 'no outline' }
  const { values: mask, shape, lost } = maskOnGrid(majority.voxels, prepared, image, grid)
  return { mask, shape, lost, volumetric }
}
