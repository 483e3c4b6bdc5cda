import { sizesAt, type ProbedModel } from '@engine/graph/model'
import type { BatchPlan } from '@engine/runtime/batches'
import { candidateRows } from '@engine/runtime/row-calibration'
import { rowsPerRun } from '@engine/runtime/session-policy'
import { elementCount } from '@engine/tensor/tensor'

/** Forward values are kept for the backward pass, which makes about as many again. */
const passes = 2

/**
 * How many rows a model is given at once: what its file says, what is asked for, or a first guess from the size of the input with the
 * sizes that a long request tries out within the memory budget. `usual`: the first guess and no trials, so that a run gives the same bits again.
 */
export function batchPlan(model: ProbedModel, inputElements: number, wanted?: number | 'usual'): BatchPlan {
  if (model.batch !== 'dynamic') return { size: model.batch, fixed: true }
  if (wanted === 'usual') return { size: rowsPerRun(inputElements), fixed: false }
  if (wanted !== undefined) return { size: wanted, fixed: false }
  return { size: rowsPerRun(inputElements), fixed: false, candidates: candidateRows(passes * bytesPerRow(model)) }
}

/** Bytes that one more row adds to all tensors of a model together. */
export function bytesPerRow({ shapes }: Pick<ProbedModel, 'shapes'>): number {
  let elements = 0
  for (const dims of shapes.values()) elements += elementCount(sizesAt(dims, 2)) - elementCount(sizesAt(dims, 1))
  return elements * Float32Array.BYTES_PER_ELEMENT
}
