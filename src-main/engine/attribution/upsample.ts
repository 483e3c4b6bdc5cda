import { elementCount, type Tensor } from '@engine/tensor/tensor'

export type Upsampling = 'linear' | 'nearest' | 'corners'

/** For each target position: two source positions and the weight of the second. */
interface Taps {
  readonly first: Int32Array
  readonly second: Int32Array
  readonly weight: Float64Array
}

/**
 * Resizes the spatial axes of `[N, C, ...spatial]`, any number of them, one axis after the other.
 * linear: half-pixel centres, clamped, no smoothing (PyTorch `align_corners=False`); nearest: floor of position times scale (PyTorch `nearest`);
 * corners: linear, first and last samples on the ends (PyTorch `align_corners=True`).
 */
export function upsample(map: Tensor, spatial: readonly number[], mode: Upsampling): Tensor {
  let current = map
  spatial.forEach((size, index) => {
    const axis = index + 2
    if (current.shape[axis] !== size) current = resizeAxis(current, axis, tapsFor(current.shape[axis], size, mode))
  })
  return current
}

function tapsFor(from: number, to: number, mode: Upsampling): Taps {
  const scale = from / to
  const first = new Int32Array(to)
  const second = new Int32Array(to)
  const weight = new Float64Array(to)
  for (let index = 0; index < to; index++) {
    if (mode === 'nearest') {
      first[index] = second[index] = Math.min(from - 1, Math.floor(index * scale))
    } else {
      const position = mode === 'linear' ? Math.max(0, (index + 0.5) * scale - 0.5) : cornerPosition(index, from, to)
      first[index] = Math.min(from - 1, Math.floor(position))
      second[index] = Math.min(from - 1, first[index] + 1)
      weight[index] = position - first[index]
    }
  }
  return { first, second, weight }
}

function cornerPosition(index: number, from: number, to: number): number {
  return to > 1 ? (index * (from - 1)) / (to - 1) : 0
}

function resizeAxis(map: Tensor, axis: number, taps: Taps): Tensor {
  const inner = elementCount(map.shape.slice(axis + 1))
  const outer = elementCount(map.shape.slice(0, axis))
  const from = map.shape[axis]
  const to = taps.first.length
  const data = new Float32Array(outer * to * inner)
  for (let block = 0; block < outer; block++) {
    for (let index = 0; index < to; index++) {
      const low = (block * from + taps.first[index]) * inner
      const high = (block * from + taps.second[index]) * inner
      const weight = taps.weight[index]
      const target = (block * to + index) * inner
      for (let offset = 0; offset < inner; offset++) {
        data[target + offset] = map.data[low + offset] * (1 - weight) + map.data[high + offset] * weight
      }
    }
  }
  return { data, shape: map.shape.map((size, position) => (position === axis ? to : size)) }
}
