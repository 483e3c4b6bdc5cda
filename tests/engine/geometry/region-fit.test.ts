import { describe, expect, test } from 'vitest'
import type { Vector } from '@engine/geometry/affine'
import { extentOf, extentPlacement, wholeExtent } from '@engine/geometry/region-fit/extent'
import { affinePlacement, thinPlatePlacement } from '@engine/geometry/region-fit/landmarks'

const flat = (points: readonly (readonly [number, number])[]): Vector[] => points.map(([x, y]) => [x, y, 0])
const from = flat([
  [10, 12],
  [80, 15],
  [78, 90],
  [14, 85],
  [40, 50],
  [60, 30]
])
const to = flat([
  [12, 10],
  [83, 20],
  [75, 96],
  [10, 80],
  [44, 55],
  [58, 28]
])
const asked = flat([
  [0, 0],
  [50, 50],
  [33, 71],
  [95, 12]
])
const from3: Vector[] = [
  [10, 12, 3],
  [80, 15, 8],
  [78, 90, 20],
  [14, 85, 25],
  [40, 50, 12],
  [60, 30, 30],
  [20, 40, 40]
]
const shifts: Vector[] = [
  [1, 2, 0],
  [-2, 1, 3],
  [0, 4, -1],
  [3, -2, 2],
  [1, 1, 1],
  [-1, 0, 2],
  [2, -3, 0]
]
const to3 = from3.map((point, index): Vector => [
  point[0] + shifts[index][0],
  point[1] + shifts[index][1],
  point[2] + shifts[index][2]
])

const near = (found: Vector, expected: readonly number[]): void =>
  expected.forEach((one, axis) => expect(found[axis]).toBeCloseTo(one, 8))

describe('landmarks', () => {
  test('thin-plate spline in the plane is scipy.interpolate.RBFInterpolator(thin_plate_spline)', () => {
    const place = thinPlatePlacement({ from, to, dimensions: 2 })
    const golden = [
      [2.2237611990067028, -3.3916766642383873],
      [52.17972994324987, 53.87901313192853],
      [34.01148228757973, 73.33954135808449],
      [100.09547565481935, 21.08474495472369]
    ]
    golden.forEach((expected, index) => near(place(asked[index]), expected))
    from.forEach((point, index) => near(place(point), to[index]))
  })

  test('in space it is the spline of r (kernel "linear", degree 1)', () => {
    const place = thinPlatePlacement({ from: from3, to: to3, dimensions: 3 })
    near(place([0, 0, 0]), [1.175017386301466, 1.4985372908099919, 0.29280509867896676])
    near(place([50, 50, 10]), [50.3870573413145, 51.747524945366195, 11.144155777483672])
    near(place([33, 71, 22]), [34.83054954756394, 70.7194827376971, 23.042844569602437])
  })

  test('affine is numpy.linalg.lstsq', () => {
    const place = affinePlacement({ from, to, dimensions: 2 })
    near(place([0, 0, 5]), [3.0778166637578006, -4.240698555070874, 5])
    near(place([1, 0, 5]), [3.0778166637578006 + 1.0032208376410234, -4.240698555070874 + 0.11188304847013475])
    const space = affinePlacement({ from: from3, to: to3, dimensions: 3 })
    near(space([0, 0, 0]), [1.3098325981479093, 0.4485642508678434, 1.2202377419203048])
    near(space([0, 0, 1]), [
      1.3098325981479093 + 0.00806280006659859,
      0.4485642508678434 - 0.12654623638762538,
      1.2202377419203048 + 1.003938264662852
    ])
  })

  test('a spline of an affine shift is that shift everywhere', () => {
    const place = thinPlatePlacement({
      from,
      to: from.map(([x, y, z]): Vector => [2 * x + 3, y - x, z]),
      dimensions: 2
    })
    near(place([17, 230, 4]), [37, 213, 4])
  })

  test('too few, or on a line, is said', () => {
    const line = flat([
      [0, 0],
      [1, 1],
      [2, 2]
    ])
    for (const fit of [affinePlacement, thinPlatePlacement]) {
      expect(() => fit({ from: from.slice(0, 2), to: to.slice(0, 2), dimensions: 2 })).toThrow(
        /2 landmarks are set in both; 3 are needed/
      )
      expect(() => fit({ from: line, to: line, dimensions: 2 })).toThrow(/do not lie on a line/)
      expect(() => fit({ from, to, dimensions: 3 })).toThrow(/do not lie in a plane/)
    }
  })
})

describe('boxes', () => {
  test('a mask’s box is taken to another, edge to edge', () => {
    const mask = new Uint8Array(60)
    mask[12] = mask[33] = 1
    const box = extentOf(mask, [10, 6, 1])!
    expect(box).toEqual({ from: [1.5, 0.5, -0.5], to: [3.5, 3.5, 0.5] })
    const place = extentPlacement(box, wholeExtent([100, 100, 1]))
    near(place([1.5, 0.5, 0]), [-0.5, -0.5, 0])
    near(place([2.5, 2, 0]), [49.5, 49.5, 0])
    expect(extentOf(new Uint8Array(60), [10, 6, 1])).toBeNull()
  })
})
