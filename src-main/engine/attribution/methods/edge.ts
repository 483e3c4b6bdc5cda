import * as v from 'valibot'
import { adebayo2018sanity } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { elementCount, row, stack, type Tensor } from '@engine/tensor/tensor'

export const edge: AttributionMethod = {
  id: 'edge',
  title: 'Edge detector',
  group: 'References',
  words: {
    shows: 'Where the model’s input has edges (Sobel magnitude). It knows the image but not the model.',
    goodFor: 'Telling a map that follows the model from one that only traces the image.',
    notFor: 'Explaining anything.',
    failureModes: 'Looks convincing on any image with clear contours.',
    classInsensitive: true
  },
  citation: adebayo2018sanity,
  needs: ['nothing'],
  params: v.object({}),
  batched: true,
  passes: () => 0,
  attribute: ({ input }) =>
    Promise.resolve({
      map: stack(Array.from({ length: input.shape[0] }, (_, index) => sobelMagnitude(row(input, index))))
    })
}

/** √(Σ over spatial axes of (Sobel derivative)²) of each channel; borders repeat the edge pixel. */
function sobelMagnitude(input: Tensor): Tensor {
  const axes = input.shape.length - 2
  const squares = new Float64Array(input.data.length)
  for (let derivative = 0; derivative < axes; derivative++) {
    let filtered = input
    for (let axis = 0; axis < axes; axis++) {
      filtered = threeTap(filtered, axis + 2, axis === derivative ? [-1, 0, 1] : [1, 2, 1])
    }
    filtered.data.forEach((value, index) => (squares[index] += value * value))
  }
  return { data: Float32Array.from(squares, Math.sqrt), shape: input.shape }
}

function threeTap(map: Tensor, axis: number, [before, here, after]: readonly [number, number, number]): Tensor {
  const inner = elementCount(map.shape.slice(axis + 1))
  const length = map.shape[axis]
  const data = new Float32Array(map.data.length)
  for (let index = 0; index < data.length; index++) {
    const position = Math.floor(index / inner) % length
    const low = position > 0 ? index - inner : index
    const high = position < length - 1 ? index + inner : index
    data[index] = before * map.data[low] + here * map.data[index] + after * map.data[high]
  }
  return { data, shape: map.shape }
}
