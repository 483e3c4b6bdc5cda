import type { LayerInfo, LayerTokens } from '@engine/attribution/explainable'
import { Fault } from '@engine/fault'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** How the values of a layer lie on the image; axes count the batch. */
export interface LayerPlaces {
  readonly channelAxis: number
  /** Sizes of the layer's own grid of places. */
  readonly grid: readonly number[]
  /** First axis of the places: one axis of all tokens, or as many axes as the grid has. */
  readonly placeAxis: number
  /** Tokens in front that show no place. */
  readonly drop: number
  /** Places along `placeAxis` and its followers, dropped tokens included. */
  readonly places: number
}

/**
 * Where channels and places of a layer are: `[K, ...spatial]`, tokens `[T, K]` or `[K, T]` with T = class tokens + grid, or
 * channels-last `[...grid, K]`. null for a layer without places, such as a row of features.
 */
export function layerPlaces({ shape, tokens }: LayerInfo): LayerPlaces | null {
  if (tokens !== undefined) return tokenPlaces(shape, tokens)
  const grid = shape.slice(1)
  if (grid.length === 0 || shape.some((size) => size < 1)) return null
  return { channelAxis: 1, grid, placeAxis: 2, drop: 0, places: elementCount(grid) }
}

function tokenPlaces(shape: readonly number[], { grid, drop, axis }: LayerTokens): LayerPlaces | null {
  const count = elementCount(grid) + drop
  const isFlat = shape.length === 2 && shape[axis] === count
  const isSpread = drop === 0 && grid.every((size, index) => shape[axis + index] === size)
  if (!isFlat && !(isSpread && shape.length === grid.length + 1)) return null
  const axes = isFlat ? 1 : grid.length
  const channelAxis = axis === 0 ? axes : 0
  return { channelAxis: channelAxis + 1, grid, placeAxis: axis + 1, drop, places: count }
}

/** A layer's values as `[N, K, ...grid]`: channels in front, class tokens left out. Throws Fault `unsupported-method`. */
export function channelsFirst(values: Tensor, layer: LayerInfo): Tensor {
  const { channelAxis, grid, placeAxis, drop, places } = requirePlaces(layer)
  const [rows] = values.shape
  if (channelAxis < placeAxis && drop === 0)
    return { data: values.data, shape: [rows, values.shape[channelAxis], ...grid] }
  const channels = values.shape[channelAxis]
  const kept = places - drop
  const [channelStep, placeStep] = channelAxis < placeAxis ? [places, 1] : [1, channels]
  const data = new Float32Array(rows * channels * kept)
  for (let position = 0; position < data.length; position++) {
    const place = (position % kept) + drop
    const channel = Math.floor(position / kept) % channels
    const row = Math.floor(position / (kept * channels))
    data[position] = values.data[row * channels * places + channel * channelStep + place * placeStep]
  }
  return { data, shape: [rows, channels, ...grid] }
}

/** `[M, ...layer shape]`: copies of one layer's values, in copy i with channel `first + i` set to 0 at every place and token. */
export function withoutChannels(values: Tensor, layer: LayerInfo, first: number, count: number): Tensor {
  const { channelAxis, places } = requirePlaces(layer)
  const size = elementCount(values.shape.slice(1))
  const channels = values.shape[channelAxis]
  const step = channelAxis === 1 ? 1 : channels
  const data = new Float32Array(count * size)
  for (let copy = 0; copy < count; copy++) {
    data.set(values.data.subarray(0, size), copy * size)
    const start = copy * size + (channelAxis === 1 ? (first + copy) * places : first + copy)
    for (let place = 0; place < places; place++) data[start + place * step] = 0
  }
  return { data, shape: [count, ...values.shape.slice(1)] }
}

function requirePlaces(layer: LayerInfo): LayerPlaces {
  const places = layerPlaces(layer)
  if (places !== null) return places
  throw new Fault(
    'unsupported-method',
    `The layer ${layer.tensor} has no spatial extent: its shape is [${layer.shape.join(', ')}] for one image.`,
    { subject: layer.tensor, hint: 'Choose a layer before the pooling that ends the image part of the model.' }
  )
}
