import { describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import type { Attribution } from '@engine/attribution/method'
import type { GivenParams } from '@engine/attribution/parameters'
import { runExpression } from '@engine/attribution/run-expression'
import { quietJob } from '@engine/job'
import { tensor, type Tensor } from '@engine/tensor/tensor'
import { analyticModel, threeTerms } from '../../support/analytic-model'

const point = tensor(Float32Array.of(0.7, -1.3, 2.1), [1, 1, 1, 3])
const start = tensor(Float32Array.of(1), [1, 1])

function attribute(
  text: string,
  params: GivenParams = {},
  files: Record<string, Tensor> = {},
  seed = 7
): Promise<Attribution> {
  const model = analyticModel(threeTerms)
  const context = {
    model,
    input: point,
    start,
    of: 'logit' as const,
    seed,
    job: quietJob(),
    loadTensor: (path: string) => Promise.resolve(files[path])
  }
  return runExpression(context, parseExpression(text), params)
}

const values = (attribution: Attribution): number[] => [...attribution.map.data]

function expectClose(actual: readonly number[], expected: readonly number[], digits = 5): void {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index], digits))
}

describe('methods on f = 5x + y² + sin z', () => {
  it('gradient and input × gradient are the analytic ones', async () => {
    expectClose(values(await attribute('gradient')), [5, -2.6, Math.cos(2.1)])
    expectClose(values(await attribute('input-x-gradient')), [3.5, 3.38, 2.1 * Math.cos(2.1)])
  })

  it('integrated gradients from zero gives each term its own share and a completeness delta of zero', async () => {
    const result = await attribute('integrated-gradients', { 'integrated-gradients.steps': 16 })
    expectClose(values(result), [3.5, 1.69, Math.sin(2.1)])
    expect(Math.abs(Number(result.notes?.completenessDelta))).toBeLessThan(1e-5)
    expect(result.notes?.scoreChange).toBeCloseTo(3.5 + 1.69 + Math.sin(2.1), 5)
  })

  it.each([
    ['trapezoid', 1],
    ['riemann-trapezoid-captum', 7 / 8],
    ['pair', 1]
  ])('the weights of rule %s sum to %f', async (rule, sum) => {
    const result = await attribute('integrated-gradients', {
      'integrated-gradients.steps': 8,
      'integrated-gradients.rule': rule
    })
    expect(values(result)[0]).toBeCloseTo(3.5 * sum, 5)
    // y²: every symmetric rule with both ends is exact for a linear gradient.
    expect(values(result)[1]).toBeCloseTo(1.69 * sum, 5)
  })

  it('black-white is the mean of the two baselines, a number and a file are baselines too', async () => {
    const from = async (baseline: string | number): Promise<number[]> =>
      values(
        await attribute(
          'integrated-gradients',
          { 'integrated-gradients.baseline': baseline },
          { 'half.npy': tensor(Float32Array.of(0.5, 0.5, 0.5), [3]) }
        )
      )
    const [black, white, both] = [await from('black'), await from('white'), await from('black-white')]
    expectClose(
      both,
      black.map((value, index) => (value + white[index]) / 2)
    )
    expectClose(white, [5 * -0.3, 1.69 - 1, Math.sin(2.1) - Math.sin(1)])
    expectClose(await from('0.5'), [1, 1.69 - 0.25, Math.sin(2.1) - Math.sin(0.5)])
    expectClose(await from('half.npy'), [1, 1.69 - 0.25, Math.sin(2.1) - Math.sin(0.5)])
  })

  it('a baseline file of another size is refused by name', async () => {
    const wrong = { 'wrong.npy': tensor(new Float32Array(4), [4]) }
    await expect(
      attribute('integrated-gradients', { 'integrated-gradients.baseline': 'wrong.npy' }, wrong)
    ).rejects.toMatchObject({
      code: 'bad-parameter',
      subject: 'integrated-gradients.baseline'
    })
  })

  it('a contrast explains the negative: the signs turn', async () => {
    const model = analyticModel(threeTerms)
    const context = {
      model,
      input: point,
      start: tensor(Float32Array.of(-1), [1, 1]),
      of: 'logit' as const,
      seed: 1,
      job: quietJob()
    }
    const result = await runExpression(context, parseExpression('gradient'))
    expectClose([...result.map.data], [-5, 2.6, -Math.cos(2.1)])
  })

  it('occlusion averages the drop over the windows that cover a pixel', async () => {
    const drop = (indices: readonly number[]): number => {
      const covered = point.data.map((value, index) => (indices.includes(index) ? 0 : value))
      return threeTerms.value(point.data) - threeTerms.value(covered)
    }
    const result = await attribute('occlusion', { 'occlusion.window': '1,1,2', 'occlusion.stride': '1,1,1' })
    expectClose(values(result), [drop([0, 1]), (drop([0, 1]) + drop([1, 2])) / 2, drop([1, 2])])
    // ceil((3 − 2) / 2) + 1 = 2 windows, the second clipped to one pixel.
    const clipped = await attribute('occlusion', { 'occlusion.window': '1,1,2', 'occlusion.stride': '1,1,2' })
    expectClose(values(clipped), [drop([0, 1]), drop([0, 1]), drop([2])])
  })

  it('occlusion refuses a stride that skips pixels and sizes of another rank', async () => {
    await expect(
      attribute('occlusion', { 'occlusion.window': '1,1,1', 'occlusion.stride': '1,1,2' })
    ).rejects.toMatchObject({
      code: 'bad-parameter'
    })
    await expect(attribute('occlusion', { 'occlusion.window': '1,1' })).rejects.toMatchObject({
      subject: 'occlusion.window'
    })
  })
})

describe('wrappers on f = 5x + y² + sin z', () => {
  const draws = tensor(Float32Array.of(0.1, 0.2, -0.3, -0.5, 0.4, 0.2), [2, 1, 1, 3])
  const files = { 'noise.npy': draws }
  const noisy = [0, 1].map((copy) => point.data.map((value, index) => value + draws.data[copy * 3 + index]))
  const gradients = noisy.map((x) => threeTerms.gradient(x))
  const mean = [0, 1, 2].map((index) => (gradients[0][index] + gradients[1][index]) / 2)
  const square = [0, 1, 2].map((index) => (gradients[0][index] ** 2 + gradients[1][index] ** 2) / 2)

  it('sg, sg2 and var replay the draws of a file', async () => {
    const params = { 'sg.noise': 'noise.npy' }
    expectClose(values(await attribute('gradient+sg', params, files)), mean)
    expectClose(values(await attribute('gradient+sg2', params, files)), square)
    expectClose(
      values(await attribute('gradient+var', params, files)),
      square.map((value, index) => value - mean[index] ** 2)
    )
  })

  it('sg.samples takes the first rows of the file and refuses more than there are', async () => {
    const first = await attribute('gradient+sg', { 'sg.noise': 'noise.npy', 'sg.samples': 1 }, files)
    expectClose(values(first), gradients[0])
    expect(first.notes?.samples).toBe(1)
    await expect(attribute('gradient+sg', { 'sg.noise': 'noise.npy', 'sg.samples': 3 }, files)).rejects.toMatchObject({
      code: 'bad-parameter',
      subject: 'sg.samples'
    })
  })

  it('wrappers apply from left to right', async () => {
    const params = { 'sg.noise': 'noise.npy' }
    const absLast = await attribute('gradient+sg+abs', params, files)
    const absFirst = await attribute('gradient+abs+sg', params, files)
    expectClose(values(absLast), mean.map(Math.abs))
    expectClose(
      values(absFirst),
      [0, 1, 2].map((index) => (Math.abs(gradients[0][index]) + Math.abs(gradients[1][index])) / 2)
    )
  })

  it('sg around integrated gradients runs it once per copy', async () => {
    const result = await attribute('integrated-gradients+sg', { 'sg.noise': 'noise.npy' }, files)
    const shares = (x: Float32Array): number[] => [5 * x[0], x[1] ** 2, Math.sin(x[2])]
    expectClose(
      values(result),
      [0, 1, 2].map((index) => (shares(noisy[0])[index] + shares(noisy[1])[index]) / 2)
    )
  })

  it('the same seed gives the same map, another seed another one, and sigma scales with the range of the input', async () => {
    const [a, b, c] = await Promise.all([3, 3, 4].map((seed) => attribute('gradient+sg', {}, {}, seed)))
    expect(values(a)).toEqual(values(b))
    expect(values(a)).not.toEqual(values(c))
    expect(a.notes?.samples).toBe(25)
    expect(a.notes?.sigmaInInputUnits).toBeCloseTo(0.15 * (2.1 + 1.3), 6)
    // d²f/dx² of 5x is 0: noise cannot move that value.
    expect(values(a)[0]).toBeCloseTo(5, 5)
    const still = await attribute('gradient+sg', { 'sg.sigma': 0 })
    expectClose(values(still), [5, -2.6, Math.cos(2.1)])
  })

  it('gives the map so far while it goes', async () => {
    const partial: unknown[] = []
    const model = analyticModel(threeTerms)
    const job = { ...quietJob(), partial: (value: unknown) => void partial.push(value) }
    const context = { model, input: point, start, of: 'logit' as const, seed: 1, job }
    const result = await runExpression(context, parseExpression('gradient+sg'), { 'sg.samples': 20 })
    expect(partial).toHaveLength(2)
    expect(partial.at(-1)).toMatchObject({ kind: 'preliminary', done: 20, total: 20, map: result.map })
  })

  it('stops between pieces when cancelled', async () => {
    const stop = new AbortController()
    const model = analyticModel(threeTerms)
    const job = { signal: stop.signal, progress: (_stage: string, done: number) => done >= 16 && stop.abort() }
    const context = { model, input: point, start, of: 'logit' as const, seed: 1, job }
    await expect(runExpression(context, parseExpression('gradient+sg'), { 'sg.samples': 80 })).rejects.toMatchObject({
      code: 'cancelled'
    })
    expect(model.seen.rows).toBe(16)
  })
})

describe('null references', () => {
  it('random depends on the seed and the image, not on the model', async () => {
    const [a, b, c] = [
      await attribute('random', {}, {}, 1),
      await attribute('random', {}, {}, 1),
      await attribute('random', {}, {}, 2)
    ]
    expect(a.map.shape).toEqual([1, 1, 1, 3])
    expect(values(a)).toEqual(values(b))
    expect(values(a)).not.toEqual(values(c))
    expect(values(a).every((value) => value >= 0 && value < 1)).toBe(true)
    expect(values(await attribute('random', { 'random.kind': 'blurred' }, {}, 1))).not.toEqual(values(a))
  })

  it('edge is the Sobel magnitude', async () => {
    const model = analyticModel({
      inputShape: [1, 4, 5],
      value: () => 0,
      gradient: () => new Array<number>(20).fill(0)
    })
    const step = tensor(
      Float32Array.from({ length: 20 }, (_, index) => (index % 5 >= 3 ? 1 : 0)),
      [1, 1, 4, 5]
    )
    const context = { model, input: step, start, of: 'logit' as const, seed: 1, job: quietJob() }
    const { map } = await runExpression(context, parseExpression('edge'))
    for (let row = 0; row < 4; row++) expect([...map.data.subarray(row * 5, row * 5 + 5)]).toEqual([0, 0, 4, 4, 0])
  })
})
