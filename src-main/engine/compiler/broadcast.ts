import { sameDim } from '@engine/graph/model'
import { type GraphWriter, sameShape } from '@engine/graph/writer'
import { reduceSum } from './operators'

/** Sums a gradient that has the shape of `from` over the axes along which `to` was broadcast. */
export function sumToShape(
  w: GraphWriter,
  gradient: string,
  { from, to }: { readonly from: string; readonly to: string }
): string {
  const wide = w.shapeOf(from)
  const narrow = w.shapeOf(to)
  if (sameShape(wide, narrow)) return gradient
  const missing = wide.length - narrow.length
  const axes = wide
    .map((_, axis) => axis)
    .filter((axis) => axis < missing || !sameDim(wide[axis], narrow[axis - missing]))
  const summed = axes.length === 0 ? gradient : reduceSum(w, gradient, axes)
  return missing === 0 ? summed : w.reshapeLike(summed, to)
}
