import { describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import type { GivenParams } from '@engine/attribution/parameters'
import { type ExpressionResult, runExpression } from '@engine/attribution/run-expression'
import { upsample } from '@engine/attribution/upsample'
import { quietJob } from '@engine/job'
import { randomStream } from '@engine/tensor/random'
import { elementCount, full, type Tensor } from '@engine/tensor/tensor'
import { type Layout, layerModel, type LayerModelPlan } from '../../support/layer-model'

const channels = 3
const grid = [3, 4]
const places = 12
const stream = randomStream(7, 'cam')
const weights = Float64Array.from({ length: channels * places }, () => stream.normal())
const curve = [0.3, -0.2, 0.05]

/** Σ w·A + Σ_k c_k (Σ_p A)²: its gradient differs from place to place and with the values. */
const curved = {
  value(values: Float64Array): number {
    const linear = values.reduce((sum, value, at) => sum + weights[at] * value, 0)
    return curve.reduce((sum, c, channel) => sum + c * channelSum(values, channel) ** 2, linear)
  },
  gradient(values: Float64Array): Float64Array {
    return values.map((_, at) => {
      const channel = Math.floor(at / places)
      return weights[at] + 2 * curve[channel] * channelSum(values, channel)
    })
  }
}
const channelSum = (values: Float64Array, channel: number): number =>
  values.subarray(channel * places, (channel + 1) * places).reduce((sum, value) => sum + value, 0)

const input: Tensor = {
  data: Float32Array.from({ length: channels * places }, () => stream.normal()),
  shape: [1, channels, ...grid]
}
const A = Float64Array.from(input.data)
const g = curved.gradient(A)
const plan: LayerModelPlan = { channels, grid, layout: 'channels-first', ...curved }

interface Ask {
  readonly model?: ReturnType<typeof layerModel>
  readonly given?: GivenParams
  readonly seed?: number
  readonly image?: Tensor
  readonly start?: number
}

function ask(expression: string, { model, given, seed, image, start }: Ask = {}): Promise<ExpressionResult> {
  const context = {
    model: model ?? layerModel(plan),
    input: image ?? input,
    start: full([1, 1], start ?? 1),
    of: 'logit' as const,
    seed: seed ?? 1,
    job: quietJob()
  }
  return runExpression(context, parseExpression(expression), given)
}

/** The map of a second, channel-wise reading of the definition: weight(k, place) · A. */
const weighted = (weight: (channel: number, place: number) => number): number[] =>
  Array.from({ length: places }, (_, place) =>
    [0, 1, 2].reduce((sum, channel) => sum + weight(channel, place) * A[channel * places + place], 0)
  )
const overPlaces = (channel: number, term: (at: number) => number): number =>
  Array.from({ length: places }, (_, place) => term(channel * places + place)).reduce((sum, value) => sum + value, 0)
const without = (channel: number): number =>
  curved.value(A.map((value, at) => (Math.floor(at / places) === channel ? 0 : value)))
const score = curved.value(A)

const definitions: Record<string, (channel: number, place: number) => number> = {
  gradcam: (channel) => overPlaces(channel, (at) => g[at]) / places,
  hirescam: (channel, place) => g[channel * places + place],
  layercam: (channel, place) => Math.max(0, g[channel * places + place]),
  xgradcam: (channel) => overPlaces(channel, (at) => g[at] * A[at]) / (overPlaces(channel, (at) => A[at]) + 1e-7),
  'gradcam-plus-plus': (channel) => {
    const sum = overPlaces(channel, (at) => A[at])
    return overPlaces(channel, (at) => (Math.max(0, g[at]) * g[at] ** 2) / (2 * g[at] ** 2 + sum * g[at] ** 3 + 1e-6))
  },
  'gradcam-elementwise': (channel, place) => {
    const at = channel * places + place
    return g[at] * A[at] > 0 ? g[at] : 0
  },
  ablationcam: (channel) => (score - without(channel)) / score
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  const scale = Math.max(...expected.map(Math.abs))
  expect(found).toHaveLength(expected.length)
  for (const [index, value] of expected.entries()) expect(Math.abs(found[index] - value) / scale).toBeLessThan(1e-5)
}

describe('class activation maps of a layer whose values and gradient are known', () => {
  it.each(Object.entries(definitions))('%s follows its definition', async (id, weight) => {
    const { map, layer } = await ask(id)
    const expected = weighted(weight)
    expect(layer?.shape).toEqual([1, 1, ...grid])
    expectClose(layer?.data ?? [], expected)
    expectClose(
      map.data,
      expected.map((value) => Math.max(0, value))
    )
  })

  it('scorecam weighs by the softmax of the scores under each channel as a mask', async () => {
    const factor = [2, 3]
    const model = layerModel({ ...plan, factor })
    const image = upsample(input, [6, 12], 'nearest')
    const { layer, notes } = await ask('scorecam', { model, image })
    const scores = [0, 1, 2].map((channel) => {
      const plane = { data: input.data.subarray(channel * places, (channel + 1) * places), shape: [1, 1, ...grid] }
      const mask = upsample(plane, [6, 12], 'corners').data
      const [low, high] = [Math.min(...mask), Math.max(...mask)]
      const seen = Float64Array.from({ length: channels * places }, (_, at) => {
        const [row, column] = [Math.floor((at % places) / 4) * 2, (at % 4) * 3]
        return A[at] * ((mask[row * 12 + column] - low) / (high - low + 1e-8))
      })
      return curved.value(seen)
    })
    const powers = scores.map((value) => Math.exp(value - Math.max(...scores)))
    const total = powers.reduce((sum, value) => sum + value, 0)
    expectClose(
      layer?.data ?? [],
      weighted((channel) => powers[channel] / total)
    )
    expect(notes?.channels).toBe(3)
  })

  it.each<[Layout, number]>([
    ['tokens-first', 1],
    ['tokens-first', 0],
    ['tokens-last', 2],
    ['channels-last', 0]
  ])('values held as %s with %i class tokens give the same maps', async (layout, drop) => {
    for (const id of [...Object.keys(definitions), 'scorecam', 'eigencam', 'eigengradcam', 'randomcam']) {
      const [as, plain] = [await ask(id, { model: layerModel({ ...plan, layout, drop }) }), await ask(id)]
      expectClose(as.layer?.data ?? [], [...(plain.layer?.data ?? [])])
      expect(as.map.shape).toEqual([1, 1, ...grid])
    }
  })

  it('eigencam is the projection on the direction of largest variance, and rises with the activation', async () => {
    const { layer } = await ask('eigencam')
    const centred = [0, 1, 2].map((channel) => {
      const own = A.subarray(channel * places, (channel + 1) * places)
      return own.map((value) => value - own.reduce((sum, one) => sum + one, 0) / places)
    })
    const variance = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((sum, value) => sum + value ** 2, 0)
    const found = Array.from(layer?.data ?? [])
    expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5)
    // No direction of a fine sphere has more variance, and one of them has as much.
    let most = 0
    for (let turn = 0; turn < 400; turn++) {
      for (let rise = 0; rise <= 200; rise++) {
        const [angle, height] = [(turn * Math.PI) / 400, (rise * Math.PI) / 200]
        const direction = [Math.sin(height) * Math.cos(angle), Math.sin(height) * Math.sin(angle), Math.cos(height)]
        const projected = Array.from({ length: places }, (_, place) =>
          direction.reduce((sum, weight, channel) => sum + weight * centred[channel][place], 0)
        )
        most = Math.max(most, variance(projected))
      }
    }
    expect(variance(found)).toBeGreaterThanOrEqual(most * (1 - 1e-6))
    expect(variance(found)).toBeLessThan(most * 1.001)
    const activity = weighted(() => 1)
    expect(found.reduce((sum, value, place) => sum + value * activity[place], 0)).toBeGreaterThan(0)
  })

  it('randomcam depends on seed and image, not on the score', async () => {
    const [one, again, other, turned] = [
      await ask('randomcam'),
      await ask('randomcam'),
      await ask('randomcam', { seed: 2 }),
      await ask('randomcam', { start: -1 })
    ]
    expect(again.layer).toEqual(one.layer)
    expect(turned.layer).toEqual(one.layer)
    expect(other.layer).not.toEqual(one.layer)
    const image = { ...input, data: input.data.map((value) => 2 * value) }
    expect((await ask('randomcam', { image })).layer?.data).not.toEqual(one.layer?.data.map((value) => 2 * value))
  })
})

describe('what class activation maps say of themselves', () => {
  it('a layer that does not move the score: an empty map, and a note', async () => {
    const flat = layerModel({ ...plan, value: () => 4, gradient: (values) => values.map(() => 0) })
    for (const id of ['gradcam', 'gradcam-plus-plus', 'hirescam', 'xgradcam', 'layercam', 'eigengradcam']) {
      const { map, notes } = await ask(id, { model: flat })
      expect(map.data.every((value) => value === 0)).toBe(true)
      expect(notes?.zeroGradient).toContain('features')
    }
    expect((await ask('gradcam')).notes).not.toHaveProperty('zeroGradient')
  })

  it('ablationcam says that a negative score turns the weights, and that a score of 0 has none', async () => {
    const negative = await ask('ablationcam', { start: score > 0 ? -1 : 1 })
    expect(negative.notes?.turnedWeights).toMatch(/negative/)
    // Numerator and divisor turn together: the map is that of the score itself.
    expectClose(negative.layer?.data ?? [], weighted(definitions.ablationcam))
    const zero = await ask('ablationcam', { model: layerModel({ ...plan, value: () => 0 }) })
    expect(zero.notes?.undefinedWeights).toMatch(/score is 0/)
    expect(zero.map.data.every((value) => value === 0)).toBe(true)
  })

  it('ablationcam runs only what lies behind the layer, many channels at once', async () => {
    const model = layerModel(plan)
    await ask('ablationcam', { model })
    expect(model.calls).toEqual({ predictFrom: 1, rows: 1 })
  })

  it.each([
    ['row', 'unsupported-method', /no spatial extent of 2 axes: its shape is \[3\]/, /would work: features/],
    ['nowhere', 'bad-parameter', /nowhere/, undefined]
  ])('the layer %s is refused by name', async (layer, code, message, hint) => {
    const asked = ask('gradcam', { given: { 'gradcam.layer': layer } })
    await expect(asked).rejects.toMatchObject({
      code,
      subject: layer,
      message: expect.stringMatching(message) as string
    })
    if (hint !== undefined) await expect(asked).rejects.toMatchObject({ hint: expect.stringMatching(hint) as string })
  })

  it('a model without target layers is told what would work', async () => {
    const model = { ...layerModel(plan), layers: [] }
    await expect(ask('hirescam', { model })).rejects.toMatchObject({
      code: 'unsupported-method',
      hint: expect.stringContaining('occlusion') as string
    })
  })
})

describe('from the layer to the image', () => {
  it('several layers: each scaled to 0–1, enlarged, then averaged; no one layer map', async () => {
    const one = await ask('gradcam', { given: { 'gradcam.scaling': 'none' } })
    const both = await ask('gradcam', { given: { 'gradcam.layer': 'features, features' } })
    const largest = Math.max(...one.map.data)
    const smallest = Math.min(...one.map.data)
    expectClose(
      both.map.data,
      [...one.map.data].map((value) => (value - smallest) / (largest - smallest))
    )
    expect(both.layer).toBeUndefined()
    expect(both.notes?.layer).toBe('features,features')
  })

  it('a volume of unequal sides is enlarged along each axis by its own half-pixel scale', async () => {
    const volume = { channels: 1, grid: [2, 3, 1], layout: 'channels-first' as const, factor: [3, 2, 4] }
    const linear = {
      value: (values: Float64Array) => values[0],
      gradient: (values: Float64Array) => values.map(() => 1)
    }
    const model = layerModel({ ...volume, ...linear })
    const image = { data: Float32Array.from({ length: 144 }, (_, at) => 1 + (at % 7)), shape: [1, 1, 6, 6, 4] }
    const { map, layer } = await ask('gradcam', { model, image })
    expect(map.shape).toEqual([1, 1, 6, 6, 4])
    const cells = layer?.data ?? []
    const at = (index: number, from: number, to: number): [number, number, number] => {
      const position = Math.min(from - 1, Math.max(0, ((index + 0.5) * from) / to - 0.5))
      const low = Math.floor(position)
      return [low, Math.min(from - 1, low + 1), position - low]
    }
    const expected = Array.from({ length: elementCount([6, 6, 4]) }, (_, flat) => {
      const [a, b, s] = at(Math.floor(flat / 24), 2, 6)
      const [c, d, t] = at(Math.floor(flat / 4) % 6, 3, 6)
      const cell = (i: number, j: number): number => cells[i * 3 + j]
      return (1 - s) * ((1 - t) * cell(a, c) + t * cell(a, d)) + s * ((1 - t) * cell(b, c) + t * cell(b, d))
    })
    expectClose(map.data, expected)
  })
})
