import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { mapOnImage, readMapVolume } from '@engine/formats/maps/map-volume'
import { readMapTree, type TreeCase } from '@engine/formats/maps/map-tree'
import { encodeNifti } from '@engine/formats/nifti/write'
import { encodeNpy } from '@engine/formats/raster/npy'
import type { Affine, Volume } from '@engine/geometry/volume'
import { quietJob } from '@engine/job'

const fixtures = fileURLToPath(new URL('../../fixtures/formats/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'saliscope-maps-'))
afterAll(() => rmSync(folder, { recursive: true }))
const job = quietJob(new AbortController().signal)

const image: Volume = {
  voxels: Float32Array.from({ length: 24 }, (_, index) => index),
  size: [4, 3, 2],
  samples: 1,
  affine: [0, 0, 2, -10, 1.5, 0, 0, 20, 0, -1, 0, 5, 0, 0, 0, 1],
  spacingMm: [1.5, 1, 2],
  oriented: true,
  frameOfReference: null,
  unit: 'value',
  photometric: 'MONOCHROME2',
  bitsStored: 32,
  window: null
}

/** The same voxels at the same places, the first axis backwards and the last two swapped. */
function turned(): Volume {
  const [columns, rows, slices] = image.size
  const voxels = new Float32Array(24)
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++)
        voxels[(j * slices + k) * columns + (columns - 1 - i)] = image.voxels[(k * rows + j) * columns + i]
  const [a, b, c, d, e, f, g, h, i, j, k, l] = image.affine
  const last = columns - 1
  const affine = [-a, c, b, d + a * last, -e, g, f, h + e * last, -i, k, j, l + i * last, 0, 0, 0, 1]
  return { ...image, voxels, size: [columns, slices, rows], affine: affine as unknown as Affine }
}

describe('volumes of maps made elsewhere', () => {
  it('a placed map is laid on its image, its axes in whatever order', async () => {
    const path = join(folder, 'turned.nii.gz')
    writeFileSync(path, await encodeNifti(turned()))
    const map = await readMapVolume(path)
    expect(map.size).toEqual([4, 2, 3])
    expect(mapOnImage(map, image, 'turned.nii.gz')?.voxels).toEqual(image.voxels)
  })

  it('one of the same size that lies elsewhere is refused; one without a place is taken voxel by voxel', async () => {
    const away: Volume = {
      ...image,
      affine: image.affine.map((value, at) => (at === 3 ? value + 30 : value)) as unknown as Affine
    }
    expect(() => mapOnImage(away, image, 'away.nii')).toThrow('“away.nii” lies elsewhere than its image')
    expect(mapOnImage({ ...image, oriented: false }, image, 'x')).toBeNull()
    expect(mapOnImage({ ...away, size: [2, 3, 4] }, image, 'x')).toBeNull()
  })

  it('ClinicaDL: the channel in front is dropped and the identity is no place', async () => {
    const path = join(folder, 'sub-1_ses-M000_image-0_map.nii')
    const bytes = await encodeNifti(
      { ...image, affine: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] },
      { compress: false }
    )
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    ;[4, 1, ...image.size].forEach((length, at) => view.setInt16(40 + at * 2, length, true))
    writeFileSync(path, bytes)
    const map = await readMapVolume(path)
    expect([map.size, map.oriented]).toEqual([image.size, false])
    expect(map.voxels).toEqual(image.voxels)
  })

  it('addresses, NRRD, TIFF and NPZ are maps; a tensor of PyTorch is refused with the way to save it', async () => {
    expect((await readMapVolume(`${fixtures}numpy/several.npz#map`)).size).toEqual([5, 4, 3])
    expect((await readMapVolume(`${fixtures}nrrd/ras-list-first.nrrd[1]`)).size).toEqual([5, 4, 2])
    expect((await readMapVolume(`${fixtures}tiff/float32-predictor.tif`)).size).toEqual([53, 37, 1])
    for (const file of ['checkpoint.ckpt', 'pickle-2.pt']) {
      await expect(readMapVolume(`${fixtures}models/${file}`)).rejects.toMatchObject({
        code: 'unsupported-file',
        hint: expect.stringContaining('numpy.save') as string
      })
    }
  })
})

function written(root: string, ...paths: readonly string[]): string {
  const at = join(folder, root)
  for (const path of paths) {
    mkdirSync(dirname(join(at, path)), { recursive: true })
    if (path.endsWith('.pt')) copyFileSync(`${fixtures}models/checkpoint.ckpt`, join(at, path))
    else writeFileSync(join(at, path), encodeNpy(new Float32Array(4), [2, 2]))
  }
  return at
}

const tree = async (root: string, cases: readonly TreeCase[]): Promise<Record<string, string>> => {
  const { files } = await readMapTree(root, cases, job)
  return Object.fromEntries([...files].map(([id, path]) => [id, path.slice(root.length + 1)]))
}

const pictures: TreeCase[] = [
  { id: 'case-a', image: '/data/tbx/imgs/tb/tb0003.png', patient: null, session: null },
  { id: 'case-b', image: '/data/tbx/imgs/health/h0003.png', patient: null, session: null }
]
const brains: TreeCase[] = [
  { id: 'b1', image: '/caps/a.nii.gz', patient: 'sub-OASIS10016', session: 'ses-M000' },
  { id: 'b2', image: '/caps/b.nii.gz', patient: 'sub-OASIS10109', session: 'M000' },
  { id: 'b3', image: '/caps/c.nii.gz', patient: 'sub-OASIS10304', session: null }
]

describe('trees of maps', () => {
  it('mednet: by the path of the sample, also below the folder of an output', async () => {
    const plain = written('mednet', 'imgs/tb/tb0003.npy', 'imgs/health/h0003.npy', 'generation.meta.json')
    expect(await tree(plain, pictures)).toEqual({ 'case-a': 'imgs/tb/tb0003.npy', 'case-b': 'imgs/health/h0003.npy' })
    const highest = written('mednet-highest', 'highest-output/imgs/tb/tb0003.npy', 'highest-output/imgs/other/x.npy')
    expect(await tree(highest, pictures)).toEqual({ 'case-a': 'highest-output/imgs/tb/tb0003.npy' })
    expect((await readMapTree(highest, pictures, job)).unmatched).toEqual([
      join('highest-output', 'imgs', 'other', 'x.npy')
    ])
  })

  it('several outputs are several sets: one must be named', async () => {
    const both = written('mednet-all', '0/imgs/tb/tb0003.npy', '1/imgs/tb/tb0003.npy')
    await expect(readMapTree(both, pictures, job)).rejects.toMatchObject({
      code: 'bad-parameter',
      hint: expect.stringContaining('mednet-all/0, mednet-all/1') as string
    })
    expect(await tree(join(both, '1'), pictures)).toEqual({ 'case-a': 'imgs/tb/tb0003.npy' })
  })

  it.each([
    ['1.6.1', 'split-0/best-loss/test/interpret-grad/', '_image-0_map'],
    ['as documented', 'fold-0/gradients/best_loss/test/', '_image-0'],
    ['with a selection', 'gradients/selection/grad/', '_image-0_map']
  ])('ClinicaDL %s: by participant and session; means of the group are nobody’s map', async (_what, place, end) => {
    const file = (participant: string): string => `${place}${participant}_ses-M000${end}.npy`
    const root = written(
      `clinicadl ${place.replaceAll('/', '-')}`,
      ...brains.map(({ patient }) => file(patient!)),
      `${place}mean_image-0_map.npy`
    )
    expect(await tree(root, brains)).toEqual({
      b1: file('sub-OASIS10016'),
      b2: file('sub-OASIS10109'),
      b3: file('sub-OASIS10304')
    })
    expect((await readMapTree(root, brains, job)).unmatched).toHaveLength(1)
  })

  it('ClinicaDL’s plots: a folder a participant and session', async () => {
    const root = written('plots', 'split-0/best-loss/test/sub-OASIS10016/ses-M000/map.npy')
    expect(await tree(root, brains)).toEqual({ b1: 'split-0/best-loss/test/sub-OASIS10016/ses-M000/map.npy' })
  })

  it('splits are several sets; an array is taken before the tensor it was saved from', async () => {
    const stem = 'best-loss/test/interpret-g/sub-OASIS10016_ses-M000_image-0_map'
    const root = written('splits', `split-0/${stem}.npy`, `split-0/${stem}.pt`, `split-1/${stem}.npy`)
    await expect(readMapTree(root, brains, job)).rejects.toThrow('2 sets of maps')
    expect(await tree(join(root, 'split-0'), brains)).toEqual({ b1: `${stem}.npy` })
  })

  it('files called by the case; a folder without any of them is refused', async () => {
    expect(await tree(written('ids', 'case-a.npy', 'case-b.npy'), pictures)).toEqual({
      'case-a': 'case-a.npy',
      'case-b': 'case-b.npy'
    })
    await expect(readMapTree(written('none', 'zzz.npy'), pictures, job)).rejects.toMatchObject({ code: 'not-found' })
  })
})
