import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fitScale,
  fittedCamera,
  pannedBy,
  pixelAt,
  placementOf,
  toImage,
  toScreen,
  truePixels,
  zoomedAt,
  zoomPercent
} from '../../../src-renderer/viewport/placement'

const grid = { columns: 200, rows: 100, spacingX: 0.5, spacingY: 1 }
const cell = { width: 800, height: 600 }

describe('placement of the image in its cell', () => {
  it('fits the whole image, with the pixels as tall as their spacing says', () => {
    const placement = placementOf(grid, fittedCamera(grid), cell)

    expect(fitScale(grid, cell)).toBe(3)
    expect(placement).toEqual({ scaleX: 3, scaleY: 6, offsetX: 100, offsetY: 0 })
    expect(toScreen(placement, { x: 200, y: 100 })).toEqual({ x: 700, y: 600 })
  })

  it('knows the pixel under a point and nothing outside', () => {
    expect(pixelAt(grid, { x: 199.99, y: 0 })).toEqual({ column: 199, row: 0 })
    expect(pixelAt(grid, { x: 200, y: 0 })).toBeNull()
    expect(pixelAt(grid, { x: -0.01, y: 3 })).toBeNull()
  })

  it('shows one image column per device pixel', () => {
    const camera = truePixels(grid, fittedCamera(grid), cell, 2)

    expect(placementOf(grid, camera, cell).scaleX).toBeCloseTo(0.5, 12)
    expect(zoomPercent(placementOf(grid, camera, cell), 2)).toBeCloseTo(100, 9)
  })

  it('keeps the point under the pointer while zooming', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 8, noNaN: true }),
        fc.integer({ min: 0, max: 800 }),
        fc.integer({ min: 0, max: 600 }),
        (factor, x, y) => {
          const before = toImage(placementOf(grid, fittedCamera(grid), cell), { x, y })
          const camera = zoomedAt(grid, fittedCamera(grid), cell, { factor, at: { x, y } })
          const after = toImage(placementOf(grid, camera, cell), { x, y })

          expect(after.x).toBeCloseTo(before.x, 6)
          expect(after.y).toBeCloseTo(before.y, 6)
        }
      )
    )
  })

  it('pans with the pointer and never loses the image', () => {
    const camera = pannedBy(grid, fittedCamera(grid), cell, { x: 30, y: -60 })

    expect(camera).toEqual({ magnification: 1, x: 90, y: 60 })
    expect(pannedBy(grid, camera, cell, { x: 1e6, y: 1e6 })).toMatchObject({ x: 0, y: 0 })
  })
})
