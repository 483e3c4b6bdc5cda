import { type GraphNode, fixedDim, sameDim } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'
import { reduceSum } from '../operators'
import type { RuleContext } from '../rule'

/** The gradient of the first output. Throws Fault `unsupported-op` when a further one (present keys, scores) leads on. */
export function checkOnlyOutput({ w, node, outgoings }: RuleContext): string {
  const [outgoing, ...further] = outgoings
  if (outgoing === null || outgoing === undefined || further.some((gradient) => gradient !== null))
    throw unsupportedUse(node, w.model, 'one of its further outputs leads to the explained tensor')
  return outgoing
}

/** Throws Fault `unsupported-op` when the node has one of the named inputs, by position. */
export function checkAbsent(w: GraphWriter, node: GraphNode, inputs: Readonly<Record<number, string>>): void {
  for (const [position, name] of Object.entries(inputs))
    if (node.inputs[Number(position)]) throw unsupportedUse(node, w.model, name)
}

/** How one of query, key and value lies: heads apart `[N, H, L, D]`, or joined `[N, L, H · D]`. */
export interface Layout {
  readonly isApart: boolean
  /** `[heads, length, size]`. */
  readonly sizes: readonly number[]
}

/** The layout of a query, key or value tensor of the model. */
export function layoutOf(w: GraphWriter, tensor: string, heads: number): Layout {
  const [, ...sizes] = w.sizesOf(tensor)
  return sizes.length === 3 ? { isApart: true, sizes } : { isApart: false, sizes: [heads, sizes[0], sizes[1] / heads] }
}

/** A tensor with its heads apart, whatever its layout. */
export function apart(w: GraphWriter, tensor: string, layout: Layout): string {
  return layout.isApart ? tensor : apartHeads(w, tensor, layout.sizes)
}

/** The other way: heads that are apart brought into a layout. */
export function joined(w: GraphWriter, tensor: string, layout: Layout): string {
  return layout.isApart ? tensor : joinHeads(w, tensor, layout.sizes)
}

/** A gradient `[N, heads, queries, keys]` summed over the axes along which a bias was broadcast. */
export function sumToBias(
  w: GraphWriter,
  gradient: string,
  { query, bias, full }: { query: string; bias: string; full: readonly [number, number, number] }
): string {
  const wide = [w.shapeOf(query)[0], ...full.map(fixedDim)]
  const narrow = w.shapeOf(bias)
  const missing = wide.length - narrow.length
  const axes = wide
    .map((_, axis) => axis)
    .filter((axis) => axis < missing || !sameDim(wide[axis], narrow[axis - missing]))
  const summed = reduceSum(w, gradient, axes)
  return missing === 0 ? summed : w.reshapeLike(summed, bias)
}

/** `[N, length, heads · size]` to `[N, heads, length, size]`. */
function apartHeads(w: GraphWriter, tensor: string, [heads, length, size]: readonly number[]): string {
  const split = w.op('Reshape', [tensor, w.int64s([0, length, heads, size])])
  return w.op('Transpose', [split], { perm: [0, 2, 1, 3] })
}

/** `[N, heads, length, size]` to `[N, length, heads · size]`. */
function joinHeads(w: GraphWriter, tensor: string, [heads, length, size]: readonly number[]): string {
  const turnedBack = w.op('Transpose', [tensor], { perm: [0, 2, 1, 3] })
  return w.op('Reshape', [turnedBack, w.int64s([0, length, heads * size])])
}
