import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeStructures } from '@engine/formats/dicom/rtstruct/write-structures'
import { encodeSeg } from '@engine/formats/dicom/seg/write-seg'
import { plainWords, type Segment } from '@engine/formats/segmentation/segmentation'
import { encodeParametricMap } from '@engine/formats/dicom/parametric-map/write-parametric-map'
import { loadMap } from '@engine/formats/dicom/parametric-map/load-map'
import { type OpenedSeries, openSeries } from '@engine/formats/open-series'
import { labelledVoxels } from '@engine/geometry/labelmap'
import { deidentifyFiles } from '@engine/handlers/deidentify'
import { attachedParts } from '@engine/handlers/attached-objects'
import { mapFromFile } from '@engine/handlers/map-files'
import { quietJob } from '@engine/job'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { python } from '../../support/checkers'
import { about, origin, series } from '../formats/derived-map/map-case'
import { dataFolder } from '../formats/shared-data'
import { dataSetBytes, explicitLittleEndian, part10 } from '../formats/make-dicom'

let folder: string
interface Written {
  readonly polygon: number
  readonly ellipse: number
  readonly mean: number
}
let written: Written

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-objects-'))
  if (dataFolder === null) return
  const ct = join(dataFolder, 'ImagingDataCommons+highdicom/data/test_files/ct_image.dcm')
  cpSync(ct, join(folder, 'ct.dcm'))
  written = python<Written>('write_objects.py', [ct, folder])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function opened(...names: string[]): Promise<{ series: readonly OpenedSeries[]; problems: readonly string[] }> {
  const found = await openSeries(
    names.map((name) => join(folder, name)),
    quietJob()
  )
  return { series: found.series, problems: found.problems.map(({ fault }) => fault.message) }
}

describe.skipIf(dataFolder === null)('objects that another program wrote about an image', () => {
  test('lie on it instead of beside it', async () => {
    const { series: found, problems } = await opened('ct.dcm', 'report.dcm', 'placed.dcm', 'state.dcm', 'map.dcm')
    expect(problems).toEqual([])
    expect(found).toHaveLength(1)
    const parts = attachedParts(found[0])
    const image = await found[0].load()
    expect(parts.masks.map(({ reader, from }) => [reader, from])).toEqual([
      ['placed nodule', 'SR'],
      ['nodule', 'SR'],
      ['cyst', 'SR']
    ])
    const sizes = await Promise.all(parts.masks.map(async (mask) => labelledVoxels(await mask.load(image))))
    expect(sizes).toEqual([written.polygon, written.polygon, written.ellipse])
    // The state's only graphic is an upright rectangle on a picture of one slice.
    expect(parts.boxes).toEqual([[10, 20, 30, 28]])
    expect(parts.window).toEqual({ center: 50, width: 300 })
    expect(parts.attached).toEqual([
      { kind: 'map', from: 'Parametric Map', title: 'Map elsewhere' },
      { kind: 'boxes', from: 'presentation state', title: 'STATE' }
    ])
    expect(parts.warnings.join(' ')).toMatch(/report\.dcm” holds 2 measurements/)
  })

  test('without their image are pictures (maps) or refused in a sentence (reports, states)', async () => {
    const { series: found, problems } = await opened('report.dcm', 'state.dcm', 'map.dcm')
    expect(found.map(({ name }) => name)).toEqual(['map.dcm'])
    expect(problems).toEqual([
      '“report.dcm” is a structured report about images that are not among the opened files.',
      '“state.dcm” is a presentation state about images that are not among the opened files.'
    ])
  })

  test('a map is read with its real-world values', async () => {
    const map = await loadMap(join(folder, 'map.dcm'))
    expect(map.unit).toBe('1')
    const mean = Array.from(map.voxels).reduce((sum, value) => sum + value, 0) / map.voxels.length
    expect(mean).toBeCloseTo(written.mean, 1)
    expect(map.voxels[3]).toBe(0.5)
  })

  test('a report that says nothing to show is refused in a sentence', async () => {
    const nothing = dataSetBytes([
      ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.88.11'],
      ['00080018', 'UI', '1.2.3'],
      ['0040A040', 'CS', 'CONTAINER']
    ])
    writeFileSync(join(folder, 'text.dcm'), part10(explicitLittleEndian, nothing))
    const { problems } = await opened('ct.dcm', 'text.dcm')
    expect(problems).toEqual([expect.stringMatching(/draws no region and measures nothing/)])
  })
})

test.skipIf(dataFolder === null)('segmentations and structure sets come with their series', async () => {
  const place = join(folder, 'dcmqi')
  mkdirSync(place)
  const root = join(dataFolder!, 'QIICR+dcmqi')
  for (const name of readdirSync(root, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.dcm') && !path.includes('pm-'))) {
    cpSync(join(root, name), join(place, name.replaceAll('/', '_')))
  }
  const { series: found } = await openSeries([place], quietJob())
  const [ct] = found.filter(({ attached }) => attached !== undefined)
  expect(found.some(({ tags }) => tags?.modality === 'SEG')).toBe(false)
  const parts = attachedParts(ct)
  expect(parts.masks.length).toBeGreaterThan(0)
  expect(parts.masks.every(({ from }) => from === 'SEG')).toBe(true)
  const image = await ct.load()
  for (const mask of parts.masks) expect(labelledVoxels(await mask.load(image))).toBeGreaterThan(0)
})

test.skipIf(dataFolder === null)(
  'a structure set comes with its series; maps turned to segments are no reference',
  async () => {
    const place = join(folder, 'structures')
    const { image, sources } = (await series('fepegar+torchio/tests/image_data/dicom'))!
    mkdirSync(place)
    for (const { path } of sources) cpSync(path, join(place, basename(path)))
    const plane = new Uint8Array(image.size[0] * image.size[1]).fill(1, 0, image.size[0] * 20)
    const segment: Segment = { ...plainWords(1, 'spine'), planes: new Map([[3, plane]]) }
    const segmentation = { size: image.size, affine: image.affine, segments: [segment] }
    const words = { ...about, version: '1', creator: 'Reader^One' }
    const outlines = { segmentation, image, sources, about: { ...words, label: 'RS' } }
    writeFileSync(join(place, 'rs.dcm'), await encodeStructures(outlines))
    const saliency = { value: '130404', scheme: 'DCM', meaning: 'Saliency' }
    const maps = { ...segmentation, segments: [{ ...segment, type: saliency, label: 'Gradient' }] }
    const kind = { kind: 'BINARY', origin: { program: 'Saliscope', version: '1', parameters: '' } } as const
    const seg = {
      ...kind,
      segmentation: maps,
      image,
      sources,
      about: { ...words, contentLabel: 'X', contentDescription: 'x' }
    }
    writeFileSync(join(place, 'map.dcm'), await encodeSeg(seg))
    const { series: opened } = await openSeries([place], quietJob())
    expect(opened).toHaveLength(1)
    const parts = attachedParts(opened[0])
    expect(parts.masks.map(({ reader, from }) => [reader, from])).toEqual([['spine', 'RTSTRUCT']])
    expect(parts.attached).toEqual([{ kind: 'map', from: 'SEG', title: 'Gradient' }])
    expect(labelledVoxels(await parts.masks[0].load(await opened[0].load()))).toBe(image.size[0] * 20)
  }
)

test.skipIf(dataFolder === null)('after de-identification the objects still find their image', async () => {
  const out = join(folder, 'without-identity')
  const files = ['ct.dcm', 'report.dcm', 'placed.dcm', 'state.dcm', 'map.dcm'].map((name) => join(folder, name))
  const keys = { saltFile: join(folder, 'salt'), table: join(folder, 'table.csv') }
  const options = {
    keepDates: 'removed',
    keepPatientCharacteristics: false,
    acceptBurnedIn: true,
    version: 'test'
  } as const
  const outcomes = await deidentifyFiles({ files, out, ...keys, ...options }, quietJob())
  expect(outcomes.flatMap((outcome) => ('fault' in outcome ? [outcome.fault.message] : []))).toEqual([])
  const { series: found, problems } = await openSeries([out], quietJob())
  expect(problems).toEqual([])
  expect(found).toHaveLength(1)
  const parts = attachedParts(found[0])
  const image = await found[0].load()
  const sizes = await Promise.all(parts.masks.map(async (mask) => labelledVoxels(await mask.load(image))))
  expect(sizes.toSorted()).toEqual([written.polygon, written.polygon, written.ellipse].toSorted())
  expect(parts.boxes).toEqual([[10, 20, 30, 28]])
  expect(parts.attached).toContainEqual(expect.objectContaining({ kind: 'map', from: 'Parametric Map' }))
})

test.skipIf(dataFolder === null)(
  'a parametric map whose frames run the other way is scored in the order of its image',
  async () => {
    const found = (await series('fepegar+torchio/tests/image_data/dicom'))!
    const { image, sources, values } = found
    const [columns, rows, slices] = image.size
    const backwards = [...image.affine] as unknown as number[]
    for (const row of [0, 4, 8]) {
      backwards[row + 3] += backwards[row + 2] * (slices - 1)
      backwards[row + 2] *= -1
    }
    const turned = new Float32Array(values.length)
    for (let k = 0; k < slices; k++)
      turned.set(values.subarray(k * columns * rows, (k + 1) * columns * rows), (slices - 1 - k) * columns * rows)
    const other = {
      ...image,
      affine: backwards as unknown as typeof image.affine,
      sources: image.sources?.toReversed()
    }
    const file = join(folder, 'turned.dcm')
    writeFileSync(file, await encodeParametricMap({ values: turned, image: other, sources, origin, about }))
    const straight = join(folder, 'straight.dcm')
    writeFileSync(straight, await encodeParametricMap({ ...found, origin, about }))
    // The grid of the image needs nothing of the model.
    const grid = { prepared: null as unknown as PreparedImage, image, grid: 'image' as const }
    const [a, b] = [await mapFromFile(file, grid), await mapFromFile(straight, grid)]
    expect(Buffer.compare(Buffer.from(a.values.buffer), Buffer.from(b.values.buffer))).toBe(0)
  }
)
