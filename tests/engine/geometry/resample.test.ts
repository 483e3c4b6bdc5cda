import { describe, expect, it } from 'vitest'
import { affineFromColumns, identityAffine } from '@engine/geometry/affine'
import { requireSameGrid, sameGrid } from '@engine/geometry/grid'
import { labelledVoxels, labelmapFromVolume, labelmapOnGrid } from '@engine/geometry/labelmap'
import { resampleVolume } from '@engine/geometry/resample'
import { resizePlane } from '@engine/geometry/resize'
import type { Affine, Volume } from '@engine/geometry/volume'

function volume(
  size: readonly [number, number, number],
  affine: Affine,
  value: (i: number, j: number, k: number) => number
): Volume {
  const [columns, rows, slices] = size
  const voxels = new Float32Array(columns * rows * slices)
  for (let index = 0; index < voxels.length; index++) {
    voxels[index] = value(index % columns, Math.floor(index / columns) % rows, Math.floor(index / (columns * rows)))
  }
  return {
    voxels,
    size,
    samples: 1,
    affine,
    spacingMm: [1, 1, 1],
    oriented: true,
    frameOfReference: null,
    unit: 'value',
    photometric: 'MONOCHROME2',
    bitsStored: 32,
    window: null
  }
}

describe('resizing by half-pixel coordinates', () => {
  it('matches PyTorch interpolate(align_corners=False) on a ramp', () => {
    const source = { values: Float32Array.of(0, 1, 2, 3), width: 2, height: 2 }
    const { values } = resizePlane(source, 4, 4, 'linear')
    // torch.nn.functional.interpolate(torch.arange(4.).view(1, 1, 2, 2), size=(4, 4), mode='bilinear')
    expect([...values]).toEqual([0, 0.25, 0.75, 1, 0.5, 0.75, 1.25, 1.5, 1.5, 1.75, 2.25, 2.5, 2, 2.25, 2.75, 3])
  })

  it('shrinks without smoothing: each target reads two neighbours only', () => {
    const source = { values: Float32Array.from({ length: 8 }, (_, x) => x), width: 8, height: 1 }
    expect([...resizePlane(source, 2, 1, 'linear').values]).toEqual([1.5, 5.5])
    expect([...resizePlane(source, 2, 1, 'nearest').values]).toEqual([2, 6])
  })

  it('to the same size is the identity', () => {
    const source = { values: Float32Array.of(5, 1, 4, 2, 8, 7), width: 3, height: 2 }
    for (const mode of ['linear', 'nearest'] as const)
      expect(resizePlane(source, 3, 2, mode).values).toEqual(source.values)
  })
})

describe('resampling in world coordinates', () => {
  const source = volume([6, 5, 4], identityAffine, (i, j, k) => i + 10 * j + 100 * k)

  it('a linear field is read exactly between its voxels', () => {
    const half: Affine = [0.5, 0, 0, 0.25, 0, 0.5, 0, 0.5, 0, 0, 0.5, 1].concat([0, 0, 0, 1]) as unknown as Affine
    const { voxels } = resampleVolume(source, { size: [4, 4, 4], affine: half }, { interpolation: 'linear' })
    expect(voxels[0]).toBeCloseTo(0.25 + 5 + 100, 4)
    expect(voxels[63]).toBeCloseTo(1.75 + 20 + 250, 4)
  })

  it('an image turned by 90° is turned back without loss', () => {
    const turned = affineFromColumns(
      [
        [0, 1, 0],
        [-1, 0, 0],
        [0, 0, 1]
      ],
      [5, 0, 0]
    )
    const there = resampleVolume(source, { size: [5, 6, 4], affine: turned }, { interpolation: 'linear' })
    const back = resampleVolume(there, source, { interpolation: 'nearest' })
    expect(back.voxels).toEqual(source.voxels)
  })

  it('outside the source is the stated value; within half a voxel of the edge is the edge', () => {
    const shifted: Affine = [1, 0, 0, 5.4, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    const { voxels } = resampleVolume(
      source,
      { size: [2, 1, 1], affine: shifted },
      { interpolation: 'linear', outside: -1 }
    )
    expect([...voxels]).toEqual([5, -1])
  })
})

describe('grids and labelmaps', () => {
  const image = volume([4, 4, 2], identityAffine, () => 1)

  it('are the same when every corner is within a hundredth of a voxel', () => {
    const near: Affine = [1, 0, 0, 0.005, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    const far: Affine = [1.02, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    expect(sameGrid(image, { size: image.size, affine: near })).toBe(true)
    expect(sameGrid(image, { size: image.size, affine: far })).toBe(false)
    expect(sameGrid(image, { size: [4, 4, 1], affine: identityAffine })).toBe(false)
  })

  it('a mismatch is a Fault that says both sizes', () => {
    const other = volume([4, 3, 2], identityAffine, () => 1)
    expect(() => requireSameGrid(image, other, 'mask.nii')).toThrow(/4 × 3 × 2.*4 × 4 × 2/)
  })

  it('NaN counts as outside; any other number but zero as inside', () => {
    const values = [0, NaN, -1, 2, 0.5, 0, 0, 0]
    const mask = labelmapFromVolume(volume([4, 2, 1], identityAffine, (i, j) => values[j * 4 + i]))
    expect([...mask.voxels]).toEqual([0, 0, 1, 1, 1, 0, 0, 0])
    expect(labelledVoxels(mask)).toBe(3)
  })

  it('a mask on a mirrored grid lands on the same places of the image', () => {
    const mirrored = affineFromColumns(
      [
        [-1, 0, 0],
        [0, 1, 0],
        [0, 0, 1]
      ],
      [3, 0, 0]
    )
    const drawn = labelmapFromVolume(volume([4, 4, 2], mirrored, (i, j, k) => (i === 0 && j === 1 && k === 1 ? 1 : 0)))
    const moved = labelmapOnGrid(drawn, image)
    expect([...moved.voxels].indexOf(1)).toBe((1 * 4 + 1) * 4 + 3)
    expect(labelledVoxels(moved)).toBe(1)
  })
})
