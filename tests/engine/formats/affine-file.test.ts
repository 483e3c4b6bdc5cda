import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readTransform, type TransformConvention } from '@engine/formats/transforms/affine-file'
import { applyAffine, type Vector } from '@engine/geometry/affine'
import type { Grid } from '@engine/geometry/grid'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-transforms-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** An image of 2 mm stored left to right in RAS (right-handed there), a template of 1 mm stored right to left. */
const image: Grid = { size: [10, 12, 8], affine: [-2, 0, 0, 9, 0, -2, 0, 11, 0, 0, 2, -7, 0, 0, 0, 1] }
const template: Grid = { size: [20, 24, 16], affine: [1, 0, 0, -9, 0, -1, 0, 11, 0, 0, 1, -7, 0, 0, 0, 1] }

async function moved(content: string | Uint8Array, convention: TransformConvention, point: Vector): Promise<Vector> {
  const path = join(folder, 'transform.txt')
  writeFileSync(path, content)
  return applyAffine(await readTransform(path, convention, { image, template }), point)
}

const closeTo = (found: Vector, expected: readonly number[]): void =>
  expected.forEach((one, axis) => expect(found[axis]).toBeCloseTo(one, 9))

const itk = (name = 'AffineTransform_double_3_3'): string =>
  [
    '#Insight Transform File V1.0',
    '#Transform 0',
    `Transform: ${name}`,
    'Parameters: 2 0 0 0 1 0 0 0 1 10 20 30',
    'FixedParameters: 1 0 0',
    ''
  ].join('\n')

/** A MATLAB v4 file as ANTs writes it. */
function matlab(parameters: readonly number[], center: readonly number[]): Uint8Array {
  const parts = [
    ['AffineTransform_double_3_3', parameters],
    ['fixed', center]
  ].map(([name, values]) => {
    const title = Buffer.from(`${name as string}\0`, 'latin1')
    const header = Buffer.from(Int32Array.of(0, values.length, 1, 0, title.length).buffer)
    return Buffer.concat([header, title, Buffer.from(Float64Array.from(values as number[]).buffer)])
  })
  return Buffer.concat(parts)
}

describe('affine files', () => {
  test('ITK takes template points to the image, about a centre, in LPS; we invert it', async () => {
    // T(p) = M (p − c) + t + c: x ↦ 2 (x − 1) + 11.
    closeTo(await moved(itk(), 'itk', [2 * (5 - 1) + 11, 3 + 20, -4 + 30]), [5, 3, -4])
    closeTo(await moved(matlab([2, 0, 0, 0, 1, 0, 0, 0, 1, 10, 20, 30], [1, 0, 0]), 'itk', [19, 23, 26]), [5, 3, -4])
  })

  test('FLIRT counts scaled voxels, the first axis mirrored where storage is right-handed in RAS', async () => {
    const identity = '1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n'
    // The image is right-handed in RAS: scaled x of voxel 0 is 18 mm. In the template, which is not, 18 mm is voxel 18.
    const corner = applyAffine(image.affine, [0, 0, 0])
    closeTo(await moved(identity, 'fsl', corner), applyAffine(template.affine, [18, 0, 0]))
    const shifted = '1 0 0 -3\n0 1 0 0\n0 0 1 0\n0 0 0 1\n'
    closeTo(await moved(shifted, 'fsl', corner), applyAffine(template.affine, [15, 0, 0]))
  })

  test('a matrix in text stands in the world that is stated', async () => {
    const matrix = '1 0 0 5\n0 1 0 7\n0 0 1 9\n0 0 0 1\n'
    closeTo(await moved(matrix, 'world-lps', [1, 2, 3]), [6, 9, 12])
    closeTo(await moved(matrix, 'world-ras', [1, 2, 3]), [-4, -5, 12])
  })

  test('wrong ones are refused, each with its reason', async () => {
    const refused = async (
      content: string | Uint8Array,
      convention: TransformConvention,
      reason: RegExp
    ): Promise<void> => expect(moved(content, convention, [0, 0, 0])).rejects.toThrow(reason)
    await refused(itk('Euler3DTransform_double_3_3'), 'itk', /Euler3DTransform_double_3_3; one affine transform/)
    await refused(itk() + itk(), 'itk', /made of several/)
    await refused(itk().replace('30', 'x'), 'itk', /12 and 3 are needed/)
    await refused('1 0 0 5\n0 1 0 7\n', 'fsl', /is no affine matrix: 8 words/)
    await refused('1 0 0 5\n0 1 0 7\n0 0 1 9\n0 0 1 1\n', 'world-ras', /no affine matrix/)
    await refused('-1 0 0 5\n0 1 0 7\n0 0 1 9\n0 0 0 1\n', 'world-ras', /mirrors the image/)
    await refused('0 0 0 5\n0 1 0 7\n0 0 1 9\n0 0 0 1\n', 'world-ras', /singular/)
    await refused('100 0 0 5\n0 100 0 7\n0 0 1 9\n0 0 0 1\n', 'world-ras', /changes volumes by a factor/)
    await refused(Uint8Array.of(31, 139, 8, 0, 0), 'fsl', /no matrix in text/)
    await refused(matlab([1, 2], [0, 0, 0]), 'itk', /12 and 3 are needed/)
    await refused(matlab([2, 0, 0, 0, 1, 0, 0, 0, 1, 10, 20, 30], [1, 0, 0]).subarray(0, 60), 'itk', /ends too soon/)
  })
})
