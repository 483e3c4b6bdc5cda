import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auprcTrapezoid } from '@engine/metrics/auprc-trapezoid'
import { averagePrecision } from '@engine/metrics/average-precision'
import { descendingOrder } from '@engine/metrics/descending-order'
import { kendallTau } from '@engine/metrics/kendall-tau'
import { rankPixels } from '@engine/metrics/ranking'
import { rocAuc } from '@engine/metrics/roc-auc'
import { ssim } from '@engine/metrics/structural-similarity'
import { naiveAuprc, naiveAveragePrecision, naiveKendall, naiveRocAuc, naiveSsim } from '../../support/naive-metrics'

/** Pixels of few distinct values, so that ties are common. */
const pixels = fc.array(fc.record({ score: fc.integer({ min: -4, max: 4 }), inside: fc.boolean() }), {
  minLength: 4,
  maxLength: 60
})

describe('ranking', () => {
  test('orders any floats from high to low, ties by index', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, maxLength: 300 }), (values) => {
        const expected = Array.from(values, (_, index) => index).sort(
          (left, right) => values[right] - values[left] || left - right
        )
        // Infinity − Infinity is NaN, which `||` turns into the order by index, as wanted.
        expect([...descendingOrder(values)]).toEqual(expected)
      })
    )
  })

  test('treats −0 as 0 and reads a view in the middle of a buffer', () => {
    const values = new Float32Array([9, 0, -0, 0, -1, 2]).subarray(1)
    expect([...descendingOrder(values)]).toEqual([4, 0, 1, 2, 3])
  })

  test('agrees with definitions written out pair by pair', () => {
    fc.assert(
      fc.property(pixels, (list) => {
        const scores = Float32Array.from(list, ({ score }) => score / 3)
        const mask = Uint8Array.from(list, ({ inside }) => Number(inside))
        const ranking = rankPixels(scores, mask)
        fc.pre(ranking.positives > 0 && ranking.negatives > 0)
        expect(averagePrecision(ranking)).toBeCloseTo(naiveAveragePrecision(scores, mask), 10)
        expect(auprcTrapezoid(ranking)).toBeCloseTo(naiveAuprc(scores, mask), 10)
        expect(rocAuc(ranking)).toBeCloseTo(naiveRocAuc(scores, mask), 10)
      })
    )
  })

  test('Kendall’s tau agrees with counting all pairs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), {
          minLength: 2,
          maxLength: 40
        }),
        (pairs) => {
          const a = Float32Array.from(pairs, (pair) => pair[0])
          const b = Float32Array.from(pairs, (pair) => pair[1])
          const found = kendallTau(a, b)
          const expected = naiveKendall(a, b)
          if (expected === null) expect(found).toBeNull()
          else expect(found).toBeCloseTo(expected, 10)
        }
      )
    )
  })
})

describe('structural similarity', () => {
  test('agrees with windows summed one by one, in two and three dimensions', () => {
    const values = (count: number, factor: number): Float32Array =>
      Float32Array.from({ length: count }, (_, index) => ((index * factor) % 101) / 100)
    for (const shape of [
      [9, 13],
      [8, 9, 10]
    ]) {
      const count = shape.reduce((product, size) => product * size, 1)
      const [a, b] = [values(count, 37), values(count, 53)]
      expect(ssim(a, b, shape)).toBeCloseTo(naiveSsim(a, b, shape), 10)
    }
  })
})
