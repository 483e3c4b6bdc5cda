import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeNifti } from '@engine/formats/nifti/write'
import type { Volume } from '@engine/geometry/volume'
import { regionMapOf } from '@engine/handlers/region-sets'
import { prepareImage } from '@engine/preprocessing/prepare'
import { volumeCard } from '../preprocessing/volume-case'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-atlas-'))
afterAll(() => rmSync(folder, { recursive: true }))

const image: Volume = {
  voxels: Uint8Array.of(0, 7, 7, 0, 9, 9, 12, 0),
  size: [2, 2, 2],
  samples: 1,
  affine: [2, 0, 0, 5, 0, 2, 0, 6, 0, 0, 2, -7, 0, 0, 0, 1],
  spacingMm: [2, 2, 2],
  oriented: true,
  frameOfReference: null,
  unit: 'value',
  photometric: 'MONOCHROME2',
  bitsStored: 8,
  window: null
}

describe('regions of an atlas', () => {
  it('are called as the experiment says, else as the file beside the atlas does, else by number', async () => {
    const path = join(folder, 'atlas.nii.gz')
    writeFileSync(path, await encodeNifti(image))
    writeFileSync(join(folder, 'atlas.txt'), '7 Hippocampus_L 4101\n9 Hippocampus_R 4102\n')
    const regions = { source: { atlas: path }, names: { '9': 'right hippocampus' } }
    const prepared = prepareImage(image, volumeCard({ size: [2, 2, 2] }))
    const { names, labels } = await regionMapOf(regions, path, { prepared, image, grid: 'image' })
    expect(names).toEqual(['Hippocampus_L', 'right hippocampus', 'region 12'])
    expect([...labels]).toEqual([0, 1, 1, 0, 2, 2, 3, 0])
  })
})
