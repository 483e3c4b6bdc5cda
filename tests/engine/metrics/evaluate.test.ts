import { describe, expect, test } from 'vitest'
import type { Fault } from '@engine/fault'
import { evaluateMetric } from '@engine/metrics/evaluate'
import { metrics } from '@engine/metrics/index'
import type { Metric } from '@engine/metrics/metric'

const metric = (id: string): Metric => metrics.find((item) => item.id === id)!
const map = new Float32Array([0, 0.5, 0.5, 1])
const mask = new Uint8Array([0, 0, 1, 1])
const shape = [2, 2]

function fault(action: () => unknown): Fault {
  try {
    action()
  } catch (thrown) {
    return thrown as Fault
  }
  throw new Error('nothing was thrown')
}

describe('metrics on input from outside', () => {
  test('ids are unique; every metric has title, citation and described parameters', () => {
    expect(new Set(metrics.map((item) => item.id)).size).toBe(metrics.length)
    for (const item of metrics) {
      expect(item.title.length, item.id).toBeGreaterThan(5)
      expect(item.citation, item.id).toMatch(/\d{4}|mednet/)
    }
  })

  test('parameters may come as text', () => {
    const tolerant = evaluateMetric(metric('pointing-game'), { map: map.toReversed(), mask, shape }, { tolerance: '1' })
    expect(tolerant.value).toBe(1)
    expect(evaluateMetric(metric('pointing-game'), { map: map.toReversed(), mask, shape }).value).toBe(0)
    expect(
      evaluateMetric(metric('pearson'), { map, other: map.map((value) => -value), shape }, { absolute: 'true' }).value
    ).toBe(1)
  })

  test('the pointing game shares a hit among equal maxima, and takes the peak before clipping where it is known', () => {
    const clipped = new Float32Array([1, 0.5, 1, 1])
    const point = (inputs: object, params: Record<string, string> = {}): number | null =>
      evaluateMetric(metric('pointing-game'), { map: clipped, mask, shape, ...inputs }, params).value
    expect(point({})).toBe(0)
    expect(point({}, { ties: 'any' })).toBe(1)
    expect(point({}, { ties: 'share' })).toBeCloseTo(2 / 3, 12)
    expect(point({ peak: 3 }, { ties: 'share' })).toBe(1)
    expect(point({ peak: 0 }, { ties: 'any' })).toBe(0)
  })

  test('an unknown parameter is a usage fault that lists the known ones', () => {
    const found = fault(() => evaluateMetric(metric('ssim'), { map, other: map, shape }, { range: 1 }))
    expect(found.code).toBe('usage')
    expect(found.hint).toContain('data-range')
  })

  test('a value the schema refuses is a bad parameter', () => {
    expect(fault(() => evaluateMetric(metric('ssim'), { map, other: map, shape }, { 'data-range': -1 })).code).toBe(
      'bad-parameter'
    )
    expect(fault(() => evaluateMetric(metric('ssim'), { map, other: map, shape }, { window: 'box' })).code).toBe(
      'bad-parameter'
    )
  })

  test('a missing mask is named', () => {
    const found = fault(() => evaluateMetric(metric('average-precision'), { map, shape }))
    expect(found.code).toBe('usage')
    expect(found.message).toContain('--mask')
  })

  test('a mask of another size is a geometry mismatch', () => {
    const found = fault(() => evaluateMetric(metric('average-precision'), { map, mask: mask.slice(1), shape }))
    expect(found.code).toBe('geometry-mismatch')
    expect(found.subject).toBe('mask')
  })

  test('a map with NaN is refused', () => {
    const broken = new Float32Array([0, NaN, 0, 1])
    expect(fault(() => evaluateMetric(metric('average-precision'), { map: broken, mask, shape })).code).toBe(
      'bad-image'
    )
  })
})
