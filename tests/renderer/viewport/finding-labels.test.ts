import { describe, expect, it } from 'vitest'
import { randomStream } from '@engine/tensor/random'
import { LABEL_HEIGHT, labelPlaces, type Named } from '../../../src-renderer/viewport/finding-labels'

const cell = { width: 400, height: 300 }
const around = (x: number, y: number, radius: number, width = 80): Named => ({
  points: [
    { x: x - radius, y },
    { x, y: y - radius },
    { x: x + radius, y },
    { x, y: y + radius }
  ],
  width,
  side: 'below'
})

describe('labels of findings', () => {
  it('hang below in the middle; that of a box stands above', () => {
    expect(labelPlaces([around(100, 100, 20)], cell)).toEqual([{ x: 100, y: 126 }])
    expect(labelPlaces([{ ...around(100, 100, 20), side: 'above' }], cell)).toEqual([
      { x: 100, y: 80 - 6 - LABEL_HEIGHT }
    ])
  })

  it('of two findings beside each other stand apart: the second one above', () => {
    const [first, second] = labelPlaces([around(100, 100, 20), around(140, 104, 20)], cell)
    expect(first).toEqual({ x: 100, y: 126 })
    expect(second).toEqual({ x: 140, y: 84 - 6 - LABEL_HEIGHT })
  })

  it('stays inside: above at the lower edge, shifted at the sides, on what fills the cell', () => {
    expect(labelPlaces([around(100, 280, 15)], cell)[0]?.y).toBe(265 - 6 - LABEL_HEIGHT)
    expect(labelPlaces([around(10, 100, 20)], cell)[0]?.x).toBe(44)
    expect(labelPlaces([around(395, 100, 20)], cell)[0]?.x).toBe(400 - 44)
    expect(labelPlaces([around(200, 150, 500)], cell)).toEqual([{ x: 200, y: 300 - 4 - LABEL_HEIGHT }])
  })

  it('stand beside the line of a box where they can, not on it', () => {
    const box = (x: number, y: number): Named => ({ ...around(x, y, 20, 60), side: 'above', framed: true })
    // Above the first one runs the lower side of the second.
    const [first] = labelPlaces([box(100, 100), box(110, 48)], cell)
    expect(first).toEqual({ x: 100, y: 126 })
    expect(
      labelPlaces(
        [
          { ...box(100, 100), framed: false },
          { ...box(110, 48), framed: false }
        ],
        cell
      )[0]?.y
    ).toBe(59)
  })

  it('yields where it lies outside, where no place is left, and where the words are wider than the cell', () => {
    expect(labelPlaces([around(-50, 100, 20), around(100, 400, 20)], cell)).toEqual([null, null])
    const same = Array.from({ length: 12 }, () => around(200, 150, 20))
    const placed = labelPlaces(same, cell)
    expect(placed[0]).not.toBeNull()
    expect(placed).toContain(null)
    expect(labelPlaces([around(200, 150, 20, 500)], cell)).toEqual([null])
    expect(labelPlaces([{ points: [], width: 10, side: 'below' }], cell)).toEqual([null])
  })

  it('never stand over each other nor outside, whatever is drawn', () => {
    const { uniform: random } = randomStream(6)
    for (let round = 0; round < 60; round++) {
      const named = Array.from({ length: 8 }, () =>
        around(400 * random(), 300 * random(), 60 * random(), 20 + 120 * random())
      )
      const areas = labelPlaces(named, cell).flatMap((place, index) =>
        place === null ? [] : [{ left: place.x - named[index].width / 2, top: place.y, width: named[index].width }]
      )
      expect(areas.length).toBeGreaterThan(1)
      for (const { left, top, width } of areas) {
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0)
        expect(left + width).toBeLessThanOrEqual(cell.width)
        expect(top + LABEL_HEIGHT).toBeLessThanOrEqual(cell.height)
      }
      // Counted pixel by pixel: no pixel belongs to two labels.
      const owner = new Uint8Array(cell.width * cell.height)
      for (const { left, top, width } of areas) {
        for (let y = Math.ceil(top); y < Math.floor(top + LABEL_HEIGHT); y++)
          for (let x = Math.ceil(left); x < Math.floor(left + width); x++) owner[y * cell.width + x] += 1
      }
      expect(Math.max(...owner)).toBe(1)
    }
  })
})
