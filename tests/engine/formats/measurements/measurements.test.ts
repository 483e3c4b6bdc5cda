import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownCode } from '@engine/formats/dicom/measurements/content-item'
import type { ReportFigure, ReportGroup } from '@engine/formats/dicom/measurements/measurement-report'
import { encodeMeasurements, type MeasurementsToWrite } from '@engine/formats/dicom/measurements/write-measurements'
import { readSources } from '@engine/formats/dicom/writing/slice-sources'
import { readSourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { dcentvfy, dciodvfy, dsrdump, python } from '../../../support/checkers'
import { about, type MapCase, multiframe, radiograph, series } from '../derived-map/map-case'
import { dataFolder } from '../shared-data'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-sr-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Seen {
  readonly template: string
  readonly groups: readonly {
    readonly title: string
    readonly figures: readonly { readonly name: string; readonly value: number; readonly unit: string }[]
    readonly evaluations: Readonly<Record<string, string>>
    readonly images: readonly string[]
    readonly segment: readonly [string, number] | null
  }[]
  readonly evidence: readonly string[]
}

const one = { value: '1', scheme: 'UCUM', meaning: 'no units' }
const figures: ReportFigure[] = [
  {
    name: ownCode('average-precision', 'Average precision'),
    value: 0.123456789012345,
    unit: one,
    derivation: null,
    note: ''
  },
  {
    name: { value: '118565006', scheme: 'SCT', meaning: 'Volume' },
    value: 1234.5,
    unit: { value: 'mm3', scheme: 'UCUM', meaning: 'cubic millimetre' },
    derivation: null,
    note: ''
  },
  {
    name: ownCode('ssim', 'Structural similarity'),
    value: null,
    unit: one,
    derivation: null,
    note: 'one of the maps is the same everywhere'
  }
]

function measurementsOf(
  { sources }: MapCase,
  more: Partial<MeasurementsToWrite> & { segment?: ReportGroup['segment'] } = {}
): MeasurementsToWrite {
  const images = sources.map(({ sopClassUid, sopInstanceUid }) => ({ sopClassUid, sopInstanceUid }))
  const algorithm = { name: 'Grad-CAM', version: '1.2.3', parameters: 'recipe sha256 abab' }
  const group: ReportGroup = {
    title: 'honest-1 · gradcam',
    trackingUid: '2.25.1234',
    finding: null,
    algorithm,
    figures,
    segment: more.segment ?? null,
    images,
    notes: ['Research use. Not for diagnosis.']
  }
  return {
    report: { deviceUid: '2.25.99', version: '1.2.3', images, groups: [group] },
    sources,
    evidence: more.evidence ?? [],
    about: { ...about, version: '1.2.3' }
  }
}

const cases: [string, () => Promise<MapCase | null>][] = [
  ['a radiograph', radiograph],
  ['a CT series', () => series('fepegar+torchio/tests/image_data/dicom')],
  ['an enhanced CT', () => multiframe('pydicom+pydicom-data/data_store/data/eCT_Supplemental.dcm')]
]

test.each(cases)('a report on %s says to highdicom what was measured', async (_title, make) => {
  const found = await make()
  if (found === null) return
  const file = join(folder, 'report.dcm')
  writeFileSync(file, await encodeMeasurements(measurementsOf(found)))
  expect(dciodvfy(file)).toEqual([])
  expect(dcentvfy([file, ...new Set(found.sources.map(({ path }) => path))])).toEqual([])
  const text = dsrdump(file)
  expect(text).toContain('Average precision')
  expect(text).toContain('Research use')
  const seen = python<Seen>('measurements.py', [file])
  expect(seen.template).toBe('1500')
  const uids = found.sources.map(({ sopInstanceUid }) => sopInstanceUid)
  expect(seen.evidence).toEqual(uids)
  expect(seen.groups).toMatchObject([{ title: 'honest-1 · gradcam', images: uids, segment: null }])
  expect(seen.groups[0].figures).toMatchObject([
    { name: ownCode('average-precision', '').value, value: 0.123456789012345, unit: '1' },
    { name: '118565006', value: 1234.5, unit: 'mm3' }
  ])
  // 114006: measurement failure.
  expect(seen.groups[0].evaluations).toEqual({ ssim: '114006' })
})

test.skipIf(dataFolder === null)('figures of a segment name it and its images', async () => {
  const root = join(dataFolder!, 'ImagingDataCommons+highdicom/data/test_files')
  const [ct, seg] = await Promise.all([
    readSourceInstance(join(root, 'ct_image.dcm')),
    readSourceInstance(join(root, 'seg_image_ct_binary.dcm'))
  ])
  const found = { sources: [ct] } as unknown as MapCase
  const segment = { sopClassUid: seg.sopClassUid, sopInstanceUid: seg.sopInstanceUid, segment: 1 }
  const file = join(folder, 'segment.dcm')
  writeFileSync(file, await encodeMeasurements(measurementsOf(found, { segment, evidence: [seg] })))
  expect(dciodvfy(file)).toEqual([])
  expect(dsrdump(file)).toContain('Referenced Segment')
  const seen = python<Seen>('measurements.py', [file])
  expect(seen.groups).toMatchObject([{ segment: [seg.sopInstanceUid, 1], images: [ct.sopInstanceUid] }])
  expect(seen.evidence).toEqual([ct.sopInstanceUid, seg.sopInstanceUid])
})

test('without DICOM images there is no report', async () => {
  await expect(encodeMeasurements(measurementsOf({ sources: [] } as unknown as MapCase))).rejects.toThrow(
    /needs DICOM images/
  )
  expect(await readSources({}, ['x.png'])).toEqual([])
})
