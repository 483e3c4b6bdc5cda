import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadSeries } from '@engine/formats/load-series'
import { readSeg } from '@engine/formats/dicom/seg/read-seg'
import { readSegments } from '@engine/formats/segmentation/read-segments'
import { segmentLabelmap, segmentVoxels, type Segmentation } from '@engine/formats/segmentation/segmentation'
import { readSourceFile } from '@engine/formats/source-file'
import { hashArray } from '@engine/handlers/recipe'
import type { Volume } from '@engine/geometry/volume'
import { python } from '../../../support/checkers'
import { readArray } from '../../../support/golden-array'
import { dataFile, dataFolder } from '../shared-data'

const dcmqi = 'QIICR+dcmqi/data/segmentations'
const highdicom = 'ImagingDataCommons+highdicom/data/test_files'
const pydicom = 'pydicom+pydicom-data/data_store/data'
const small = 'pydicom+pydicom/src/pydicom/data/test_files'

const imageOf = async (folder: string): Promise<Volume> =>
  (await loadSeries(readdirSync(dataFile(folder)).map((name) => dataFile(`${folder}/${name}`)))).volume

/** Labels of each voxel of a segmentation whose segments do not overlap. */
function labels({ segments, size }: Segmentation): Uint8Array {
  const pixels = size[0] * size[1]
  const values = new Uint8Array(pixels * size[2])
  for (const { number, planes } of segments) {
    for (const [k, plane] of planes)
      plane.forEach((value, pixel) => value >= 0.5 && (values[k * pixels + pixel] = number))
  }
  return values
}

describe.skipIf(dataFolder === null)("dcmqi's segmentations", () => {
  let ct: Volume
  beforeAll(async () => {
    ct = await imageOf(`${dcmqi}/ct-3slice`)
  })

  test('liver.dcm holds the voxels of liver_seg.nrrd', async () => {
    const seg = await readSegments(dataFile(`${dcmqi}/liver.dcm`), ct)
    const nrrd = await readSegments(dataFile(`${dcmqi}/liver_seg.nrrd`), ct)
    expect(seg.warnings).toEqual([])
    expect(seg.segmentation.segments).toHaveLength(1)
    expect(seg.segmentation.segments[0]).toMatchObject({ label: 'Liver', type: { meaning: 'Liver' } })
    expect(hashArray(labels(seg.segmentation))).toBe(hashArray(labels(nrrd.segmentation)))
    expect(segmentVoxels(seg.segmentation.segments[0])).toBeGreaterThan(1000)
  })

  test('partial_overlaps.dcm holds the voxels of its three label maps', async () => {
    const seg = await readSegments(dataFile(`${dcmqi}/partial_overlaps.dcm`), ct)
    expect(seg.warnings).toEqual([])
    const { segments } = seg.segmentation
    expect(segments).toHaveLength(5)
    const parts = []
    for (const index of [1, 2, 3]) {
      const nrrd = await readSegments(dataFile(`${dcmqi}/partial_overlaps-${index}.nrrd`), ct)
      parts.push(...nrrd.segmentation.segments)
    }
    // dcmqi numbers segments as it goes through the label maps; the same regions in the same order.
    expect(parts.map((part) => segmentVoxels(part)).sort()).toEqual(segments.map((part) => segmentVoxels(part)).sort())
    for (const segment of segments) {
      const mask = segmentLabelmap(ct, [segment]).voxels
      const same = parts.filter((part) => Buffer.from(segmentLabelmap(ct, [part]).voxels).equals(Buffer.from(mask)))
      expect(same.length, segment.label).toBeGreaterThan(0)
    }
  })

  test('label.seg holds the voxels of label.nrrd', async () => {
    const image = await imageOf(`${dcmqi}/24x38x3/image`)
    const seg = await readSegments(dataFile(`${dcmqi}/24x38x3/seg/label.seg`), image)
    const nrrd = await readSegments(dataFile(`${dcmqi}/24x38x3/nrrd/label.nrrd`), image)
    expect(hashArray(labels(seg.segmentation))).toBe(hashArray(labels(nrrd.segmentation)))
  })

  test('segments are chosen by name, number and case, and a wrong one is named', async () => {
    const path = dataFile(`${dcmqi}/partial_overlaps.dcm`)
    const all = (await readSegments(path, ct)).segmentation.segments
    const second = await readSegments(`${path}#2`, ct)
    expect(second.segmentation.segments).toMatchObject([{ number: 2, label: all[1].label }])
    expect(segmentVoxels(second.segmentation.segments[0])).toBe(segmentVoxels(all[1]))
    const byName = await readSegments(`${path}#${all[0].label.toUpperCase()}`, ct)
    expect(byName.segmentation.segments[0].label).toBe(all[0].label)
    await expect(readSegments(`${path}#Heart`, ct)).rejects.toThrow(/no segment “Heart”/)
  })

  test('a segmentation of other images is refused', async () => {
    const other = await imageOf(`${small}/dicomdirtests/77654033/CT2`)
    await expect(readSegments(dataFile(`${dcmqi}/liver.dcm`), other)).rejects.toThrow(/another frame of reference/)
  })

  test('on another grid of the same space it is moved, and that is said', async () => {
    const [c, r, s] = ct.size
    const affine = ct.affine.map((value, index) => (index % 4 < 2 ? value * 2 : value)) as unknown as Volume['affine']
    const coarse: Volume = {
      ...ct,
      voxels: new Uint8Array((c / 2) * (r / 2) * s),
      size: [c / 2, r / 2, s],
      affine,
      sources: undefined
    }
    const seg = await readSegments(dataFile(`${dcmqi}/liver.dcm`), coarse)
    expect(seg.warnings.join()).toMatch(/moved to the image's by nearest neighbour/)
    const whole = await readSegments(dataFile(`${dcmqi}/liver.dcm`), ct)
    const ratio = segmentVoxels(whole.segmentation.segments[0]) / segmentVoxels(seg.segmentation.segments[0])
    expect(ratio).toBeGreaterThan(3.9)
    expect(ratio).toBeLessThan(4.1)
  })
})

interface Seen {
  readonly kind: string
  readonly shape: readonly number[]
  readonly affine: readonly (readonly number[])[] | null
  readonly segments: readonly { readonly number: number; readonly label: string }[]
}

const files = [
  ...[
    'ct_binary',
    'ct_binary_fractional',
    'ct_binary_overlap',
    'ct_binary_single_frame',
    'ct_true_fractional',
    'cr_binary'
  ].map((name) => `${highdicom}/seg_image_${name}.dcm`),
  `${dcmqi}/liver.dcm`,
  `${dcmqi}/partial_overlaps.dcm`,
  `${dcmqi}/24x38x3/seg/label.seg`,
  `${pydicom}/liver_nonbyte_aligned.dcm`
]

test.skipIf(dataFolder === null)('every segmentation has the voxels highdicom sees', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-real-segs-'))
  const arrays = files.map((_, index) => join(folder, `${index}.npy`))
  const seen = python<Seen[]>(
    'seg.py',
    files.flatMap((name, index) => [dataFile(name), arrays[index]])
  )
  for (const [index, name] of files.entries()) {
    const seg = await readSeg(await readSourceFile(dataFile(name)))
    expect(seg.segments.map(({ number, label }) => [number, label])).toEqual(
      seen[index].segments.map(({ number, label }) => [number, label])
    )
    const { values } = readArray(arrays[index])
    expect(sumOf(values), name).toBeCloseTo(
      seg.frames.reduce((sum, { pixels }) => sum + sumOf(pixels), 0),
      3
    )
    const { affine, shape } = seen[index]
    if (affine === null) continue
    const [, rows, columns, count] = shape
    for (const frame of seg.frames) {
      const { position } = frame.geometry.plane!
      const slice = Array.from({ length: shape[0] }, (_, s) => s).find((s) =>
        position.every((mm, row) => Math.abs(affine[row][0] * s + affine[row][3] - mm) < 1e-3)
      )
      expect(slice, `${name}: a frame lies on none of highdicom's slices`).toBeDefined()
      const segment = seen[index].segments.findIndex(({ number }) => number === frame.segment)
      const start = slice! * rows * columns
      const same = frame.pixels.every(
        (value, pixel) => Math.abs(value - values[(start + pixel) * count + segment]) < 1e-6
      )
      expect(same, `${name}, slice ${slice}, segment ${frame.segment}`).toBe(true)
    }
  }
})

test.skipIf(dataFolder === null)('the same segmentation in four codings has the same voxels', async () => {
  const frames = async (name: string): Promise<string[]> =>
    (await readSeg(await readSourceFile(dataFile(name)))).frames.map(({ pixels }) => hashArray(pixels))
  const plain = await frames(`${pydicom}/liver.dcm`)
  expect(plain).toHaveLength(3)
  expect(await frames(`${pydicom}/liver_rle.dcm`)).toEqual(plain)
  expect(await frames(`${pydicom}/liver_deflate.dcm`)).toEqual(plain)
  expect(await frames(`${pydicom}/liver_j2k.dcm`)).toEqual(plain)
  expect(await frames(`${small}/liver_1frame.dcm`)).toEqual([plain[0]])
  expect(await frames(`${small}/liver_expb_1frame.dcm`)).toEqual([plain[0]])
})

function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]
  return sum
}
