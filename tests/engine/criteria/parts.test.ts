import { describe, expect, test } from 'vitest'
import type { RunCase } from '@engine/criteria/experiment-run'
import { sampledCases } from '@engine/criteria/case-choice'
import { chancePartners } from '@engine/criteria/random-pairs'
import { edgeMap } from '@engine/criteria/references/edge'
import { blurredNoise, uniformNoise } from '@engine/criteria/references/random'
import { scaleForScoring } from '@engine/criteria/references/scale-for-scoring'
import { aboveChance, aboveEach, belowChance, offTheCue } from '@engine/criteria/rules'
import { createStatistics } from '@engine/criteria/summary'
import { figure, withInterval } from '@engine/criteria/wording'
import { randomStream } from '@engine/tensor/random'
import { tensor } from '@engine/tensor/tensor'
import type { Difference } from '@shared/report'
import { averageOfMasks } from '../../support/average-of-masks'

const clear = (low: number, high: number): Difference => ({
  n: 20,
  value: (low + high) / 2,
  ci95: [low, high],
  p: 0.1,
  pHolm: null
})
const unknown: Difference = { n: 1, value: 0, ci95: null, p: null, pHolm: null }

describe('rules', () => {
  test('localisation passes above every reference, fails below any', () => {
    expect(aboveEach([clear(0.1, 0.2), clear(0.01, 0.3)])).toBe('pass')
    expect(aboveEach([clear(0.1, 0.2), clear(-0.01, 0.3)])).toBe('inconclusive')
    expect(aboveEach([clear(0.1, 0.2), clear(0, 0.3)])).toBe('inconclusive')
    expect(aboveEach([clear(0.1, 0.2), clear(-0.2, -0.01)])).toBe('fail')
    expect(aboveEach([clear(0.1, 0.2), unknown])).toBe('not-assessable')
    expect(aboveEach([clear(-0.2, -0.1), unknown])).toBe('fail')
    expect(aboveEach([])).toBe('not-assessable')
  })

  test('randomisation passes below chance; no difference at all fails', () => {
    expect(belowChance([-0.3, -0.1])).toBe('pass')
    expect(belowChance([-0.3, 0.1])).toBe('inconclusive')
    expect(belowChance([0, 0.1])).toBe('fail')
    expect(belowChance(null)).toBe('not-assessable')
  })

  test('agreement passes above chance; cues pass below their area', () => {
    expect([
      aboveChance([0.01, 0.1]),
      aboveChance([-0.1, 0.1]),
      aboveChance([-0.2, -0.1]),
      aboveChance([0, 0])
    ]).toEqual(['pass', 'inconclusive', 'fail', 'inconclusive'])
    expect([offTheCue([0.01, 0.1]), offTheCue([-0.1, 0.1]), offTheCue([-0.2, -0.1])]).toEqual([
      'fail',
      'inconclusive',
      'pass'
    ])
  })
})

describe('references', () => {
  test('random maps are seeded, in [0, 1], and the blurred one is smooth', () => {
    const shape = [40, 48]
    const uniform = uniformNoise(shape, randomStream(1, 'x'))
    expect(uniformNoise(shape, randomStream(1, 'x'))).toEqual(uniform)
    const blurred = blurredNoise(shape, randomStream(1, 'x'))
    const roughness = (map: Float32Array): number =>
      map.reduce((sum, value, index) => sum + (index % 48 === 0 ? 0 : Math.abs(value - map[index - 1])), 0) / map.length
    expect(roughness(blurred)).toBeLessThan(roughness(uniform) / 4)
    for (const map of [uniform, blurred]) {
      expect(Math.min(...map)).toBe(0)
      expect(Math.max(...map)).toBe(1)
    }
  })

  test('Sobel magnitude of a vertical edge, by hand; channels add up; slices stay apart', () => {
    const step = Float32Array.from({ length: 30 }, (_, index) => Number(index % 6 >= 3))
    const { values, shape } = edgeMap(tensor(step, [1, 1, 5, 6]))
    expect(shape).toEqual([5, 6])
    expect([...values.subarray(6, 12)]).toEqual([0, 0, 1, 1, 0, 0])
    const series = edgeMap(tensor(Float32Array.from([...step, ...new Float32Array(30)]), [2, 1, 5, 6]))
    expect(series.shape).toEqual([2, 5, 6])
    expect(series.values.subarray(30).every((value) => value === 0)).toBe(true)
    // Two channels, the second twice as strong and shifted: magnitudes add before scaling.
    const shifted = Float32Array.from({ length: 30 }, (_, index) => 2 * Number(index % 6 >= 5))
    const both = edgeMap(tensor(Float32Array.from([...step, ...shifted]), [1, 2, 5, 6]))
    expect([...both.values.subarray(6, 12)]).toEqual([0, 0, 0.5, 0.5, 1, 1])
  })

  test('Sobel magnitude in space, by hand: a step across in the first of two slices', () => {
    const step = Float32Array.from({ length: 30 }, (_, index) => Number(index % 6 >= 3))
    const { values, shape } = edgeMap(tensor(Float32Array.from([...step, ...new Float32Array(30)]), [1, 1, 2, 5, 6]))
    expect(shape).toEqual([2, 5, 6])
    // Across: 4 (rows) × 3 or 1 (slices, the border repeated); through the slices: 4 (rows) × 0, 0, 1, 3, 4, 4 (columns).
    const through = [0, 0, 4, 12, 16, 16]
    for (const [slice, across] of [
      [0, 12],
      [1, 4]
    ]) {
      through.forEach((value, column) => {
        const expected = Math.hypot(column === 2 || column === 3 ? across : 0, value) / Math.hypot(12, 12)
        expect(values[slice * 30 + 12 + column]).toBeCloseTo(expected, 6)
      })
    }
  })

  test('blurred noise is smooth across slices only where they belong together', () => {
    const shape = [24, 24, 24]
    const roughness = (map: Float32Array): number =>
      map.reduce((sum, value, index) => sum + (index < 576 ? 0 : Math.abs(value - map[index - 576])), 0) / map.length
    const apart = blurredNoise(shape, randomStream(1, 'x'))
    const together = blurredNoise(shape, randomStream(1, 'x'), 3)
    expect(roughness(together)).toBeLessThan(roughness(apart) / 2)
  })

  test('average of masks; scaling for scoring clips the hottest percent', () => {
    expect([...averageOfMasks([Uint8Array.of(1, 0, 1, 0), Uint8Array.of(1, 1, 0, 0)])]).toEqual([1, 0.5, 0.5, 0])
    expect(averageOfMasks([])).toHaveLength(0)
    const ramp = Float32Array.from({ length: 101 }, (_, index) => index)
    const scaled = scaleForScoring(ramp)
    expect(scaled[99]).toBe(1)
    expect(scaled[100]).toBe(1)
    expect(scaled[50]).toBeCloseTo(50 / 99, 6)
    expect([...scaleForScoring(new Float32Array(4).fill(3))]).toEqual([0, 0, 0, 0])
  })
})

describe('choice of cases and pairs', () => {
  const cases = Array.from({ length: 30 }, (_, index): RunCase => ({
    id: `c${index}`,
    patient: `p${Math.floor(index / 2)}`,
    label: 'x',
    hasMask: true,
    hasCue: false,
    variants: []
  }))

  test('partners are of other patients, drawn once each, the same for a seed', () => {
    const partners = chancePartners(cases, 10, 1)
    expect(chancePartners(cases, 10, 1)).toEqual(partners)
    expect(chancePartners(cases, 10, 2)).not.toEqual(partners)
    partners.forEach((list, index) => {
      expect(new Set(list).size).toBe(10)
      for (const partner of list) expect(cases[partner].patient).not.toBe(cases[index].patient)
    })
    expect(chancePartners(cases, 0, 1)[0]).toHaveLength(28)
    expect(chancePartners(cases, 50, 1)[0]).toHaveLength(28)
  })

  test('sampling keeps whole patients and the order', () => {
    const sampled = sampledCases(cases, 11, 4)
    expect(sampled).toHaveLength(10)
    expect(sampledCases(cases, 11, 4)).toEqual(sampled)
    for (const item of sampled) expect(sampled.filter((other) => other.patient === item.patient)).toHaveLength(2)
    expect(sampled.map((item) => cases.indexOf(item))).toEqual(
      sampled.map((item) => cases.indexOf(item)).toSorted((a, b) => a - b)
    )
    expect(sampledCases(cases, null, 4)).toBe(cases)
  })
})

describe('statistics and words', () => {
  const statistics = createStatistics({ minimumPatients: 10, draws: 500, level: 0.95 }, 1)
  const numbers = (values: (number | null)[]) =>
    values.map((value, index) => ({ id: `c${index}`, patient: `p${index}`, value }))

  test('differences are paired: what both share does not widen them', () => {
    const base = Array.from({ length: 20 }, (_, index) => Math.sin(index * 3) * 10)
    const found = statistics.difference(numbers(base.map((value) => value + 1)), numbers(base))
    expect(found.value).toBeCloseTo(1, 12)
    expect(found.ci95![1] - found.ci95![0]).toBeLessThan(1e-9)
    expect(found.p).toBeLessThan(0.001)
  })

  test('missing values leave the pair out; one patient has no interval; none has no value', () => {
    expect(statistics.difference(numbers([1, null, 3]), numbers([0, 1, null]))).toMatchObject({
      n: 1,
      value: 1,
      ci95: null
    })
    expect(statistics.summarise(numbers([null]))).toEqual({ n: 0, patients: 0, value: null, sd: null, ci95: null })
  })

  test('figures in sentences', () => {
    expect(figure(0.4837)).toBe('0.48')
    expect(figure(-0.0151)).toBe('−0.015')
    expect(figure(12.34)).toBe('12.3')
    expect(figure(null)).toBe('undefined')
    // Unscaled maps have figures that three decimals would all call 0.
    expect(figure(-8.66e-6)).toBe('−8.7 × 10⁻⁶')
    expect(withInterval(4.59e-5, [1e-5, 0.0006])).toBe('4.6 × 10⁻⁵ (1.0 × 10⁻⁵–0.001)')
    expect(withInterval(0.5, [0.41, 0.6])).toBe('0.50 (0.41–0.60)')
    expect(withInterval(0.1, [-0.1, 0.3])).toBe('0.10 (−0.10 to 0.30)')
  })
})
