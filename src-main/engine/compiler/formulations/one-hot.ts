import type { GraphWriter } from '@engine/graph/writer'
import { castMask, reduceSum, unsqueeze } from '../operators'

/** Numbers with an index each, and the axis of `size` elements the indices count along. */
export interface Indexed {
  readonly values: string
  readonly indices: string
  readonly axis: number
  readonly rank: number
  readonly size: number
  /** Tensor of the model whose element type the values have. */
  readonly like: string
}

/**
 * Adds each value at its index along an axis: the other way through a gathering of elements, for operator sets without
 * a scattering that sums. A mask of `size` comparisons per value, so for short axes. Indices may be negative and may
 * only be known while the model runs.
 */
export function addAtIndices(w: GraphWriter, { values, indices, axis, rank, size, like }: Indexed): string {
  const places = w.constant({
    dims: [size, ...Array<number>(rank - axis).fill(1)],
    elementType: 'int64',
    values: BigInt64Array.from({ length: size }, (_, place) => BigInt(place))
  })
  const sizeTensor = w.int64s([size])
  // Negative indices count from the end.
  const wrapped = w.op('Mod', [w.op('Add', [w.op('Cast', [indices], { to: 7 }), sizeTensor]), sizeTensor])
  const mask = castMask(w, w.op('Equal', [unsqueeze(w, wrapped, [axis]), places]), like)
  const spread = w.op('Mul', [mask, unsqueeze(w, values, [axis])])
  const summed = reduceSum(w, spread, [axis + 1])
  return squeezeAxis(w, summed, axis + 1)
}

function squeezeAxis(w: GraphWriter, tensor: string, axis: number): string {
  return w.opset >= 13 ? w.op('Squeeze', [tensor, w.int64s([axis])]) : w.op('Squeeze', [tensor], { axes: [axis] })
}
