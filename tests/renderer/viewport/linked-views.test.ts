import { describe, expect, it } from 'vitest'
import {
  isCovered,
  linkedCamera,
  linkedSlice,
  positionRefused,
  sameVoxel,
  type LinkedImage
} from '../../../src-renderer/viewport/linked-views'
import { placementOf } from '../../../src-renderer/viewport/placement'

/** Axial, millimetres: 0.5 × 0.5 × 3 from (−10, −20, 100), and 1 × 1 × 2 from (−12, −24, 91), upside down where wished. */
const current: LinkedImage = {
  size: [64, 64, 20],
  affine: [0.5, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 3, 100, 0, 0, 0, 1],
  spacingMm: [0.5, 0.5, 3],
  oriented: true,
  projection: false,
  frameOfReference: '1.2.3'
}
const prior: LinkedImage = {
  ...current,
  size: [40, 40, 40],
  affine: [1, 0, 0, -12, 0, 1, 0, -24, 0, 0, 2, 91, 0, 0, 0, 1],
  spacingMm: [1, 1, 2]
}
const headFirst: LinkedImage = { ...prior, affine: [1, 0, 0, -12, 0, 1, 0, -24, 0, 0, -2, 169, 0, 0, 0, 1] }
const anchor = { from: 5, to: 10 }

describe('two studies by position', () => {
  it('find the slice at the same millimetre, and say when there is none', () => {
    const both = { from: current, to: prior, anchor }
    // Slice 4 lies at z = 112 mm; (112 − 91) / 2 = 10.5.
    expect(linkedSlice('position', both, 4)).toBeCloseTo(10.5, 12)
    expect(linkedSlice('position', { ...both, to: headFirst }, 4)).toBeCloseTo((169 - 112) / 2, 12)
    // And back again.
    expect(linkedSlice('position', { from: prior, to: current, anchor }, 10.5)).toBeCloseTo(4, 12)
    expect(isCovered(linkedSlice('position', both, 19) ?? 0, prior.size[2])).toBe(true)
    expect(
      isCovered(linkedSlice('position', { ...both, to: { ...prior, affine: shifted(prior, 80) } }, 4) ?? 0, 40)
    ).toBe(false)
    expect([isCovered(-0.5, 3), isCovered(2.5, 3), isCovered(2.6, 3)]).toEqual([true, true, false])
  })

  it('show one place at one size: the same point of the patient is the same point of the screen', () => {
    const cell = { width: 300, height: 400 }
    const grid = { columns: 64, rows: 64, spacingX: 0.5, spacingY: 0.5 }
    const other = { columns: 40, rows: 40, spacingX: 1, spacingY: 1 }
    const camera = { magnification: 1.7, x: 20, y: 41 }
    const seen = { image: current, grid, camera, cell, slice: 4 }
    const linked = linkedCamera('position', seen, { image: prior, grid: other, cell, slice: 10 })
    const [one, two] = [placementOf(grid, camera, cell), placementOf(other, linked, cell)]
    for (const voxel of [
      [0, 0, 4],
      [30, 12, 4],
      [63, 63, 4]
    ] as const) {
      const [i, j] = sameVoxel(current.affine, prior.affine, voxel)!
      expect(two.offsetX + (i + 0.5) * two.scaleX).toBeCloseTo(one.offsetX + (voxel[0] + 0.5) * one.scaleX, 9)
      expect(two.offsetY + (j + 0.5) * two.scaleY).toBeCloseTo(one.offsetY + (voxel[1] + 0.5) * one.scaleY, 9)
    }
  })

  it('are refused with the reason', () => {
    expect(positionRefused(current, prior)).toBeNull()
    expect(positionRefused(current, headFirst)).toBeNull()
    expect(positionRefused(current, { ...prior, frameOfReference: '1.2.4' })).toBe('other frame')
    expect(positionRefused(current, { ...prior, frameOfReference: null })).toBe('no frame')
    expect(positionRefused(current, { ...prior, oriented: false })).toBe('no geometry')
    expect(positionRefused(current, { ...prior, projection: true })).toBe('no geometry')
    const sagittal = { ...prior, affine: [0, 0, 1, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 1] }
    expect(positionRefused(current, sagittal)).toBe('other plane')
  })
})

describe('two studies without a common space', () => {
  it('show the same share of both stacks: ends with ends', () => {
    const both = { from: current, to: prior, anchor }
    expect(linkedSlice('relative', both, -0.5)).toBeCloseTo(-0.5, 12)
    expect(linkedSlice('relative', both, 19.5)).toBeCloseTo(39.5, 12)
    expect(linkedSlice('relative', both, 4)).toBeCloseTo(8.5, 12)
    expect(linkedSlice('none', both, 4)).toBeNull()
  })

  it('go on from where they were linked by hand, by millimetres and in the same direction of the body', () => {
    expect(linkedSlice('here', { from: current, to: prior, anchor }, 7)).toBeCloseTo(10 + (2 * 3) / 2, 12)
    expect(linkedSlice('here', { from: current, to: headFirst, anchor }, 7)).toBeCloseTo(10 - (2 * 3) / 2, 12)
    expect(linkedSlice('here', { from: { ...current, spacingMm: null }, to: prior, anchor }, 7)).toBe(12)
  })

  it('are zoomed alike by share of the picture', () => {
    const cell = { width: 300, height: 400 }
    const grid = { columns: 64, rows: 64, spacingX: 0.5, spacingY: 0.5 }
    const other = { columns: 40, rows: 80, spacingX: 1, spacingY: 1 }
    const seen = { image: current, grid, camera: { magnification: 3, x: 16, y: 48 }, cell, slice: 4 }
    expect(linkedCamera('relative', seen, { image: prior, grid: other, cell, slice: 1 })).toEqual({
      magnification: 3,
      x: 10,
      y: 60
    })
  })
})

function shifted({ affine }: LinkedImage, mm: number): number[] {
  return affine.map((value, index) => (index === 11 ? value + mm : value))
}
