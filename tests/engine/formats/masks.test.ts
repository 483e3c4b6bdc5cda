import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { parseBoxes, readBoxes } from '@engine/formats/masks/boxes'
import { readMask } from '@engine/formats/masks/read-mask'
import { encodeNifti } from '@engine/formats/nifti/write'
import { encodeNpy } from '@engine/formats/raster/npy'
import { encodePng } from '@engine/formats/raster/png'
import { identityAffine } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'
import { dataFile, dataFolder } from './shared-data'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-masks-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, bytes: Uint8Array | string): string {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

const image: Volume = {
  voxels: new Uint8Array(20),
  size: [5, 4, 1],
  samples: 1,
  affine: identityAffine,
  spacingMm: null,
  oriented: false,
  frameOfReference: null,
  unit: 'grey level',
  photometric: 'MONOCHROME2',
  bitsStored: 8,
  window: null
}

/** Indices of marked pixels. */
async function marked(path: string, options?: Parameters<typeof readMask>[2]): Promise<number[]> {
  const { labelmap } = await readMask(path, image, options)
  return [...labelmap.voxels].flatMap((value, index) => (value === 0 ? [] : [index]))
}

describe('masks', () => {
  const samples = new Uint8Array(20)
  samples[7] = 255
  samples[8] = 1

  it('are the non-zero pixels of PNG, NPY and NIfTI', async () => {
    expect(await marked(file('a.png', encodePng({ width: 5, height: 4, channels: 1, samples })))).toEqual([7, 8])
    expect(await marked(file('a.npy', encodeNpy(samples, [4, 5])))).toEqual([7, 8])
    const nifti = await encodeNifti({ ...image, voxels: samples, oriented: false })
    expect(await marked(file('a.nii.gz', nifti))).toEqual([7, 8])
  })

  it('of another size are refused with both sizes', async () => {
    const path = file('small.png', encodePng({ width: 4, height: 4, channels: 1, samples: new Uint8Array(16) }))
    await expect(readMask(path, image)).rejects.toMatchObject({
      code: 'bad-mask',
      message: expect.stringMatching(/small\.png.*4 × 4.*5 × 4/) as string
    })
  })

  it('that mark nothing are reported, not refused', async () => {
    const { voxels, warnings } = await readMask(file('empty.npy', encodeNpy(new Uint8Array(20), [4, 5])), image)
    expect(voxels).toBe(0)
    expect(warnings.join()).toContain('empty.npy')
  })

  it.skipIf(dataFolder === null)('with geometry are moved to the grid of a rotated image', async () => {
    const { volume } = await loadVolume(dataFile('nipy+nibabel/nibabel/tests/data/reoriented_anat_moved.nii'))
    const labels = dataFile('Project-MONAI+MONAI/tests/testing_data/reoriented_anat_moved_label.nii.gz')
    const { voxels, labelmap } = await readMask(labels, volume)
    expect(voxels).toBe(75)
    expect(labelmap.size).toEqual(volume.size)
  })

  it.skipIf(dataFolder === null)('from elsewhere in the world are refused', async () => {
    const { volume } = await loadVolume(dataFile('nipy+nibabel/nibabel/tests/data/anatomical.nii'))
    const far: Volume = { ...volume, affine: [1, 0, 0, 900, 0, 1, 0, 900, 0, 0, 1, 900, 0, 0, 0, 1] }
    const labels = dataFile('Project-MONAI+MONAI/tests/testing_data/anatomical_label.nii.gz')
    await expect(readMask(labels, far)).rejects.toMatchObject({ code: 'bad-mask' })
  })
})

describe('boxes', () => {
  const csv = 'case,reader,x0,y0,x1,y1\np1,"A, B",1,1,3,2\np1,C,2,1,4,3\np2,C,0,0,1,1\n'

  it('are united, far edges exclusive, by case and reader', async () => {
    const path = file('boxes.csv', csv)
    expect(await marked(path, { caseName: 'p1' })).toEqual([6, 7, 8, 12, 13])
    expect(await marked(path, { caseName: 'p1', reader: 'A, B' })).toEqual([6, 7])
    expect(await marked(path, { caseName: 'p2' })).toEqual([0])
    expect((await readBoxes(path)).map(({ reader }) => reader)).toEqual(['A, B', 'C', 'C'])
  })

  it('take a pixel when its centre is inside, and are cut at the edge with a warning', async () => {
    expect(await marked(file('half.csv', 'x0,y0,x1,y1\n0.6,0,2.4,0.6\n'))).toEqual([1])
    const { warnings, voxels } = await readMask(file('wide.csv', 'x0;y0;x1;y1\n-5;3;9;9\n'), image)
    expect(voxels).toBe(5)
    expect(warnings.join()).toContain('past the edge')
  })

  it('of no known case are refused', async () => {
    await expect(readBoxes(file('other.csv', csv), 'p9')).rejects.toMatchObject({ code: 'bad-mask' })
  })

  it.each([
    ['x0,y0,x1\n1,2,3\n', 'no columns'],
    ['x0,y0,x1,y1\n3,1,1,2\n', 'Row 2'],
    ['x0,y0,x1,y1\n1,1,2,2\n1,one,2,2\n', 'Row 3']
  ])('%j is refused: %s', (text, words) => {
    expect(() => parseBoxes(text, 'boxes.csv')).toThrow(words)
  })
})
