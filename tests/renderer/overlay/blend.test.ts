import { describe, expect, it } from 'vitest'
import {
  alphaOf,
  blendChannel,
  blendPixel,
  colourIndex,
  paintRegion,
  type OverlayStyle
} from '../../../src-renderer/viewport/blend'
import { colourMapOf, sequentialMaps, signedMap } from '../../../src-renderer/viewport/colour-maps'

const graded = (changes: Partial<OverlayStyle> = {}): OverlayStyle => ({
  rule: 'graded',
  opacity: 0.5,
  threshold: 0.2,
  low: 0,
  high: 1,
  signed: false,
  ...changes
})
const signed = (changes: Partial<OverlayStyle> = {}): OverlayStyle =>
  graded({ low: -0.04, high: 0.04, threshold: 0.01, signed: true, ...changes })

describe('alpha of a graded overlay', () => {
  it.each([0, 0.3, 0.5, 1])('grows from the threshold over a quarter of the scale to an opacity of %f', (opacity) => {
    const style = graded({ opacity })

    expect(alphaOf(0.1, style)).toBe(0)
    expect(alphaOf(0.2, style)).toBe(0)
    expect(alphaOf(0.325, style)).toBeCloseTo(opacity / 2, 12)
    expect(alphaOf(0.45, style)).toBeCloseTo(opacity, 12)
    expect(alphaOf(1, style)).toBe(opacity)
  })

  it('takes the size of a signed value, and the scale from −high to high', () => {
    expect(alphaOf(-0.005, signed())).toBe(0)
    expect(alphaOf(-0.02, signed())).toBeCloseTo(0.25, 12)
    expect(alphaOf(0.02, signed())).toBeCloseTo(0.25, 12)
    expect(alphaOf(-0.04, signed())).toBeCloseTo(0.5, 12)
  })

  it('draws nothing for a flat scale or a value that is no number', () => {
    expect(alphaOf(3, graded({ low: 3, high: 3, threshold: 0 }))).toBe(0)
    expect(alphaOf(Number.NaN, graded())).toBe(0)
    expect(alphaOf(Number.POSITIVE_INFINITY, graded())).toBe(0)
  })
})

describe('the other rules', () => {
  it('even: one opacity at and above the threshold', () => {
    const style = graded({ rule: 'even' })

    expect([0.19, 0.2, 0.9].map((value) => alphaOf(value, style))).toEqual([0, 0.5, 0.5])
  })

  it('by value: opacity follows the value above the threshold', () => {
    const style = graded({ rule: 'by-value', opacity: 0.3, threshold: 0.5 })

    expect([0.49, 0.5, 1].map((value) => alphaOf(value, style))).toEqual([0, 0.15, 0.3])
    expect(alphaOf(-0.04, signed({ rule: 'by-value' }))).toBeCloseTo(0.5, 12)
  })
})

describe('the blended pixel', () => {
  const table = colourMapOf('inferno').table

  it('is the grey image at opacity 0 and the colour alone at opacity 1', () => {
    for (const grey of [0, 77, 255]) {
      expect(blendPixel(grey, 0.8, graded({ opacity: 0 }), table)).toEqual([grey, grey, grey])
      const row = 3 * Math.round(0.8 * 255)
      expect(blendPixel(grey, 0.8, graded({ opacity: 1 }), table)).toEqual([...table.slice(row, row + 3)])
    }
  })

  it('rounds half up', () => {
    expect(blendChannel(0, 1, 0.5)).toBe(1)
    expect(blendChannel(1, 2, 0.5)).toBe(2)
    expect(blendChannel(100, 0, 0.3)).toBe(70)
    expect(blendChannel(255, 0, 0.3)).toBe(179)
  })

  it('is the formula, written out, for both signs', () => {
    for (const value of [-0.035, -0.015, 0.015, 0.035]) {
      const alpha = 0.3 * Math.min(1, (Math.abs(value) - 0.01) / (0.25 * 0.08))
      const row = 3 * Math.round(((value + 0.04) / 0.08) * 255)
      const expected = [0, 1, 2].map((c) => Math.floor((1 - alpha) * 120 + alpha * signedMap.table[row + c] + 0.5))

      expect(blendPixel(120, value, signed({ opacity: 0.3 }), signedMap.table)).toEqual(expected)
    }
  })

  it('is linear in the opacity', () => {
    const red = (opacity: number): number => blendPixel(200, 0.6, graded({ opacity }), table)[0]
    const step = (red(1) - red(0)) / 100

    for (let percent = 0; percent <= 100; percent++) {
      expect(Math.abs(red(percent / 100) - (red(0) + percent * step))).toBeLessThanOrEqual(0.5 + 1e-9)
    }
  })
})

describe('painting a region', () => {
  it('colours the asked rectangle of the asked slice and leaves hidden pixels empty', () => {
    const values = Float32Array.from([9, 9, 9, 9, 9, 9, 0, 0.1, 0.9, 0, 0.46, 1])
    const table = colourMapOf('inferno').table
    const out = paintRegion({ values, columns: 3, start: 6, x: 1, y: 0, width: 2, height: 2, step: 1 }, graded(), table)

    expect([...out.slice(0, 4)]).toEqual([0, 0, 0, 0])
    const row = 3 * Math.floor(Math.fround(0.9) * 255 + 0.5)
    expect([...out.slice(4, 8)]).toEqual([...table.slice(row, row + 3), 128])
    expect(out[11]).toBe(128)
    expect([...out.slice(12, 15)]).toEqual([...table.slice(765, 768)])
  })
})

describe('painting many values', () => {
  const styles: OverlayStyle[] = (['graded', 'even', 'by-value'] as const).flatMap((rule) =>
    [0, 0.3, 0.5, 1].flatMap((opacity) => [graded({ rule, opacity }), signed({ rule, opacity })])
  )

  it.each(styles)('is the formula for every value: $rule, opacity $opacity, signed $signed', (style) => {
    const values = Float32Array.from({ length: 2001 }, (_, i) => (i / 1000 - 1) * 1.1 * style.high)
    values[3] = Number.NaN
    const table = style.signed ? signedMap.table : colourMapOf('plasma').table
    const out = paintRegion(
      { values, columns: 2001, start: 0, x: 0, y: 0, width: 2001, height: 1, step: 1 },
      style,
      table
    )

    values.forEach((value, index) => {
      const alpha = Math.floor(255 * alphaOf(value, style) + 0.5)
      const row = 3 * colourIndex(value, style)
      const expected = alpha === 0 ? [0, 0, 0, 0] : [...table.slice(row, row + 3), alpha]

      expect([...out.slice(4 * index, 4 * index + 4)]).toEqual(expected)
    })
  })

  it('takes every second value of every second row', () => {
    const values = Float32Array.from({ length: 36 }, (_, i) => i)
    const style = graded({ rule: 'even', threshold: 0, high: 255, opacity: 1 })
    const out = paintRegion(
      { values, columns: 6, start: 0, x: 1, y: 1, width: 2, height: 2, step: 2 },
      style,
      colourMapOf('grey').table
    )

    expect([out[0], out[4], out[8], out[12]]).toEqual([7, 9, 19, 21])
  })
})

describe('colour maps', () => {
  const lightness = (table: Uint8Array, row: number): number => {
    const linear = [0, 1, 2].map((channel) => {
      const c = table[3 * row + channel] / 255

      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
    const y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y
  }

  it('start with inferno, dark to light, 256 colours', () => {
    expect(sequentialMaps.map((map) => map.id)).toEqual(['inferno', 'plasma', 'hot', 'cividis', 'grey'])
    for (const { table } of sequentialMaps) {
      expect(table).toHaveLength(768)
      expect(lightness(table, 255) - lightness(table, 0)).toBeGreaterThan(50)
    }
    expect([...sequentialMaps[0].table.slice(0, 3)]).toEqual([0, 0, 4])
    expect([...sequentialMaps[0].table.slice(765)]).toEqual([252, 255, 164])
  })

  it('show both signs equally light', () => {
    for (let row = 0; row < 128; row++) {
      expect(Math.abs(lightness(signedMap.table, row) - lightness(signedMap.table, 255 - row))).toBeLessThan(1.5)
    }
  })
})
