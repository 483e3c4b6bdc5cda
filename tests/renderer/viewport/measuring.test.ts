import { describe, expect, it } from 'vitest'
import {
  figuresOf,
  pixelsInside,
  type FigureName,
  type MeasuredImage
} from '../../../src-main/shared/measurement-figures'
import type { Measurement, MeasurementKind } from '../../../src-main/shared/measuring'

const size = [64, 48, 2] as const
/** 10 · column + row on the first slice, 1000 more on the second. */
const image: MeasuredImage = {
  size,
  samples: 1,
  voxels: Int16Array.from(
    { length: 64 * 48 * 2 },
    (_, at) => 10 * (at % 64) + (Math.floor(at / 64) % 48) + (at >= 3072 ? 1000 : 0)
  ),
  spacingMm: [0.5, 2, 3]
}
const drawn = (kind: MeasurementKind, points: [number, number][], slice = 0): Measurement => ({
  id: 'a',
  kind,
  name: 'A',
  slice,
  points
})
const value = (name: FigureName, measurement: Measurement, on = image): number | null =>
  figuresOf(measurement, on).find((one) => one.name === name)!.value

describe('lengths and angles', () => {
  it('are in millimetres of each axis', () => {
    // 6 columns of 0.5 mm and 2 rows of 2 mm: 3-4-5.
    const length = drawn('length', [
      [10, 10],
      [16, 12]
    ])
    expect(figuresOf(length, image)).toEqual([{ name: 'length', value: 5, unit: 'mm' }])
    expect(figuresOf(length, { ...image, spacingMm: null })).toEqual([
      { name: 'length', value: Math.hypot(6, 2), unit: 'px' }
    ])
  })

  it('know a right angle on the screen that is none in the patient, and the other way round', () => {
    const diagonal = drawn('angle', [
      [20, 8],
      [10, 10],
      [14, 11]
    ])
    // Legs (5, −4) mm and (2, 2) mm.
    const expected = (180 / Math.PI) * Math.acos((5 * 2 - 4 * 2) / (Math.hypot(5, 4) * Math.hypot(2, 2)))
    expect(value('angle', diagonal)).toBeCloseTo(expected, 10)
    expect(
      value(
        'angle',
        drawn('angle', [
          [14, 10],
          [10, 10],
          [10, 13]
        ])
      )
    ).toBeCloseTo(90, 10)
    expect(
      value(
        'angle',
        drawn('angle', [
          [14, 10],
          [10, 10],
          [6, 10]
        ])
      )
    ).toBeCloseTo(180, 10)
    expect(
      figuresOf(
        drawn('angle', [
          [14, 10],
          [10, 10],
          [10, 10]
        ]),
        image
      )[0]
    ).toMatchObject({ value: null, reason: 'a leg has no length' })
  })
})

describe('regions', () => {
  it('a rectangle over whole pixels has their mean, deviation, extremes and area', () => {
    // Columns 4 to 7, rows 2 to 3: mean 10 · 5.5 + 2.5; variance (8 · (100 · 1.25 + 0.25)) / 7.
    const rectangle = drawn('rectangle', [
      [8, 4],
      [4, 2]
    ])
    expect(value('pixels', rectangle)).toBe(8)
    expect(value('mean', rectangle)).toBe(57.5)
    expect(value('sd', rectangle)).toBeCloseTo(Math.sqrt((8 * 125.25) / 7), 10)
    expect([value('min', rectangle), value('max', rectangle)]).toEqual([42, 73])
    expect(value('area', rectangle)).toBe(4 * 0.5 * 2 * 2)
    expect(value('perimeter', rectangle)).toBe(2 * (2 + 4))
    expect(value('mean', { ...rectangle, slice: 1 })).toBe(1057.5)
  })

  it('an ellipse has πab, and as many pixels as the equation says', () => {
    const ellipse = drawn('ellipse', [
      [10, 4],
      [50, 44]
    ])
    expect(value('area', ellipse)).toBeCloseTo(Math.PI * 10 * 40, 8)
    let count = 0
    for (let row = 0; row < 48; row++)
      for (let column = 0; column < 64; column++)
        if (((column + 0.5 - 30) / 20) ** 2 + ((row + 0.5 - 24) / 20) ** 2 <= 1) count++
    expect(value('pixels', ellipse)).toBe(count)
    // Symmetric about column 29.5 and row 23.5.
    expect(value('mean', ellipse)).toBeCloseTo(10 * 29.5 + 23.5, 10)
    // A circle of 10 mm.
    expect(
      value(
        'perimeter',
        drawn('ellipse', [
          [0, 0],
          [40, 10]
        ])
      )
    ).toBeCloseTo(2 * Math.PI * 10, 10)
  })

  it('a freehand line has the area of its polygon and the pixels whose centres it holds', () => {
    const triangle = drawn('freehand', [
      [0, 0],
      [8, 0],
      [0, 8]
    ])
    expect(value('area', triangle)).toBeCloseTo(0.5 * 4 * 16, 10)
    const inside = pixelsInside(triangle, image)
    const expected = []
    for (let row = 0; row < 8; row++)
      for (let column = 0; column < 8; column++) if (column + 0.5 + row + 0.5 < 8) expected.push(row * 64 + column)
    expect(inside).toEqual(expected)
    // The other way round is the same region.
    expect(
      pixelsInside(
        drawn('freehand', [
          [0, 8],
          [8, 0],
          [0, 0]
        ]),
        image
      )
    ).toEqual(expected)
  })

  it('never answers NaN: too small, colour, outside, holes', () => {
    const speck = drawn('ellipse', [
      [4.6, 4.6],
      [4.9, 4.9]
    ])
    for (const name of ['mean', 'sd', 'min', 'max'] as const) {
      const figure = figuresOf(speck, image).find((one) => one.name === name)
      expect(figure).toMatchObject({ value: null, reason: 'no pixel centre lies inside' })
    }
    expect(
      value(
        'mean',
        drawn('rectangle', [
          [4, 4],
          [6, 6]
        ]),
        { ...image, samples: 3 }
      )
    ).toBeNull()
    expect(
      value(
        'pixels',
        drawn('rectangle', [
          [-9, -9],
          [-2, -2]
        ])
      )
    ).toBe(0)
    const one = drawn('rectangle', [
      [4, 4],
      [5, 5]
    ])
    expect(figuresOf(one, image).find((figure) => figure.name === 'sd')).toMatchObject({
      value: null,
      reason: 'fewer than two pixels'
    })
    const holed = {
      ...image,
      voxels: Float32Array.from(image.voxels, (grey, at) => (at === 4 * 64 + 4 ? Number.NaN : grey))
    }
    expect(
      value(
        'mean',
        drawn('rectangle', [
          [4, 4],
          [6, 5]
        ]),
        holed
      )
    ).toBe(54)
  })
})
