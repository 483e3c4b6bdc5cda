import type { MaskGrid, ReaderMask } from '@engine/readers/reader-mask'
import { voxelsOfRegion, type ScoredRegion } from '@engine/readers/scored-region'
import { staple, type StapleResult } from '@engine/readers/staple'

export const consensusMethods = ['majority', 'staple', 'soft'] as const
export type ConsensusMethod = (typeof consensusMethods)[number]

/** One mask out of several readers'. */
export interface Consensus {
  /** Majority: 0 or 1 (`Uint8Array`); STAPLE and soft: probability, 0 outside the region (`Float32Array`). */
  readonly voxels: Uint8Array | Float32Array
  /** STAPLE only: one figure per reader, in their order. */
  readonly sensitivity: readonly number[] | null
  readonly specificity: readonly number[] | null
  /** STAPLE only: the prior and the rounds it took. */
  readonly estimated: Pick<StapleResult, 'prior' | 'iterations'> | null
  readonly warnings: readonly string[]
}

export interface ConsensusRequest {
  readonly method: ConsensusMethod
  readonly region: ScoredRegion
}

/** Majority takes a voxel that more than half of the readers marked; soft is the share of readers who did. */
export function consensusOf(
  masks: readonly ReaderMask[],
  grid: MaskGrid,
  { method, region }: ConsensusRequest
): Consensus {
  const none = { sensitivity: null, specificity: null, estimated: null, warnings: [] }
  const arrays = masks.map(({ voxels }) => voxels)
  if (method === 'staple') return byStaple(arrays, voxelsOfRegion(masks, grid, region))
  const shares = Float32Array.from(arrays[0], (_, index) => {
    let votes = 0
    for (const mask of arrays) if (mask[index] !== 0) votes++
    return votes / arrays.length
  })
  if (method === 'soft') return { voxels: shares, ...none }
  const evenly = masks.length % 2 === 0 && shares.some((share) => share === 0.5)
  const tie = 'The readers are an even number and split evenly at some voxels; these count as outside.'
  return { voxels: Uint8Array.from(shares, (share) => (share > 0.5 ? 1 : 0)), ...none, warnings: evenly ? [tie] : [] }
}

function byStaple(masks: readonly Uint8Array[], places: Uint32Array): Consensus {
  const voxels = new Float32Array(masks[0].length)
  if (places.length === 0)
    return { voxels, sensitivity: null, specificity: null, estimated: null, warnings: ['No reader marked anything.'] }
  const { probability, sensitivity, specificity, prior, iterations, converged } = staple(masks, places)
  places.forEach((voxel, item) => (voxels[voxel] = probability[item]))
  const unsettled = 'STAPLE had not settled after its last round.'
  const estimated = { prior, iterations }
  return { voxels, sensitivity, specificity, estimated, warnings: converged ? [] : [unsettled] }
}
