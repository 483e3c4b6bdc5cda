import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadSeries } from '@engine/formats/load-series'
import { encodeNpy } from '@engine/formats/raster/npy'
import { encodePng } from '@engine/formats/raster/png'
import { readMask } from '@engine/formats/masks/read-mask'
import { swapRasLps } from '@engine/geometry/affine'
import type { SegmentFigures } from '@engine/handlers/convert-masks'
import { dcentvfy, dciodvfy, dcmdump, gdcminfo, niftiTool, python } from '../support/checkers'
import { commandLine } from '../support/in-process'
import { dataFile, dataFolder } from '../engine/formats/shared-data'

let folder: string
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'masks-in-and-out-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function masks(...words: string[]): Promise<{ status: number; out: string; err: string }> {
  const { status, stdout, stderr } = await commandLine(['masks', ...words])
  return { status, out: stdout, err: stderr }
}

const dcmqi = 'QIICR+dcmqi/data/segmentations'

interface Found {
  readonly nifti: { shape: number[]; affine: number[][]; counts: Record<string, number> }
  readonly npy: { shape: number[]; dtype: string; counts: Record<string, number> }
  readonly rle: { counts: Record<string, number>; boxes: boolean; names: Record<string, string>; images: number }
  readonly polygons: { counts: Record<string, number>; boxes: boolean }
  readonly seg: { counts: Record<string, number>; names: Record<string, string>; patient: string; sources: number }
}

describe.skipIf(dataFolder === null)('a DICOM SEG of a real CT', () => {
  const image = (): string => dataFile(`${dcmqi}/ct-3slice`)
  const liver = (): string => dataFile(`${dcmqi}/liver.dcm`)

  test('import prints name, code, voxels, volume, frames and hash of each segment', async () => {
    const { status, out } = await masks('import', '--image', image(), '--mask', liver(), '--json')
    expect(status).toBe(0)
    const [segment] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as SegmentFigures & { from: string })
    expect(segment).toMatchObject({
      from: 'SEG',
      number: 1,
      name: 'Liver',
      code: { meaning: 'Liver' },
      algorithm: 'SEMIAUTOMATIC',
      frames: 3
    })
    const { volume } = await loadSeries(readdirSync(image()).map((name) => join(image(), name)))
    const spacing = volume.spacingMm!.reduce((product, mm) => product * mm, 1)
    expect(segment.mm3).toBeCloseTo(segment.voxels * spacing, 1)
    expect(segment.ml).toBeCloseTo(segment.mm3! / 1000, 6)
    expect(segment.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('every format it is exported to has the same voxels for other programs', async () => {
    const formats = 'nifti,npy,coco,dicom-seg,rtstruct'
    const { status, out } = await masks(
      ...['export', '--image', image(), '--mask', liver(), '--as', formats, '--out', at('liver'), '--json']
    )
    expect(status).toBe(0)
    const { files, segments } = JSON.parse(out) as { files: string[]; segments: SegmentFigures[] }
    expect(files.sort()).toEqual(readdirSync(at('liver')).sort())
    const { voxels } = segments[0]
    const found = python<Found>('masks.py', [at('liver'), 'liver'])
    for (const format of ['nifti', 'npy', 'rle', 'polygons', 'seg'] as const)
      expect(found[format].counts).toEqual({ 1: voxels })
    expect([found.rle.boxes, found.polygons.boxes]).toEqual([true, true])
    expect(found.rle.names).toEqual({ 1: 'Liver' })
    expect(found.npy.shape).toEqual([3, 512, 512])
    expect(found.npy.dtype).toBe('uint8')
    expect(found.seg).toMatchObject({ names: { 1: 'Liver' }, sources: 3 })
    expect(found.seg.patient).toMatch(/^SAL-/)
    const { volume } = await loadSeries(readdirSync(image()).map((name) => join(image(), name)))
    const ras = swapRasLps(volume.affine)
    found.nifti.affine
      .flat()
      .forEach((value, index) => expect(Math.abs(value - Math.fround(ras[index]))).toBeLessThan(1e-6))
    niftiTool(join(at('liver'), 'liver.nii.gz'))
    for (const name of ['liver.seg.dcm', 'liver.rtstruct.dcm']) {
      expect(dciodvfy(join(at('liver'), name))).toEqual([])
      dcmdump(join(at('liver'), name))
    }
    gdcminfo(join(at('liver'), 'liver.seg.dcm'))
    // Read again by ourselves: the same hash whatever the format.
    for (const ending of ['nii.gz', 'seg.dcm', 'rtstruct.dcm', 'npy', 'coco.json', 'coco-rle.json']) {
      const name = `liver.${ending}`
      const again = await masks('import', '--image', image(), '--mask', join(at('liver'), name), '--json')
      expect(JSON.parse(again.out), name).toMatchObject({ name: 'Liver', sha256: segments[0].sha256 })
    }
  })

  test('overlapping segments become a file each where one value cannot hold two', async () => {
    const mask = dataFile(`${dcmqi}/partial_overlaps.dcm`)
    const out = at('overlap')
    const { status } = await masks(
      ...['export', '--image', image(), '--mask', mask, '--as', 'nifti,npy,dicom-seg', '--out', out]
    )
    expect(status).toBe(0)
    const names = readdirSync(out)
    expect(names.filter((name) => name.endsWith('.nii.gz'))).toHaveLength(5)
    const found = python<Found>('masks.py', [out, 'partial_overlaps'])
    expect(found.npy.shape).toEqual([5, 3, 512, 512])
    const segments = await masks('import', '--image', image(), '--mask', mask, '--json')
    const voxels = segments.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as SegmentFigures).voxels)
    expect(Object.values(found.seg.counts)).toEqual(voxels)
    expect(dciodvfy(join(out, 'partial_overlaps.seg.dcm'))).toEqual([])
  })

  test('masks are combined into one file, and one segment is chosen by name', async () => {
    const out = at('combined')
    const mask = dataFile(`${dcmqi}/partial_overlaps.dcm`)
    const { status } = await masks(
      ...['export', '--image', image(), '--mask', liver(), `${mask}#2`, '--combine', '--as', 'dicom-seg', '--out', out]
    )
    expect(status).toBe(0)
    expect(readdirSync(out)).toEqual(['masks.seg.dcm'])
    const found = python<Found>('masks.py', [out, 'masks'])
    expect(Object.keys(found.seg.counts)).toEqual(['1', '2'])
  })

  test('with the identity of the source the patient is the same', async () => {
    const out = at('source')
    await masks(
      ...['export', '--image', image(), '--mask', liver(), '--as', 'dicom-seg', '--identity', 'source', '--out', out]
    )
    const [first] = readdirSync(image())
    type Header = Record<'PatientID' | 'StudyInstanceUID', string>
    const header = (path: string): Header => python<Header>('header.py', [path, 'PatientID', 'StudyInstanceUID'])
    expect(header(join(out, 'liver.seg.dcm'))).toEqual(header(join(image(), first)))
    const set = [...readdirSync(image()).map((name) => join(image(), name)), join(out, 'liver.seg.dcm')]
    expect(dcentvfy(set)).toEqual([])
  })

  test('a mask of another image is refused in one sentence, the others go through', async () => {
    const other = dataFile('ImagingDataCommons+highdicom/data/test_files/seg_image_ct_binary.dcm')
    const { status, err, out } = await masks('import', '--image', image(), '--mask', other, liver(), '--json')
    expect(status).toBe(5)
    expect(err).toContain('another frame of reference')
    expect(out.trim().split('\n')).toHaveLength(2)
    expect((await masks('import', '--image', image(), '--mask', other)).status).toBe(3)
  })
})

test('a picture without geometry has PNG, COCO and SEG masks', async () => {
  const grey = Uint8Array.from({ length: 30 * 20 }, (_, pixel) => pixel % 251)
  writeFileSync(at('picture.png'), encodePng({ width: 30, height: 20, channels: 1, samples: grey }))
  const mask = Uint8Array.from(grey, (_, pixel) =>
    pixel % 30 > 4 && pixel % 30 < 12 && pixel > 90 && pixel < 300 ? 1 : 0
  )
  writeFileSync(at('drawn.npy'), encodeNpy(mask, [20, 30]))
  const { status, err } = await masks(
    ...[
      'export',
      '--image',
      at('picture.png'),
      '--mask',
      at('drawn.npy'),
      '--as',
      'png,coco,dicom-seg',
      '--out',
      at('flat')
    ]
  )
  expect([status, err.includes('rror')]).toEqual([0, false])
  const { volume } = await loadSeries([at('picture.png')])
  for (const name of ['drawn.png', 'drawn.seg.dcm']) {
    const read = await readMask(join(at('flat'), name), volume)
    expect(Buffer.from(read.labelmap.voxels).equals(Buffer.from(mask)), name).toBe(true)
  }
  expect(dciodvfy(join(at('flat'), 'drawn.seg.dcm'))).toEqual([])
  gdcminfo(join(at('flat'), 'drawn.seg.dcm'))
  const refused = await masks(
    ...['export', '--image', at('picture.png'), '--mask', at('drawn.npy'), '--as', 'rtstruct', '--out', at('no')]
  )
  expect(refused.status).toBe(3)
  expect(refused.err).toContain('where it lies')
  expect(existsSync(at('no/drawn.rtstruct.dcm'))).toBe(false)
})

test('a radiograph without a place in the patient has a SEG that names it', async () => {
  const [image, mask] = ['resources/sample/cases/p0001.dcm', 'resources/sample/masks/p0001.png']
  const { status } = await masks(
    ...['export', '--image', image, '--mask', mask, '--as', 'dicom-seg', '--creator', 'Reader^One', '--out', at('cr')]
  )
  expect(status).toBe(0)
  const path = join(at('cr'), 'p0001.seg.dcm')
  expect(dciodvfy(path)).toEqual([])
  gdcminfo(path)
  const { volume } = await loadSeries([image])
  const [written, read] = await Promise.all([mask, path].map((name) => readMask(name, volume)))
  expect(Buffer.from(read.labelmap.voxels).equals(Buffer.from(written.labelmap.voxels))).toBe(true)
  expect(read.warnings).toEqual([])
  const other = (await loadSeries(['resources/sample/cases/p0002.dcm'])).volume
  await expect(readMask(path, other)).rejects.toThrow(/drawn on other images/)
})

test('wrong orders are usage errors', async () => {
  for (const words of [
    ['export', '--image', 'x', '--mask', 'y', '--as', 'nifti'],
    ['export', '--image', 'x', '--mask', 'y', '--as', 'xyz', '--out', at('x')],
    ['import', '--image', 'x'],
    ['import', '--mask', 'y'],
    ['import', '--image', 'x', '--mask', 'y', '--as', 'png']
  ]) {
    expect((await masks(...words)).status, words.join(' ')).toBe(2)
  }
})
