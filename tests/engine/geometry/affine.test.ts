import { describe, expect, it } from 'vitest'
import {
  affineFromColumns,
  applyAffine,
  determinant,
  invertAffine,
  isInvertible,
  multiplyAffines,
  spacingOf,
  swapRasLps,
  type Vector
} from '@engine/geometry/affine'
import { affineFromPlane, planeDirections, planeNormal } from '@engine/geometry/dicom-plane'
import { randomStream } from '@engine/tensor/random'
import type { Affine } from '@engine/geometry/volume'

/** A random affine with spacings from 0.2 to 5 mm; well away from singular. */
function randomAffine(seed: number): Affine {
  const random = randomStream(seed)
  const vector = (): Vector => [random.normal(), random.normal(), random.normal()]
  const origin: Vector = [random.normal() * 100, random.normal() * 100, random.normal() * 100]
  const affine = affineFromColumns([vector(), vector(), vector()], origin)
  return Math.abs(determinant(affine)) < 0.1 ? randomAffine(seed + 1000) : affine
}

describe('affines', () => {
  it('the inverse undoes the map', () => {
    for (let seed = 0; seed < 50; seed++) {
      const affine = randomAffine(seed)
      const point = applyAffine(invertAffine(affine), applyAffine(affine, [3, -7, 11]))
      point.forEach((value, axis) => expect(value).toBeCloseTo([3, -7, 11][axis], 6))
    }
  })

  it('a product maps like its factors one after the other', () => {
    const [first, second] = [randomAffine(1), randomAffine(2)]
    const together = applyAffine(multiplyAffines(second, first), [1, 2, 3])
    const apart = applyAffine(second, applyAffine(first, [1, 2, 3]))
    together.forEach((value, axis) => expect(value).toBeCloseTo(apart[axis], 9))
  })

  it('RAS to LPS and back is the same affine, and flips left and anterior only', () => {
    const affine = randomAffine(3)
    expect(swapRasLps(swapRasLps(affine))).toEqual(affine)
    const [x, y, z] = applyAffine(affine, [1, 1, 1])
    expect(applyAffine(swapRasLps(affine), [1, 1, 1])).toEqual([-x, -y, z])
  })

  it('singular and non-finite affines cannot be inverted', () => {
    const flat = affineFromColumns(
      [
        [1, 0, 0],
        [2, 0, 0],
        [0, 0, 1]
      ],
      [0, 0, 0]
    )
    expect(isInvertible(flat)).toBe(false)
    expect(() => invertAffine(flat)).toThrow(/singular/)
    expect(
      isInvertible(
        affineFromColumns(
          [
            [NaN, 0, 0],
            [0, 1, 0],
            [0, 0, 1]
          ],
          [0, 0, 0]
        )
      )
    ).toBe(false)
  })

  it('tiny but proper voxels are not singular', () => {
    expect(
      isInvertible(
        affineFromColumns(
          [
            [1e-4, 0, 0],
            [0, 1e-4, 0],
            [0, 0, 1e-4]
          ],
          [0, 0, 0]
        )
      )
    ).toBe(true)
  })
})

describe('DICOM planes', () => {
  it('follow the standard: columns step by the second spacing along the row, rows by the first along the column', () => {
    const directions = planeDirections([0, 1, 0, 0, 0, -1])!
    const plane = { position: [10, 20, 30] as const, rowDirection: directions.row, columnDirection: directions.column }
    const affine = affineFromPlane(plane, [2, 3], planeNormal(plane))
    expect(applyAffine(affine, [1, 0, 0])).toEqual([10, 23, 30])
    expect(applyAffine(affine, [0, 1, 0])).toEqual([10, 20, 28])
    expect(planeNormal(plane)).toEqual([-1, 0, 0])
    expect(spacingOf(affine)).toEqual([3, 2, 1])
  })

  it('zero, parallel or unreadable directions are no plane', () => {
    expect(planeDirections([0, 0, 0, 0, 0, 0])).toBeNull()
    expect(planeDirections([1, 0, 0, 1, 0, 0])).toBeNull()
    expect(planeDirections([1, 0, 0, 0, NaN, 0])).toBeNull()
    expect(planeDirections([1, 0, 0])).toBeNull()
  })
})
