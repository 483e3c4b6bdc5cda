import { describe, expect, it } from 'vitest'
import type { DisplayMap } from '@shared/vocabulary'
import { alphaOf, paintRegion, type OverlayStyle } from '../../../src-renderer/viewport/blend'
import { percentileOf } from '../../../src-renderer/viewport/map-statistics'
import { measured, ownScale, styleOf } from '../../../src-renderer/viewport/overlay-style'

const values = Float32Array.from({ length: 1000 }, (_, index) => index / 999)
const map = (of: Float32Array): DisplayMap => ({
  mapId: 'map-1',
  size: [of.length, 1, 1],
  view: 'magnitude',
  values: of,
  low: 0,
  high: 1,
  unit: '',
  clippedAt: null,
  cells: { size: [1, 1, 1], values: new Float32Array(1) }
})
const table = new Uint8Array(768).fill(200)
const drawn = (of: Float32Array, style: OverlayStyle): number => {
  const bytes = paintRegion(
    { values: of, columns: of.length, start: 0, x: 0, y: 0, width: of.length, height: 1, step: 1 },
    style,
    table
  )

  return Array.from({ length: of.length }, (_, at) => bytes[4 * at + 3]).filter((alpha) => alpha > 0).length
}

const whole = await measured(map(values))

describe('the band that is drawn', () => {
  const scale = ownScale(whole.map)

  it('has two ends, by value', () => {
    const style = styleOf(whole, scale, { rule: 'even', opacity: 0.5, hideBelow: 0.2, hideAbove: 0.6 })
    expect([style.threshold, style.upper]).toEqual([0.2, 0.6])
    expect(drawn(values, style)).toBe(values.filter((value) => value >= 0.2 && value <= 0.6).length)
    expect([0.19, 0.3, 0.61].map((value) => alphaOf(value, style))).toEqual([0, 0.5, 0])
  })

  it('has two ends, by share of the pixels', async () => {
    const skewed = values.map((value) => value ** 4)
    const style = styleOf(await measured(map(skewed)), scale, {
      rule: 'even',
      opacity: 1,
      hideBelow: 0.9,
      hideAbove: 0.95,
      limits: 'percentile'
    })
    // 5 % of 1,000 pixels, to one bin.
    expect(Math.abs(drawn(skewed, style) - 50)).toBeLessThanOrEqual(1)
    expect(style.threshold).toBeCloseTo(0.9 ** 4, 2)
  })

  it('is open above when the upper handle stands at the end', () => {
    const style = styleOf(whole, scale, { rule: 'graded', opacity: 0.5, hideBelow: 0.2, hideAbove: 1 })
    expect(style.upper).toBeUndefined()
    expect(alphaOf(1, style)).toBe(0.5)
  })
})

describe('holes of a map', () => {
  const holed = values.map((value, at) => (at % 4 === 0 ? Number.NaN : value))

  it('are drawn as holes, by every rule', () => {
    for (const rule of ['even', 'graded', 'by-value'] as const) {
      const style: OverlayStyle = { rule, opacity: 1, threshold: 0, low: 0, high: 1, signed: false }
      expect(alphaOf(Number.NaN, style)).toBe(0)
      expect(drawn(holed, { ...style, upper: 0.9 })).toBeLessThanOrEqual(750)
      expect(drawn(Float32Array.of(Number.NaN), style)).toBe(0)
    }
  })

  it('count for nothing: ranks and percentiles are those of the rest', async () => {
    const { ranks } = await measured(map(holed))
    expect([ranks.count, ranks.holes]).toEqual([750, 250])
    expect(percentileOf(ranks, 0.5)).toBeCloseTo(0.5, 2)
  })
})
