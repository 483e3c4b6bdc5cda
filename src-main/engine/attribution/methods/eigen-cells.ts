import type { CamLayer } from '@engine/attribution/methods/cam'
import { extents } from '@engine/attribution/methods/cam-sums'
import { principalProjection } from '@engine/attribution/principal-projection'
import type { Tensor } from '@engine/tensor/tensor'

/**
 * The places of `[N, K, ...grid]` projected on the first principal component of their K channels: `[N, 1, ...grid]`. The sign of a
 * component is arbitrary; it is chosen so that the map rises with the sum over the channels.
 */
export function eigenCells(layer: CamLayer, values: Float32Array): Tensor {
  const { rows, channels, size } = extents(layer)
  const data = new Float32Array(rows * size)
  for (let row = 0; row < rows; row++) {
    const places = new Float64Array(size * channels)
    const sums = new Float64Array(size)
    for (let channel = 0; channel < channels; channel++) {
      for (let place = 0; place < size; place++) {
        const value = values[(row * channels + channel) * size + place]
        places[place * channels + channel] = value
        sums[place] += value
      }
    }
    const projected = principalProjection({ data: places, rows: size, columns: channels })
    const sign = projected.reduce((total, value, place) => total + value * sums[place], 0) < 0 ? -1 : 1
    data.set(
      projected.map((value) => sign * value),
      row * size
    )
  }
  return { data, shape: [rows, 1, ...layer.activation.shape.slice(2)] }
}
