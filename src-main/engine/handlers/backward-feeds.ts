import type { CompiledGraph } from '@engine/compiler/compile'
import { Fault } from '@engine/fault'
import type { Dim } from '@engine/graph/model'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** The baseline for a graph that asks for one. */
export function baselineFeed({ baselineInput }: CompiledGraph, baseline: Tensor | undefined): [string, Tensor][] {
  if (baselineInput === null) return []
  if (baseline === undefined) throw new Fault('internal', 'A composite that compares was given no baseline.')
  return [[baselineInput, baseline]]
}

/** The start in the shape the compiled graph asks for: trailing axes of size one, or none. */
export function startFor(startShape: readonly Dim[], start: Tensor): Tensor {
  const trailing = startShape.slice(1).map((dim) => dim.fixed)
  if (elementCount(trailing) === start.shape[1]) return { data: start.data, shape: [start.shape[0], ...trailing] }
  throw new Fault(
    'internal',
    `The start of the backward pass has ${start.shape[1]} values; the model has ${elementCount(trailing)} outputs.`
  )
}
