import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deidentifyFiles, type DeidentifyOutcome, type DeidentifyRun } from '@engine/handlers/deidentify'
import { quietJob } from '@engine/job'
import { dciodvfy, python } from '../../../support/checkers'
import {
  dataSetBytes,
  encapsulated,
  explicitLittleEndian,
  part10,
  sliceElements,
  sliceFile,
  withoutPixels
} from '../make-dicom'
import { dataFolder } from '../shared-data'

let folder: string
let saved: readonly { path: string; file: string }[]

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-deidentify-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function runOf(files: readonly string[], more: Partial<DeidentifyRun> = {}): DeidentifyRun {
  return {
    ...{ files, out: join(folder, 'out'), saltFile: join(folder, 'salt'), table: join(folder, 'table.csv') },
    ...{ keepDates: 'removed', keepPatientCharacteristics: false, acceptBurnedIn: true, version: 'test', ...more }
  }
}

function doneOf(outcomes: readonly DeidentifyOutcome[]): { path: string; file: string }[] {
  return outcomes.flatMap((outcome) => ('done' in outcome ? [{ path: outcome.path, file: outcome.file }] : []))
}

/** What breaks the definition, without places and values: these change with identifiers. */
const kinds = (lines: readonly string[]): Set<string> =>
  new Set(lines.map((line) => line.replace(/\[\d+\]|= <.*$|= '.*$/g, '').replace(/\s+/g, ' ')))

interface Checked {
  readonly same: boolean
  readonly patient: string
  readonly removed: string
  readonly codes: readonly string[]
  readonly temporal: string
  readonly private: number
}

/** CT, DX, segmentations, reports, RT structure set and plan; several compressions, both byte orders. No dose: dciodvfy dies of them. */
const foreign = [
  ...['ct_image', 'seg_image_ct_binary_overlap', 'seg_image_ct_true_fractional', 'sm_image', 'sr_document'].map(
    (name) => `ImagingDataCommons+highdicom/data/test_files/${name}.dcm`
  ),
  ...[
    'CT_small',
    'JPEG2000',
    'rtstruct',
    'rtplan',

    'test-SR',
    'reportsi',
    'image_dfl',
    'examples_palette',
    'liver_1frame'
  ].map((name) => `pydicom+pydicom/src/pydicom/data/test_files/${name}.dcm`)
]

/** Files of the shared set, where it is there, and those that lie beside the tests. */
function studyFiles(): string[] {
  const shared = dataFolder
  const found = shared === null ? [] : foreign.map((name) => join(shared, name))
  const own = readdirSync('tests/fixtures/formats')
    .filter((name) => /^(MR_small|seg_image|SC_rgb_jpeg).*\.dcm$/.test(name))
    .map((name) => resolve('tests/fixtures/formats', name))
  return [...found, ...own]
}

describe('a de-identified study', () => {
  it('has the pixels of its sources, no private element, and breaks nothing that was whole', async () => {
    const outcomes = await deidentifyFiles(runOf(studyFiles()), quietJob())
    // Twins of one object in several codings have one identity: the first is exported.
    const refused = outcomes.flatMap((outcome) => ('fault' in outcome ? [outcome.fault.message] : []))
    expect(refused.filter((message) => !message.includes('second copy'))).toEqual([])
    saved = doneOf(outcomes)
    expect(saved.length).toBeGreaterThanOrEqual(dataFolder === null ? 4 : foreign.length)
    const checked = python<Checked[]>(
      'same_pixels.py',
      saved.flatMap(({ path, file }) => [path, join(folder, 'out', file)])
    )
    for (const [index, item] of checked.entries()) {
      expect(item, saved[index].path).toMatchObject({ same: true, removed: 'YES', temporal: 'REMOVED', private: 0 })
      expect(item.codes).toEqual(['113100', '113103', '113104', '113105'])
      expect(item.patient).toMatch(/^SAL-[A-Z2-9]{10}$/)
    }
    // dciodvfy does not inflate: of a deflated file it reads noise.
    for (const { path, file } of saved.filter(({ path: source }) => !source.endsWith('_dfl.dcm'))) {
      const before = kinds(dciodvfy(path))
      const added = [...kinds(dciodvfy(join(folder, 'out', file)))].filter((line) => !before.has(line))
      expect(added, path).toEqual([])
    }
  }, 120_000)

  it('keeps references between files, and gives the same pseudonyms again with the same salt', async () => {
    const first = join(folder, 'DOE_JANE_1.dcm')
    const second = join(folder, 'DOE_JANE_2.dcm')
    const patient = [
      ['00100020', 'LO', 'MRN0815'],
      ['00100010', 'PN', 'Doe^Jane']
    ] as const
    writeFileSync(first, sliceFile({ instance: 1, more: [...patient] }))
    writeFileSync(
      second,
      sliceFile({ instance: 2, more: [...patient, ['00081140', 'SQ', [[['00081155', 'UI', '1.2.3.1']]]]] })
    )
    const [one, two] = await deidentifyFiles(runOf([first, second], { out: join(folder, 'a') }), quietJob())
    const again = await deidentifyFiles(runOf([second], { out: join(folder, 'b') }), quietJob())
    if (!('done' in one) || !('done' in two)) throw new Error('not exported')
    expect(two.done.studyUid).toBe(one.done.studyUid)
    expect(again[0]).toMatchObject({ file: two.file })
    expect(readFileSync(join(folder, 'a', two.file)).toString('latin1')).toContain(one.done.sopInstanceUid)
    expect(readdirSync(join(folder, 'a'), { recursive: true }).join(' ')).not.toMatch(/DOE|JANE|MRN/i)
    const other = await deidentifyFiles(
      runOf([second], { out: join(folder, 'c'), saltFile: join(folder, 'salt2') }),
      quietJob()
    )
    expect(other[0]).not.toMatchObject({ file: two.file })
    expect(statSync(join(folder, 'salt')).mode & 0o077).toBe(0)
    expect(readFileSync(join(folder, 'table.csv'), 'utf8')).toContain('DOE_JANE_2.dcm')
  })

  it('moves the dates of a patient by one number of days, and keeps characteristics when asked', async () => {
    const path = join(folder, 'dated.dcm')
    const more = [
      ['00080020', 'DA', '20200131'],
      ['00080021', 'DA', '20200302'],
      ['00080030', 'TM', '101500'],
      ['00100030', 'DA', '19600101'],
      ['00101010', 'AS', '060Y'],
      ['00100040', 'CS', 'F'],
      ['0008002A', 'DT', '20200131101500.5+0100']
    ] as const
    writeFileSync(path, sliceFile({ more: [...more] }))
    const [done] = await deidentifyFiles(
      runOf([path], { out: join(folder, 'd'), keepDates: 'shifted', keepPatientCharacteristics: true }),
      quietJob()
    )
    if (!('done' in done)) throw new Error('not exported')
    const header = python<Record<string, string | null>>('header.py', [
      join(folder, 'd', done.file),
      ...[
        'StudyDate',
        'SeriesDate',
        'StudyTime',
        'PatientBirthDate',
        'PatientAge',
        'PatientSex',
        'AcquisitionDateTime',
        'LongitudinalTemporalInformationModified'
      ]
    ])
    const day = (text: string | null): number =>
      Date.UTC(Number(text?.slice(0, 4)), Number(text?.slice(4, 6)) - 1, Number(text?.slice(6, 8))) / 86_400_000
    expect(day(header.SeriesDate) - day(header.StudyDate)).toBe(31)
    expect(day(header.StudyDate)).toBeLessThan(day('20200131'))
    expect(header).toMatchObject({
      StudyTime: '101500',
      PatientBirthDate: '',
      PatientAge: '060Y',
      PatientSex: 'F',
      LongitudinalTemporalInformationModified: 'MODIFIED'
    })
    expect(header.AcquisitionDateTime).toBe(`${header.StudyDate}101500.5`)
  })
})

it('makes ages over ninety years ninety', async () => {
  const path = join(folder, 'aged.dcm')
  writeFileSync(path, sliceFile({ more: [['00101010', 'AS', '097Y']] }))
  const run = runOf([path], { out: join(folder, 'j'), keepPatientCharacteristics: true })
  const [done] = await deidentifyFiles(run, quietJob())
  if (!('done' in done)) throw new Error('not exported')
  expect(python('header.py', [join(run.out, done.file), 'PatientAge'])).toEqual({ PatientAge: '090Y' })
})

describe('what is not exported', () => {
  it.each([
    ['text said to be burned in', [['00280301', 'CS', 'YES']], /burned into its pixels/],
    ['ultrasound that does not say', [['00080060', 'CS', 'US']], /US images often hold names/],
    ['an overlay in the pixel bits', [['60000010', 'US', [3]]], /overlay is stored in unused bits/]
  ] as const)('%s, unless it is accepted', async (_title, more, words) => {
    const path = join(folder, 'burned.dcm')
    writeFileSync(path, sliceFile({ more: [...more] as never }))
    const [refused] = await deidentifyFiles(
      runOf([path], { out: join(folder, 'e'), acceptBurnedIn: false }),
      quietJob()
    )
    expect('fault' in refused && refused.fault.message).toMatch(words)
    const [accepted] = await deidentifyFiles(runOf([path], { out: join(folder, 'e') }), quietJob())
    expect('done' in accepted && accepted.done.remarks.join()).toMatch(/not cleaned/)
    rmSync(join(folder, 'e'), { recursive: true })
  })

  it('an image that says NO goes without being asked', async () => {
    const path = join(folder, 'clean.dcm')
    writeFileSync(
      path,
      sliceFile({
        more: [
          ['00280301', 'CS', 'NO'],
          ['00080060', 'CS', 'US']
        ]
      })
    )
    const [done] = await deidentifyFiles(runOf([path], { out: join(folder, 'f'), acceptBurnedIn: false }), quietJob())
    expect('done' in done).toBe(true)
  })

  it('compressed pixels with a comment that names the patient; other comments are told of', async () => {
    const jpeg = (comment: string): Buffer => {
      const body = Buffer.from(comment)
      return Buffer.concat([
        Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, body.length + 2]),
        body,
        Buffer.from([0xff, 0xda, 0, 2, 1, 2])
      ])
    }
    const image = (comment: string): Uint8Array =>
      part10(
        '1.2.840.10008.1.2.4.50',
        Buffer.concat([
          dataSetBytes(withoutPixels(sliceElements({ more: [['00100010', 'PN', 'Doe^Jane']] }))),
          encapsulated([jpeg(comment)])
        ])
      )
    const named = join(folder, 'named.dcm')
    const plain = join(folder, 'plain.dcm')
    writeFileSync(named, image('scanned for jane doe.'))
    writeFileSync(plain, image('made by a scanner'))
    const outcomes = await deidentifyFiles(
      runOf([named, plain], { out: join(folder, 'h'), acceptBurnedIn: false }),
      quietJob()
    )
    expect('fault' in outcomes[0] && outcomes[0].fault.message).toMatch(
      /a comment among its compressed pixels names somebody/
    )
    const [, done] = outcomes
    expect('done' in done && done.done.remarks).toEqual([
      expect.stringMatching(/bytes of comments among its compressed pixels/)
    ])
  })

  it.each([
    ['a cut file', sliceFile().subarray(0, -3), /cannot be understood whole/],
    ['a text file', Buffer.from('Jane Doe, born 1960'), /is no DICOM file/],
    [
      'an encapsulated document',
      part10(explicitLittleEndian, dataSetBytes([...sliceElements(), ['00420011', 'OB', Buffer.from('%PDF')]])),
      /holds a document/
    ]
  ])('%s', async (_title, bytes, words) => {
    const path = join(folder, 'refused.bin')
    writeFileSync(path, bytes)
    const [refused] = await deidentifyFiles(runOf([path], { out: join(folder, 'g') }), quietJob())
    expect('fault' in refused && refused.fault.message).toMatch(words)
  })

  it('keeps table and salt out of the export', async () => {
    await expect(deidentifyFiles(runOf([], { table: join(folder, 'out', 'table.csv') }), quietJob())).rejects.toThrow(
      /must not lie inside/
    )
  })
})
