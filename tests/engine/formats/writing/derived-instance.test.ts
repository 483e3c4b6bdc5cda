import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { derivedInstance, type DerivedInstance } from '@engine/formats/dicom/writing/derived-instance'
import { encodeDicom } from '@engine/formats/dicom/writing/encode'
import { pseudonymousIdentity } from '@engine/formats/dicom/writing/identity'
import { sourceImages } from '@engine/formats/dicom/writing/references'
import { readSourceInstance, type SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { decimalString, shortText } from '@engine/formats/dicom/writing/text'
import { derivedUid, isUid, newUid } from '@engine/formats/dicom/writing/uid'
import { dciodvfy, dcmdump, gdcminfo, python } from '../../../support/checkers'
import { dataFile, dataFolder } from '../shared-data'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-writing-'))
const created = new Date(2026, 0, 31, 13, 5, 9)

/** A secondary capture of 3 × 2 pixels: the smallest image object that needs all common modules. */
function capture(sources: readonly SourceInstance[], changes: Partial<DerivedInstance> = {}): DicomDataset {
  const { FrameOfReferenceUID, PositionReferenceIndicator, ...common } = derivedInstance({
    sources,
    sopClassUid: '1.2.840.10008.5.1.4.1.1.7',
    modality: 'OT',
    seriesDescription: 'Überlagerung \\ µ',
    seriesNumber: 900,
    instanceNumber: 1,
    created,
    version: '1.2.3',
    ...changes
  })
  expect(FrameOfReferenceUID === undefined).toBe(PositionReferenceIndicator === undefined)
  return {
    ...common,
    ...(sources.length === 0 ? {} : sourceImages(sources.map((source) => ({ source, frame: 0 })))),
    ConversionType: 'WSD',
    ImageType: ['DERIVED', 'SECONDARY'],
    PatientOrientation: [],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: 2,
    Columns: 3,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: Uint8Array.of(1, 2, 3, 4, 5, 6).buffer
  }
}

async function written(dataset: DicomDataset, name: string): Promise<string> {
  const path = join(folder, name)
  writeFileSync(path, await encodeDicom(dataset, { vrs: { PixelData: 'OB' } }))
  return path
}

describe.skipIf(dataFolder === null)('an object made from a real image', () => {
  const ct = (): Promise<SourceInstance> =>
    readSourceInstance(dataFile('pydicom+pydicom/src/pydicom/data/test_files/CT_small.dcm'))

  test('breaks no rule and opens elsewhere', async () => {
    const path = await written(capture([await ct()]), 'capture.dcm')
    expect(dciodvfy(path)).toEqual([])
    expect(dcmdump(path)).toContain('ISO_IR 192')
    expect(gdcminfo(path)).toContain('Dimensions: (3,2,1)')
    expect([...readFileSync(path).subarray(0, 132)]).toEqual([...new Array<number>(128).fill(0), 68, 73, 67, 77])
  })

  test('carries patient and study of its source and names it', async () => {
    const source = await ct()
    const path = await written(capture([source]), 'named.dcm')
    const header = python<Record<string, never>>('header.py', [
      path,
      'PatientName',
      'PatientID',
      'StudyInstanceUID',
      'SeriesDescription',
      'ReferencedSeriesSequence',
      'TransferSyntaxUID'
    ])
    expect(header).toEqual({
      PatientName: 'CompressedSamples^CT1',
      PatientID: '1CT1',
      StudyInstanceUID: source.studyUid,
      SeriesDescription: 'Überlagerung / µ',
      ReferencedSeriesSequence: [
        {
          ReferencedInstanceSequence: [
            { ReferencedSOPClassUID: source.sopClassUid, ReferencedSOPInstanceUID: source.sopInstanceUid }
          ],
          SeriesInstanceUID: source.seriesUid
        }
      ],
      TransferSyntaxUID: '1.2.840.10008.1.2.1'
    })
  })

  test('a pseudonym takes the place of the identity', async () => {
    const source = await ct()
    const path = await written(capture([source], { identity: pseudonymousIdentity('Case 7') }), 'pseudonym.dcm')
    expect(dciodvfy(path)).toEqual([])
    expect(readFileSync(path).includes('CompressedSamples')).toBe(false)
    expect(readFileSync(path).includes('1CT1')).toBe(false)
    const { PatientName } = python<{ PatientName: string }>('header.py', [path, 'PatientName'])
    expect(PatientName).toBe('Case 7')
  })

  test('the same seed gives the same bytes, no seed gives new UIDs', async () => {
    const source = await ct()
    const seeded = [capture([source], { uidSeed: 'x' }), capture([source], { uidSeed: 'x' })]
    const [first, second] = await Promise.all(
      seeded.map((dataset) => encodeDicom(dataset, { vrs: { PixelData: 'OB' } }))
    )
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true)
    expect(capture([source]).SOPInstanceUID).not.toBe(capture([source]).SOPInstanceUID)
  })

  test('images of two patients are refused', async () => {
    const source = await ct()
    const other = { ...source, identity: { ...source.identity, PatientID: 'someone else' } }
    expect(() => capture([source, other])).toThrow(/several patients/)
  })
})

test('without a source study and patient are made up', async () => {
  const path = await written(capture([], { pseudonym: 'Case 9' }), 'orphan.dcm')
  expect(dciodvfy(path)).toEqual([])
})

test('a keyword DICOM does not have is refused, at every depth', async () => {
  await expect(encodeDicom({ PatientNome: 'x' })).rejects.toThrow(/PatientNome/)
  await expect(encodeDicom({ ReferencedSeriesSequence: [{ Series: 'x' }] })).rejects.toThrow(/“Series”/)
})

test('UIDs are valid', () => {
  const uids = [newUid(), newUid(), derivedUid('a'), derivedUid('b'), derivedUid('a')]
  expect(uids.every(isUid)).toBe(true)
  expect(new Set(uids).size).toBe(4)
  expect(['1.02', '1..2', '1', '', `1.${'2'.repeat(64)}`].some(isUid)).toBe(false)
})

test('decimal strings fit and lose no more than they must', () => {
  for (const value of [0, -0, 1, 0.1, -1 / 3, 1e-20, -123456.78901234567, 1e300, -1.2345678901234e-7, 2 ** 53]) {
    const text = decimalString(value)
    expect(text.length).toBeLessThanOrEqual(16)
    expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-9)
  }
  expect(decimalString(NaN)).toBe('')
})

test('text keeps letters of any script and loses what would part values', () => {
  expect(shortText(' Größe\u0000 \\ 肝 ', 64)).toBe('Größe  / 肝')
  expect(shortText('x'.repeat(70), 64)).toHaveLength(64)
})
