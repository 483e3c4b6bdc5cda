import { consensusOf, type Consensus, type ConsensusMethod } from '@engine/readers/consensus'
import { boxOfMarks, cropped, pasted } from '@engine/readers/study/crop-to-marks'
import type { Probability } from '@engine/readers/study/kept-probability'
import type { ReadCase } from '@engine/readers/study/case-figures'

/** The consensus on one finding of one case. */
export interface FindingConsensus {
  readonly name: string
  /** 1 inside, on the whole image; probabilities count from one half on. */
  readonly mask: Uint8Array
  /** STAPLE and soft, inside the box around all marks, 10 voxels wider; outside of it it is 0. Null for a majority, and when nobody marked anything. */
  readonly probability: Probability | null
  /** STAPLE: one figure per reader, in their order. */
  readonly sensitivity: readonly number[] | null
  readonly specificity: readonly number[] | null
  readonly estimated: Consensus['estimated']
  readonly warnings: readonly string[]
}

/** Whole images inflate STAPLE's specificity, so the box is its region too (Warfield 2004, section III). */
export function consensusOfFinding(
  name: string,
  { readings, grid }: Pick<ReadCase, 'readings' | 'grid'>,
  method: ConsensusMethod
): FindingConsensus {
  const { size, spacingMm } = grid
  const crop = boxOfMarks(
    readings.map(({ voxels }) => voxels),
    size,
    10
  )
  if (crop === null) {
    const mask = new Uint8Array(size[0] * size[1] * size[2])
    return { name, mask, probability: null, sensitivity: null, specificity: null, estimated: null, warnings: [] }
  }
  const inside = readings.map(({ reader, voxels }) => ({ reader, voxels: cropped(voxels, size, crop) }))
  const region = { kind: 'whole' } as const
  const consensus = consensusOf(inside, { size: crop.size, spacingMm }, { method, region })
  const { voxels, ...figures } = consensus
  const probability = voxels instanceof Float32Array ? { size, crop, values: voxels } : null
  const mask = pasted(maskOfConsensus(voxels), size, crop)
  return { name, mask, probability, ...figures }
}

const maskOfConsensus = (voxels: Uint8Array | Float32Array): Uint8Array =>
  voxels instanceof Uint8Array ? voxels : Uint8Array.from(voxels, (value) => (value >= 0.5 ? 1 : 0))
