import { describe, expect, it } from 'vitest'
import { affineFromColumns, identityAffine, type Vector } from '@engine/geometry/affine'
import { axisCodes, directionLetters, edgeLetters, volumeEdgeLetters } from '@engine/geometry/orientation'
import { loadVolume } from '@engine/formats/load'
import { dataFile, dataFolder, expectedFiles } from '../formats/shared-data'

describe('orientation letters', () => {
  it.each<[Vector, string]>([
    [[1, 0, 0], 'L'],
    [[-1, 0, 0], 'R'],
    [[0, 1, 0], 'P'],
    [[0, -1, 0], 'A'],
    [[0, 0, 1], 'H'],
    [[0, 0, -1], 'F'],
    [[1, 0.05, 0], 'L'],
    [[1, 0.3, 0], 'LP'],
    [[0.3, 0, -1], 'FL'],
    [[0, 0, 0], '']
  ])('%j is %s', (direction, letters) => {
    expect(directionLetters(direction)).toBe(letters)
  })

  it('an axial slice has R A L P at its edges', () => {
    const axial = affineFromColumns(
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1]
      ],
      [0, 0, 0]
    )
    expect(edgeLetters(axial)).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
    expect(edgeLetters(axial, 1, 2)).toEqual({ left: 'A', right: 'P', top: 'F', bottom: 'H' })
  })

  it('a radiograph has the letters its file names, an unplaced picture none', () => {
    const unplaced = { affine: identityAffine, oriented: false }
    expect(volumeEdgeLetters({ ...unplaced, patientOrientation: ['L', 'FP'] })).toEqual({
      left: 'R',
      right: 'L',
      top: 'HA',
      bottom: 'FP'
    })
    expect(volumeEdgeLetters(unplaced)).toEqual({ left: '', right: '', top: '', bottom: '' })
  })

  it.skipIf(dataFolder === null)('axis codes are those of nibabel on every NIfTI of the shared set', async () => {
    const known = expectedFiles().filter(([, expected]) => 'axcodes' in expected && expected.sha256_f32le !== undefined)
    expect(known.length).toBeGreaterThan(35)
    for (const [name, expected] of known) {
      const { volume } = await loadVolume(dataFile(name))
      expect([name, axisCodes(volume.affine)]).toEqual([name, (expected as { axcodes?: string }).axcodes])
    }
  })
})
