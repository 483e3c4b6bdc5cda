import { describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import type { AttributionContext } from '@engine/attribution/method'
import type { GivenParams } from '@engine/attribution/parameters'
import { type ExpressionResult, runExpression } from '@engine/attribution/run-expression'
import { quietJob } from '@engine/job'
import { gaussianFilter } from '@engine/tensor/gaussian-filter'
import { randomStream } from '@engine/tensor/random'
import { tensor, type Tensor } from '@engine/tensor/tensor'
import { type AnalyticFunction, analyticModel, threeTerms } from '../../support/analytic-model'

const start = tensor(Float32Array.of(1), [1, 1])

interface Around {
  readonly f?: AnalyticFunction
  readonly input?: Tensor
  readonly files?: Readonly<Record<string, Tensor>>
  readonly background?: AttributionContext['background']
  readonly seed?: number
}

function attribute(expression: string, params: GivenParams = {}, around: Around = {}): Promise<ExpressionResult> {
  const { f = threeTerms, files = {}, background, seed = 1 } = around
  const input = around.input ?? tensor(Float32Array.of(0.7, -1.3, 2.1), [1, 1, 1, 3])
  const loadTensor = (path: string) => Promise.resolve(files[path])
  const context = {
    model: analyticModel(f),
    input,
    start,
    of: 'logit' as const,
    seed,
    job: quietJob(),
    loadTensor,
    background
  }
  return runExpression(context, parseExpression(expression), params)
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, digits = 5): void {
  expect(found).toHaveLength(expected.length)
  for (let index = 0; index < expected.length; index++) expect(found[index]).toBeCloseTo(expected[index], digits)
}

/** f = Σ w x: every path gives each pixel w · (x − baseline). */
const weights = [2, -1, 0.5, 3]
const linear: AnalyticFunction = {
  inputShape: [1, 2, 2],
  value: (x) => weights.reduce((sum, weight, index) => sum + weight * x[index], 0),
  gradient: () => weights
}
const square = tensor(Float32Array.of(0.2, 0.9, -0.4, 0.6), [1, 1, 2, 2])

describe('expected gradients', () => {
  const baselines = tensor(Float32Array.of(0, 0, 0, 1, 1, 1), [2, 1, 1, 3])
  const files = { 'b.npy': baselines, 'a.npy': tensor(Float32Array.of(0.25, 0.5), [2]) }
  const replay = { 'expected-gradients.baselines': 'b.npy', 'expected-gradients.alphas': 'a.npy' }

  it('replays baselines and positions row by row', async () => {
    const { map, notes } = await attribute('expected-gradients', replay, { files })
    const share = (from: number, alpha: number): number[] => {
      const [x, y, z] = [0.7, -1.3, 2.1].map((value) => from + alpha * (value - from))
      return [5 * (0.7 - from), 2 * y * (-1.3 - from), Math.cos(z) * (2.1 - from)].map((value) =>
        x === Infinity ? 0 : value
      )
    }
    const [one, two] = [share(0, 0.25), share(1, 0.5)]
    expectClose(
      map.data,
      one.map((value, index) => (value + two[index]) / 2)
    )
    expect(notes).toMatchObject({ samples: 2, background: 'replayed' })
  })

  it('takes the first rows with samples=k and refuses more than there are', async () => {
    const first = await attribute('expected-gradients', { ...replay, 'expected-gradients.samples': 1 }, { files })
    expectClose([first.map.data[0]], [3.5])
    await expect(
      attribute('expected-gradients', { ...replay, 'expected-gradients.samples': 3 }, { files })
    ).rejects.toMatchObject({
      code: 'bad-parameter',
      subject: 'expected-gradients.samples'
    })
  })

  it('draws from the background set by the seed; the mean goes to the shares of the set', async () => {
    const background = (): Promise<Tensor> => Promise.resolve(baselines)
    const many = { 'expected-gradients.samples': 4000 }
    const [a, b, c] = [
      await attribute('expected-gradients', many, { background }),
      await attribute('expected-gradients', many, { background }),
      await attribute('expected-gradients', many, { background, seed: 2 })
    ]
    expect(a.map).toEqual(b.map)
    expect(a.map.data).not.toEqual(c.map.data)
    // y²: the mean over both baselines of (y² − y′²), and sin z likewise.
    expect(a.map.data[1]).toBeCloseTo(1.69 - 0.5, 1)
    expect(a.map.data[2]).toBeCloseTo(Math.sin(2.1) - Math.sin(1) / 2, 1)
  })

  it('says what is missing without a background set, and which shape is wrong', async () => {
    await expect(attribute('expected-gradients')).rejects.toMatchObject({
      code: 'bad-parameter',
      hint: expect.stringContaining('expected-gradients.baselines=') as string
    })
    const wrong = { 'b.npy': tensor(new Float32Array(4), [1, 4]) }
    await expect(
      attribute('expected-gradients', { 'expected-gradients.baselines': 'b.npy' }, { files: wrong })
    ).rejects.toMatchObject({
      code: 'bad-parameter',
      subject: 'expected-gradients.baselines'
    })
  })
})

describe('guided integrated gradients', () => {
  it('of a linear function is weight times difference, whatever the path', async () => {
    const { map } = await attribute('guided-ig', { 'guided-ig.steps': 20 }, { f: linear, input: square })
    expectClose(
      map.data,
      weights.map((weight, index) => weight * square.data[index])
    )
  })

  it('sums to the change of the score, and pixels equal to the baseline get nothing', async () => {
    const input = tensor(Float32Array.of(0.7, 0, 2.1), [1, 1, 1, 3])
    const { map, notes } = await attribute('guided-ig', { 'guided-ig.steps': 800 }, { input })
    expect(map.data[1]).toBe(0)
    expect(map.data[0]).toBeCloseTo(3.5, 5)
    expect(Math.abs(Number(notes?.completenessDelta))).toBeLessThan(0.01)
    const still = await attribute('guided-ig', {}, { input: tensor(new Float32Array(3), [1, 1, 1, 3]) })
    expect([...still.map.data]).toEqual([0, 0, 0])
  })
})

describe('blur integrated gradients', () => {
  it('of a linear function is weight times what the blur takes away', async () => {
    const stream = randomStream(1, 'image')
    const shape = [1, 1, 6, 8]
    const image = Float32Array.from({ length: 48 }, () => stream.uniform())
    const f: AnalyticFunction = {
      inputShape: [1, 6, 8],
      value: (x) => x.reduce((sum, value, index) => sum + index * value, 0),
      gradient: () => Array.from({ length: 48 }, (_, index) => index)
    }
    const params = { 'blur-ig.steps': 600, 'blur-ig.max-sigma': 3, 'blur-ig.gradient-step': 0.0005 }
    const { map, notes } = await attribute('blur-ig', params, { f, input: tensor(image, shape) })
    const blurred = gaussianFilter({ data: Float64Array.from(image), shape: [6, 8] }, [3, 3], 'zero')
    // The kernel's length grows in steps, where the image jumps by the tail beyond four sigma.
    for (let index = 0; index < 48; index++)
      expect(Math.abs(map.data[index] - index * (image[index] - blurred[index]))).toBeLessThan(0.1)
    expect(Math.abs(Number(notes?.completenessDelta) / Number(notes?.scoreChange))).toBeLessThan(0.02)
  })
})

describe('RISE', () => {
  const masks = tensor(Float32Array.of(1, 0, 0, 1, 0, 0.5, 1, 0), [2, 2, 2])
  const files = { 'm.npy': masks }

  it('weighs replayed masks by the score of what is seen', async () => {
    const { map } = await attribute('rise', { 'rise.draws': 'm.npy' }, { f: linear, input: square, files })
    const seen = [0, 1].map((row) =>
      weights.reduce((sum, weight, index) => sum + weight * square.data[index] * masks.data[row * 4 + index], 0)
    )
    expect(map.shape).toEqual([1, 1, 2, 2])
    expectClose(
      map.data,
      [0, 1, 2, 3].map((index) => (seen[0] * masks.data[index] + seen[1] * masks.data[4 + index]) / (2 * 0.5))
    )
  })

  it('draws by the seed; the mean mask is the probability, so a constant score gives a flat map of that score', async () => {
    const constant: AnalyticFunction = { inputShape: [1, 20, 17], value: () => 2, gradient: () => [] }
    const input = tensor(new Float32Array(340).fill(1), [1, 1, 20, 17])
    const params = { 'rise.masks': 3000, 'rise.grid': 4, 'rise.probability': 0.3 }
    const { map, notes } = await attribute('rise', params, { f: constant, input })
    for (const value of map.data) expect(Math.abs(value - 2)).toBeLessThan(0.25)
    expect(map.data.reduce((sum, value) => sum + value, 0) / 340).toBeCloseTo(2, 1)
    expect(notes).toMatchObject({ masks: 3000 })
    const few = { ...params, 'rise.masks': 20 }
    const [a, b, c] = [1, 1, 2].map((seed) => attribute('rise', few, { f: constant, input, seed }))
    expect((await a).map).toEqual((await b).map)
    expect((await a).map).not.toEqual((await c).map)
  })

  it('refuses masks of another size, and more than there are', async () => {
    const wrong = { 'm.npy': tensor(new Float32Array(9), [1, 3, 3]) }
    await expect(
      attribute('rise', { 'rise.draws': 'm.npy' }, { f: linear, input: square, files: wrong })
    ).rejects.toMatchObject({ subject: 'rise.draws' })
    await expect(
      attribute('rise', { 'rise.draws': 'm.npy', 'rise.masks': 3 }, { f: linear, input: square, files })
    ).rejects.toMatchObject({ subject: 'rise.masks' })
  })
})

describe('regions', () => {
  /** Two halves; the right one matters. */
  const size = 24
  const halves: AnalyticFunction = {
    inputShape: [1, size, size],
    value: (x) => x.reduce((sum, value, index) => sum + (index % size >= size / 2 ? value : 0), 0),
    gradient: () => Array.from({ length: size * size }, (_, index) => (index % size >= size / 2 ? 1 : 0))
  }
  const image = tensor(
    Float32Array.from({ length: size * size }, (_, index) => (index % size >= size / 2 ? 1 : -1)),
    [1, 1, size, size]
  )

  it.each(['gradient+region', 'xrai'])('%s puts the half that matters above the other', async (expression) => {
    const { map, notes } = await attribute(expression, {}, { f: halves, input: image })
    expect(map.shape).toEqual([1, 1, size, size])
    expect(map.data[size + size - 1]).toBeGreaterThan(map.data[size])
    expect(notes?.regions).toBeGreaterThanOrEqual(6)
  })

  it('takes masks and an attribution from files, the largest channel, and then does not run the method', async () => {
    const masks = tensor(
      Float32Array.from({ length: 2 * size * size }, (_, index) =>
        Math.floor(index / (size * size)) === (index % size >= size / 2 ? 1 : 0) ? 1 : 0
      ),
      [2, size, size]
    )
    const attribution = tensor(
      Float32Array.from({ length: 2 * size * size }, (_, index) => (index < size * size ? 3 : index % size)),
      [1, 2, size, size]
    )
    const files = { 's.npy': masks, 'a.npy': attribution }
    const params = { 'region.segments': 's.npy', 'region.attribution': 'a.npy' }
    const { map } = await attribute('gradient+region', params, { f: halves, input: image, files })
    const left =
      Array.from({ length: 12 }, (_, column) => Math.max(3, column)).reduce((sum, value) => sum + value, 0) / 12
    expect(map.data[0]).toBeCloseTo(left, 5)
    expect(map.data[23]).toBeCloseTo(17.5, 5)
    const wrong = { ...files, 's.npy': tensor(new Float32Array(9), [1, 3, 3]) }
    await expect(attribute('gradient+region', params, { f: halves, input: image, files: wrong })).rejects.toMatchObject(
      { subject: 'region.segments' }
    )
    const odd = { ...files, 'a.npy': tensor(new Float32Array(9), [1, 3, 3]) }
    await expect(attribute('gradient+region', params, { f: halves, input: image, files: odd })).rejects.toMatchObject({
      subject: 'region.attribution'
    })
  })

  it('works in a volume, ranks several inputs one by one, and says where regions are undefined', async () => {
    const volume: AnalyticFunction = {
      inputShape: [1, 10, 12, 14],
      value: (x) => x[0],
      gradient: (x) => Array.from(x, (value) => (value > 0 ? 1 : 0))
    }
    const input = tensor(
      Float32Array.from({ length: 1680 }, (_, index) => (index % 14 >= 7 ? 1 : -1)),
      [1, 1, 10, 12, 14]
    )
    const { map } = await attribute('gradient+region+sg', { 'sg.samples': 2, 'sg.sigma': 0 }, { f: volume, input })
    expect(map.shape).toEqual([1, 1, 10, 12, 14])
    expect(map.data[13]).toBeGreaterThan(map.data[0])
    const line: AnalyticFunction = { inputShape: [1, 80], value: (x) => x[0], gradient: (x) => [...x] }
    await expect(
      attribute('gradient+region', {}, { f: line, input: tensor(new Float32Array(80), [1, 1, 80]) })
    ).rejects.toMatchObject({
      code: 'unsupported-method'
    })
  })
})
