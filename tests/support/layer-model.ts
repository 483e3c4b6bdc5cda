import type { BackwardRequest, Explainable, LayerInfo } from '@engine/attribution/explainable'
import { Fault } from '@engine/fault'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** How the layer holds its values: `[K, ...grid]`, `[T, K]`, `[K, T]` with class tokens in front, or `[...grid, K]`. */
export type Layout = 'channels-first' | 'tokens-first' | 'tokens-last' | 'channels-last'

export interface LayerModelPlan {
  readonly channels: number
  readonly grid: readonly number[]
  readonly layout: Layout
  /** Class tokens in front, for the token layouts. */
  readonly drop?: number
  /** The model's input is the layer's grid enlarged by repetition. */
  readonly factor?: readonly number[]
  /** Score of the layer's values `[K · places]`, channel major, in double precision. */
  value(values: Float64Array): number
  gradient(values: Float64Array): Float64Array
}

/** A model of one output whose layer "features" is its input thinned to the grid: everything behind it is known. */
export function layerModel(
  plan: LayerModelPlan
): Explainable & { readonly calls: { predictFrom: number; rows: number } } {
  const { channels, grid, drop = 0, factor = grid.map(() => 1) } = plan
  const places = elementCount(grid)
  const calls = { predictFrom: 0, rows: 0 }
  const inputShape = [channels, ...grid.map((size, axis) => size * factor[axis])]
  const info: LayerInfo = { tensor: 'features', title: 'Features', ...layerShape(plan) }
  const index = (channel: number, place: number): number => position(plan, channel, place)
  const thinned = (input: Tensor, row: number): Float64Array => {
    const size = elementCount(inputShape)
    return Float64Array.from({ length: channels * places }, (_, at) => {
      const [channel, place] = [Math.floor(at / places), at % places]
      return input.data[row * size + sourceIndex({ grid, factor, inputShape }, channel, place)]
    })
  }
  const spread = (values: Float64Array, token: number): Float32Array => {
    const data = new Float32Array(channels * (places + drop)).fill(token)
    values.forEach((value, at) => (data[index(Math.floor(at / places), at % places)] = value))
    return data
  }
  const gathered = (activation: Tensor, row: number): Float64Array => {
    const own = activation.data.subarray(row * channels * (places + drop), (row + 1) * channels * (places + drop))
    return Float64Array.from({ length: channels * places }, (_, at) => own[index(Math.floor(at / places), at % places)])
  }
  const scores = (rows: readonly Float64Array[]): Tensor => ({
    data: Float32Array.from(rows, plan.value),
    shape: [rows.length, 1]
  })
  const rowsOf = (input: Tensor): Float64Array[] =>
    Array.from({ length: input.shape[0] }, (_, row) => thinned(input, row))
  const layerOf = (rows: readonly Float32Array[]): Tensor => ({
    data: Float32Array.from(rows.flatMap((row) => [...row])),
    shape: [rows.length, ...info.shape]
  })
  return {
    calls,
    inputShape,
    outputs: 1,
    black: [0],
    white: [1],
    layers: [info],
    layer: (tensor) => {
      if (tensor === 'features') return info
      if (tensor === 'row') return { tensor, title: 'A row', shape: [channels] }
      throw new Fault('bad-parameter', `There is no tensor "${tensor}".`, { subject: tensor })
    },
    biasedLayers: () => [],
    predict: (input) => {
      calls.rows += input.shape[0]
      return Promise.resolve(scores(rowsOf(input)))
    },
    predictFrom: ({ activation }) => {
      calls.predictFrom += 1
      return Promise.resolve(scores(Array.from({ length: activation.shape[0] }, (_, row) => gathered(activation, row))))
    },
    backward: ({ input, start, wrt }: BackwardRequest) => {
      const rows = rowsOf(input)
      const gradients = rows.map((row) =>
        spread(
          plan.gradient(row).map((value) => value * start.data[0]),
          0.25
        )
      )
      return Promise.resolve({
        scores: scores(rows),
        gradients: new Map(wrt.map((name) => [name, layerOf(gradients)])),
        activations: new Map([['features', layerOf(rows.map((row) => spread(row, 9)))]])
      })
    }
  }
}

function layerShape({ channels, grid, layout, drop = 0 }: LayerModelPlan): Pick<LayerInfo, 'shape' | 'tokens'> {
  const count = elementCount(grid) + drop
  switch (layout) {
    case 'channels-first':
      return { shape: [channels, ...grid] }
    case 'tokens-first':
      return { shape: [count, channels], tokens: { grid, drop, axis: 0 } }
    case 'tokens-last':
      return { shape: [channels, count], tokens: { grid, drop, axis: 1 } }
    case 'channels-last':
      return { shape: [...grid, channels], tokens: { grid, drop, axis: 0 } }
  }
}

function position({ channels, grid, layout, drop = 0 }: LayerModelPlan, channel: number, place: number): number {
  const count = elementCount(grid) + drop
  const channelMajor = layout === 'channels-first' || layout === 'tokens-last'
  return channelMajor ? channel * count + place + drop : (place + drop) * channels + channel
}

function sourceIndex(
  { grid, factor, inputShape }: { grid: readonly number[]; factor: readonly number[]; inputShape: readonly number[] },
  channel: number,
  place: number
): number {
  let rest = place
  const coordinates = grid.map((size, axis) => {
    const stride = elementCount(grid.slice(axis + 1))
    const at = Math.floor(rest / stride) % size
    rest %= stride
    return at * factor[axis]
  })
  return coordinates.reduce((index, at, axis) => index * inputShape[axis + 1] + at, channel)
}
