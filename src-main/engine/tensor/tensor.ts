/**
 * A dense float32 array with a shape, row major. A tensor has no geometry: it may not be drawn; a `Volume` may.
 */
export interface Tensor {
  readonly data: Float32Array
  /** For example `[N, C, H, W]`. The product equals `data.length`. */
  readonly shape: readonly number[]
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1)
}

/** Wraps an array without copying it. Throws a RangeError when length and shape disagree: that is a bug of the caller. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  if (elementCount(shape) !== data.length) {
    throw new RangeError(
      `A tensor of shape [${shape.join(', ')}] needs ${elementCount(shape)} values, got ${data.length}.`
    )
  }
  return { data, shape }
}

/** A tensor of zeros. */
export function zeros(shape: readonly number[]): Tensor {
  return { data: new Float32Array(elementCount(shape)), shape }
}

/** A tensor filled with one value. */
export function full(shape: readonly number[], value: number): Tensor {
  return { data: new Float32Array(elementCount(shape)).fill(value), shape }
}

/** Row `index` of the leading axis as a tensor of shape `[1, ...]`; a view, not a copy. */
export function row(batch: Tensor, index: number): Tensor {
  const rest = batch.shape.slice(1)
  const length = elementCount(rest)
  return { data: batch.data.subarray(index * length, (index + 1) * length), shape: [1, ...rest] }
}

/** Joins tensors of equal trailing shape along the leading axis. */
export function stack(rows: readonly Tensor[]): Tensor {
  const rest = rows[0].shape.slice(1)
  const count = rows.reduce((sum, item) => sum + item.shape[0], 0)
  const joined = zeros([count, ...rest])
  let offset = 0
  for (const item of rows) {
    joined.data.set(item.data, offset)
    offset += item.data.length
  }
  return joined
}
