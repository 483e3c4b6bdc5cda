import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** Linear interpolation of the spatial axes of `[N, C, ...spatial]` between corners that coincide (PyTorch `align_corners=True`). */
export function resizeBetweenCorners(map: Tensor, spatial: readonly number[]): Tensor {
  return spatial.reduce((current, size, index) => resizeAxis(current, index + 2, size), map)
}

function resizeAxis(map: Tensor, axis: number, to: number): Tensor {
  const from = map.shape[axis]
  if (from === to) return map
  const inner = elementCount(map.shape.slice(axis + 1))
  const blocks = map.data.length / (from * inner)
  const data = new Float32Array(blocks * to * inner)
  for (let index = 0; index < to; index++) {
    const position = to > 1 ? (index * (from - 1)) / (to - 1) : 0
    const low = Math.min(from - 1, Math.floor(position))
    const high = Math.min(from - 1, low + 1)
    const share = position - low
    for (let block = 0; block < blocks; block++) {
      for (let offset = 0; offset < inner; offset++) {
        const [a, b] = [
          map.data[(block * from + low) * inner + offset],
          map.data[(block * from + high) * inner + offset]
        ]
        data[(block * to + index) * inner + offset] = a + share * (b - a)
      }
    }
  }
  return { data, shape: map.shape.map((size, position) => (position === axis ? to : size)) }
}
