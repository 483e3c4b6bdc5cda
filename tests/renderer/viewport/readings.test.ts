import { describe, expect, it } from 'vitest'
import { bounded, dragged, greyOf, windowText } from '../../../src-renderer/viewport/grey-window'
import { roundBelow } from '@shared/round-length'
import { scaleBar } from '../../../src-renderer/viewport/length-scale'
import {
  hotSlices,
  percentileOf,
  RankCounter,
  rankWords,
  shareAtLeast,
  type ValueRanks
} from '../../../src-renderer/viewport/map-statistics'
import { outlineOf } from '../../../src-renderer/viewport/outline'
import { digitsFor, roundTicks, valueText } from '../../../src-renderer/viewport/ticks'

const range = { min: 0, max: 1024 }

describe('level and width', () => {
  it('moves by 1/512 of the range for two pixels and stays bounded', () => {
    expect(dragged({ center: 500, width: 400 }, range, { x: 2, y: 4 })).toEqual({ center: 504, width: 402 })
    expect(dragged({ center: 500, width: 400 }, range, { x: -1e6, y: 1e6 })).toEqual({ center: 1024, width: 1.024 })
    expect(bounded({ center: -5, width: 1e9 }, range)).toEqual({ center: 0, width: 2048 })
  })

  it('gives the grey of a value', () => {
    const window = { center: 50, width: 100 }

    expect([-10, 0, 50, 100, 120].map((value) => greyOf(value, window, false))).toEqual([0, 0, 128, 255, 255])
    expect(greyOf(100, window, true)).toBe(0)
  })

  it('writes narrow ranges with digits', () => {
    expect(windowText(1843.4, range)).toBe('1843')
    expect(windowText(0.51234, { min: 0, max: 1 })).toBe('0.512')
  })
})

describe('scale bar', () => {
  it('is a round length of at most a fifth of the width', () => {
    expect(scaleBar(1000, 2.5)).toEqual({ millimetres: 50, width: 125, label: '5 cm' })
    expect(scaleBar(1000, 30)).toEqual({ millimetres: 5, width: 150, label: '5 mm' })
    expect(scaleBar(1000, 1)).toEqual({ millimetres: 200, width: 200, label: '20 cm' })
    expect(scaleBar(1000, null)).toBeNull()
    expect([0.34, 9.99, 10, 0.05].map(roundBelow)).toEqual([0.2, 5, 10, 0.05])
  })
})

describe('ticks and values', () => {
  it('are round and inside the scale', () => {
    expect(roundTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(roundTicks(-0.041, 0.041)).toEqual([-0.04, -0.02, 0, 0.02, 0.04])
    expect(roundTicks(0.013, 0.83)).toEqual([0.2, 0.4, 0.6, 0.8])
    expect(roundTicks(2, 2)).toEqual([2])
    expect([1, 0.2, 0.02, 50].map(digitsFor)).toEqual([0, 1, 2, 0])
  })

  it('are written with the digits the scale deserves', () => {
    expect(valueText(0.8666, 1)).toBe('0.87')
    expect(valueText(0.041234, 0.05)).toBe('0.0412')
    expect(valueText(0.00004, 0.0001)).toBe('4.0e-5')
    expect(valueText(0, 1)).toBe('0')
  })
})

const ranksOf = (values: Float32Array, high: number, signed: boolean): ValueRanks => {
  const counter = new RankCounter(0, high, signed)
  // In two parts, as slices are counted.
  const half = values.length >> 1
  counter.add(values.subarray(0, half))
  counter.add(values.subarray(half))

  return counter.ranks()
}

describe('what is said of a map', () => {
  const values = Float32Array.from({ length: 1000 }, (_, index) => index / 999)
  const ranks = ranksOf(values, 1, false)

  it('ranks a value', () => {
    expect(shareAtLeast(ranks, 0.981)).toBeCloseTo(0.02, 2)
    expect(rankWords(0.0199)).toBe('hottest 2 %')
    expect(rankWords(0.004)).toBe('hottest 0.4 %')
    expect(rankWords(0.7)).toBe('cooler half')
    expect(ranks.zeros).toBe(1)
  })

  it('finds a percentile', () => {
    expect(percentileOf(ranks, 0.9)).toBeCloseTo(0.9, 2)
    expect(percentileOf(ranksOf(new Float32Array(5), 0, false), 0.9)).toBe(0)
  })

  it('ranks signed values by their size', () => {
    const signed = ranksOf(Float32Array.from([-1, -0.5, 0, 0.25]), 1, true)

    expect(shareAtLeast(signed, 0.5)).toBe(0.5)
  })

  it('orders the hot slices', () => {
    expect(hotSlices(Float64Array.of(2, 10, 4, 0, 7, 0))).toEqual([1, 4])
  })
})

describe('outline of a mask', () => {
  const outline = (rows: string[]): ReturnType<typeof outlineOf> =>
    outlineOf({
      labelmap: Uint8Array.from(rows.join(''), (character) => (character === '#' ? 1 : 0)),
      columns: rows[0].length,
      rows: rows.length,
      start: 0
    })
  const area = (line: readonly (readonly [number, number])[]): number =>
    line.reduce((sum, [x, y], index) => {
      const [nextX, nextY] = line[(index + 1) % line.length]

      return sum + (x * nextY - nextX * y) / 2
    }, 0)

  it('is a diamond around one pixel', () => {
    const [line, ...others] = outline(['...', '.#.', '...'])

    expect(others).toEqual([])
    expect(new Set(line.map(String))).toEqual(new Set(['1.5,1', '2,1.5', '1.5,2', '1,1.5']))
  })

  it('encloses about the area of the pixels, also at the border of the image', () => {
    const [line] = outline(['####', '####', '####'])

    expect(Math.abs(area(line))).toBeCloseTo(12 - 0.5, 6)
  })

  it('has one line for a hole and one per piece, and keeps diagonal neighbours apart', () => {
    expect(outline(['###', '#.#', '###'])).toHaveLength(2)
    expect(outline(['#..', '...', '..#'])).toHaveLength(2)
    expect(outline(['#.', '.#'])).toHaveLength(2)
    expect(outline(['..', '..'])).toEqual([])
  })
})
