import { describe, expect, it } from 'vitest'
import {
  hottestVoxel,
  planeAxes,
  planeLetters,
  planeSize,
  planeValues,
  stepLength,
  voxelAtWorld,
  worldOfVoxel
} from '../../../src-renderer/viewport/stored-plane'

const size = [3, 4, 5] as const
/** Columns to the left, rows to the back, slices to the head, as axial series are stored. */
const axial = { size, affine: [2, 0, 0, -10, 0, 3, 0, 20, 0, 0, 5, -7, 0, 0, 0, 1] }
/** Sagittal series: columns to the back, rows to the feet, slices to the right. */
const sagittal = { size, affine: [0, 0, -4, 30, 1, 0, 0, -8, 0, -2, 0, 50, 0, 0, 0, 1] }
const values = Float32Array.from({ length: 60 }, (_, index) => index)
const at = (i: number, j: number, k: number): number => i + 3 * j + 12 * k

describe('planes of an axial volume', () => {
  it('are drawn with the right of the patient on the left and the head at the top', () => {
    expect(planeLetters(axial, planeAxes(axial, 2))).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
    expect(planeLetters(axial, planeAxes(axial, 1))).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' })
    expect(planeLetters(axial, planeAxes(axial, 0))).toEqual({ left: 'A', right: 'P', top: 'H', bottom: 'F' })
  })

  it('hold the voxels of their slice', () => {
    expect([...planeValues(axial, planeAxes(axial, 2), 1, { values })]).toEqual([...values.slice(12, 24)])
    const coronal = planeAxes(axial, 1)
    expect(planeSize(axial, coronal)).toEqual({ width: 3, height: 5 })
    // The head is at the top: the last slice comes first.
    expect([...planeValues(axial, coronal, 2, { values })].slice(0, 3)).toEqual([at(0, 2, 4), at(1, 2, 4), at(2, 2, 4)])
    expect([...planeValues(axial, planeAxes(axial, 0), 2, { values })].slice(-4)).toEqual(
      [0, 1, 2, 3].map((j) => at(2, j, 0))
    )
    expect([0, 1, 2].map((axis) => stepLength(axial, axis as 0 | 1 | 2))).toEqual([2, 3, 5])
  })
})

describe('planes of a sagittal volume', () => {
  it('turn the stored axes round where the patient asks for it', () => {
    expect(planeLetters(sagittal, planeAxes(sagittal, 2))).toEqual({ left: 'A', right: 'P', top: 'H', bottom: 'F' })
    // Slices run to the right of the patient: the axial plane is mirrored, so that R stands on the left.
    const across = planeAxes(sagittal, 1)
    expect(planeLetters(sagittal, across)).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
    expect([...planeValues(sagittal, across, 0, { values })].slice(0, 5)).toEqual(
      [4, 3, 2, 1, 0].map((k) => at(0, 0, k))
    )
  })
})

describe('places in the patient', () => {
  it('go to the nearest voxel and back, and stay inside the volume', () => {
    for (const grid of [axial, sagittal]) {
      expect(voxelAtWorld(grid, worldOfVoxel(grid, [1, 2, 3]))).toEqual([1, 2, 3])
      expect(voxelAtWorld(grid, [1e6, 1e6, 1e6])!.every((index, axis) => index >= 0 && index < size[axis])).toBe(true)
    }
    expect(worldOfVoxel(axial, [1, 1, 1])).toEqual([-8, 23, -2])
    expect(
      voxelAtWorld({ size, affine: axial.affine.map((value, index) => (index === 10 ? 0 : value)) }, [0, 0, 0])
    ).toBe(null)
  })

  it('names two directions where a plane is oblique', () => {
    const turn = Math.PI / 6
    const oblique = {
      size,
      affine: [Math.cos(turn), -Math.sin(turn), 0, 0, Math.sin(turn), Math.cos(turn), 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    }
    expect(planeLetters(oblique, planeAxes(oblique, 2))).toEqual({ left: 'RA', right: 'LP', top: 'AL', bottom: 'PR' })
  })

  it('finds the hottest voxel of either sign', () => {
    const map = new Float32Array(60)
    map[at(2, 1, 3)] = -0.9
    map[at(0, 0, 1)] = 0.5
    expect(hottestVoxel(map, size)).toEqual([2, 1, 3])
  })
})
