import { describe, expect, it } from 'vitest'
import type { DisplayMap } from '@shared/vocabulary'
import { alphaOf } from '../../../src-renderer/viewport/blend'
import {
  measured,
  ownScale,
  scaleWords,
  sharedScale,
  shownValue,
  styleOf
} from '../../../src-renderer/viewport/overlay-style'

const mapOf = (changes: Partial<DisplayMap> = {}): DisplayMap => ({
  mapId: 'map-1',
  size: [4, 1, 1],
  view: 'magnitude',
  values: Float32Array.from([0, 0.25, 0.5, 1]),
  low: 0,
  high: 0.02,
  unit: 'logit',
  clippedAt: 0.02,
  cells: { size: [1, 1, 1], values: new Float32Array(1) },
  ...changes
})
const other = mapOf({ mapId: 'map-2', high: 0.04 })
const graded = { rule: 'graded', opacity: 0.5, hideBelow: 0.2 } as const

describe('own scale', () => {
  it('is 0 to 1 of the map, or −1 to 1 when signed', () => {
    expect(ownScale(mapOf())).toMatchObject({ low: 0, high: 1, factor: 1, unit: '', shared: false })
    expect(ownScale(mapOf({ view: 'signed' }))).toMatchObject({ low: -1, high: 1 })
    expect(scaleWords(ownScale(mapOf()))).toBe('this map, 0 to 1')
  })
})

describe('shared scale', () => {
  it('ends at the strongest map, in the unit of the attribution', () => {
    const weak = sharedScale(mapOf(), [other])

    expect(weak).toMatchObject({ low: 0, high: 2, shared: true, unit: 'logit' })
    expect(shownValue(1, weak)).toBe('0.02')
    expect(scaleWords(weak)).toBe('shared scale, 0 to 0.04 logit')
    expect(sharedScale(other, [mapOf()])).toMatchObject({ low: 0, high: 1 })
  })

  it('gives the same colour to the same attribution', async () => {
    const weak = await measured(mapOf())
    const strong = await measured(other)
    const weakStyle = styleOf(weak, sharedScale(weak.map, [strong.map]), graded)
    const strongStyle = styleOf(strong, sharedScale(strong.map, [weak.map]), graded)

    // 0.02 is the top of the weak map and the middle of the strong one.
    expect(alphaOf(1, weakStyle)).toBeCloseTo(alphaOf(0.5, strongStyle), 9)
  })

  it('covers maps that do not start at zero', () => {
    const shifted = mapOf({ mapId: 'map-3', low: 0.01, high: 0.03 })
    const scale = sharedScale(shifted, [mapOf()])

    expect(scale.low).toBeCloseTo(-0.5, 9)
    expect(shownValue(0, scale)).toBe('0.01')
    expect(shownValue(scale.low, scale)).toBe('0')
  })

  it('is symmetric for signed maps', () => {
    const scale = sharedScale(mapOf({ view: 'signed', low: -0.02 }), [
      mapOf({ mapId: 'b', view: 'signed', low: -0.04, high: 0.04 })
    ])

    expect(scale).toMatchObject({ low: -2, high: 2, factor: 0.02 })
    expect(scaleWords(scale)).toBe('shared scale, −0.04 to 0.04 logit')
  })

  it('says why there is nothing to share with', () => {
    expect(sharedScale(mapOf(), [])).toMatchObject({ shared: false, note: 'no other map of this method' })
    expect(sharedScale(mapOf(), [mapOf({ mapId: 'b', view: 'signed' })]).shared).toBe(false)
  })
})

describe('threshold', () => {
  it('is a share of the scale', async () => {
    const map = await measured(mapOf())

    expect(styleOf(map, ownScale(map.map), graded).threshold).toBeCloseTo(0.2, 12)
    const signed = await measured(mapOf({ view: 'signed' }))
    expect(styleOf(signed, ownScale(signed.map), graded).threshold).toBeCloseTo(0.2, 12)
  })

  it('is a percentile of the values for the rule by value', async () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => (i / 999) ** 2)
    const map = await measured(mapOf({ values, size: [1000, 1, 1] }))

    expect(styleOf(map, ownScale(map.map), { rule: 'by-value', opacity: 0.3, hideBelow: 0.9 }).threshold).toBeCloseTo(
      0.81,
      2
    )
  })
})
