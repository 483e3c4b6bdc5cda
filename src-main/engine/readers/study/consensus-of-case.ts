import { consensusOf, type Consensus, type ConsensusMethod } from '@engine/readers/consensus'
import type { MaskGrid } from '@engine/readers/reader-mask'
import { boxOfMarks, cropped, type Crop } from '@engine/readers/study/crop-to-marks'
import type { ReadCase } from '@engine/readers/study/study-agreement'

/** The consensus of one case inside the box around all marks, 10 voxels wider; outside of it every voxel is 0. */
export interface CaseConsensus extends Consensus {
  readonly crop: Crop
}

/** Whole images inflate STAPLE's specificity, so the box is its region too (Warfield 2004, section III). Null when nobody marked anything. */
export function consensusOfCase(
  readings: ReadCase['readings'],
  grid: MaskGrid,
  method: ConsensusMethod
): CaseConsensus | null {
  const crop = boxOfMarks(
    readings.map(({ voxels }) => voxels),
    grid.size,
    10
  )
  if (crop === null) return null
  const inside = readings.map(({ reader, voxels }) => ({ reader, voxels: cropped(voxels, grid.size, crop) }))
  const consensus = consensusOf(
    inside,
    { size: crop.size, spacingMm: grid.spacingMm },
    { method, region: { kind: 'whole' } }
  )
  return { ...consensus, crop }
}

/** A consensus as a mask: probabilities count from one half on. */
export const maskOfConsensus = (voxels: Uint8Array | Float32Array): Uint8Array =>
  voxels instanceof Uint8Array ? voxels : Uint8Array.from(voxels, (value) => (value >= 0.5 ? 1 : 0))
