import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '@engine/engine'
import { caseFormats } from '@engine/handlers/exports/case-formats'
import { mapFormats } from '@engine/handlers/exports/map-formats'
import { segmentationFormats } from '@engine/handlers/exports/segmentation-formats'
import { treeFormats } from '@engine/handlers/exports/tree-formats'
import { reportFormats } from '@engine/handlers/exports/report-formats'
import { quietJob } from '@engine/job'
import { dciodvfy, dcmdump, niftiTool } from '../../support/checkers'
import { spawnFromSource } from '../../support/inference'

const sampleFolder = resolve('resources/sample')
const job = quietJob()
let folder: string
let engine: Engine

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'))
  for (const name of ['work', 'out']) mkdirSync(join(folder, name))
  copyFileSync(join(sampleFolder, 'cases', 'p0001.dcm'), join(folder, 'scan.dcm'))
  engine = createEngine({
    spawn: spawnFromSource,
    sampleFolder,
    workspaceFolder: join(folder, 'work'),
    resolveGrant: (grant) => grant,
    version: '0.0.0-test',
    threads: 1
  })
})

afterEach(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

/** A radiograph with the outline of the sample. */
async function outlined(): Promise<string> {
  const { cases } = await engine.call('study.open', { grants: [join(folder, 'scan.dcm')] }, job)
  const mask = join(sampleFolder, 'masks', 'p0001.png')
  await engine.call('mask.open', { caseId: cases[0].caseId, grant: mask, reader: 'Reader A/1' }, job)
  return cases[0].caseId
}

async function voxelsOf(caseId: string): Promise<number[]> {
  return (await engine.call('mask.read', { caseId }, job)).masks.map(({ voxels }) => voxels)
}

describe('outlines', () => {
  it('are written as every format, pass the checkers, and come back with the same voxels', async () => {
    const caseId = await outlined()
    const [voxels] = await voxelsOf(caseId)
    const offered = await engine.call('export.formats', { subject: 'masks', ids: [caseId] }, job)
    expect(offered.map(({ id }) => id)).toEqual(segmentationFormats.map(({ id }) => id))
    const as = offered.filter(({ writes }) => writes > 0).map(({ id }) => id)
    const out = join(folder, 'out')
    const order = { caseIds: [caseId], grant: out, as, identity: 'pseudonym' as const, readers: false }
    const { files, refused } = await engine.call('mask.save', order, job)

    expect(refused).toEqual([])
    expect(files.every((file) => existsSync(join(out, file)))).toBe(true)
    for (const file of files.map((name) => join(out, name))) {
      if (file.endsWith('.dcm')) {
        expect(dciodvfy(file)).toEqual([])
        dcmdump(file)
        continue
      }
      if (file.endsWith('.json')) {
        const { images } = JSON.parse(readFileSync(file, 'utf8')) as { images: { file_name: string }[] }
        if (file.includes('.coco')) expect(images[0].file_name).toBe('scan.dcm')
        continue
      }
      // A box around an outline holds more than the outline; that boxes come back is a test of its own.
      if (file.endsWith('.boxes.csv')) continue
      if (file.endsWith('.nii.gz')) niftiTool(file)
      await engine.call('mask.open', { caseId, grant: file, reader: file }, job)
    }
    const all = await voxelsOf(caseId)
    expect(all.length).toBeGreaterThanOrEqual(4)
    expect(new Set(all)).toEqual(new Set([voxels]))
  })

  it('of a radiograph are no contours in the patient, and a case without any is said', async () => {
    const caseId = await outlined()
    const rtstruct = (await engine.call('export.formats', { subject: 'masks', ids: [caseId] }, job)).find(
      ({ id }) => id === 'rtstruct'
    )
    expect(rtstruct).toMatchObject({
      writes: 0,
      refused: [{ reason: expect.stringContaining('projection radiograph') }]
    })

    copyFileSync(join(sampleFolder, 'cases', 'p0002.dcm'), join(folder, 'bare.dcm'))
    const { cases } = await engine.call('study.open', { grants: [join(folder, 'bare.dcm')] }, job)
    const order = {
      caseIds: [cases[0].caseId],
      grant: join(folder, 'out'),
      as: ['npy', 'nifti', 'dicom-seg'],
      identity: 'pseudonym' as const,
      readers: false
    }
    // Once for the case, not with every format.
    expect(await engine.call('mask.save', order, job)).toMatchObject({
      files: [],
      refused: [{ item: cases[0].title, reason: 'There is no outline on this case.' }]
    })
  })

  it('refuses a format that nobody knows, naming those there are', async () => {
    const caseIds = [await outlined()]
    const order = { caseIds, grant: join(folder, 'out'), as: ['docx'], identity: 'pseudonym' as const, readers: false }
    await expect(engine.call('mask.save', order, job)).rejects.toMatchObject({
      code: 'bad-parameter',
      hint: expect.stringContaining('dicom-seg')
    })
  })
})

describe('cases', () => {
  const options = { keepDates: 'removed', keepPatientCharacteristics: false, acceptBurnedIn: false } as const

  it('leave without identity; the key stays in the workspace', async () => {
    const caseId = await outlined()
    const out = join(folder, 'out')
    const { files, refused } = await engine.call('case.deidentify', { caseIds: [caseId], grant: out, ...options }, job)

    expect(refused).toEqual([])
    expect(files).toHaveLength(1)
    const bytes = readFileSync(join(out, files[0]))
    expect(bytes.includes('Phantom^0001')).toBe(false)
    expect(dciodvfy(join(out, files[0]))).toEqual([])
    expect(readdirSync(join(folder, 'work'))).toEqual(expect.arrayContaining(['pseudonyms.salt', 'exports']))
    expect(readdirSync(out, { recursive: true }).some((name) => String(name).includes('salt'))).toBe(false)
  })

  it('that are no DICOM files are refused with the reason', async () => {
    const picture = join(folder, 'picture.png')
    writeFileSync(picture, readFileSync(join(sampleFolder, 'masks', 'p0001.png')))
    const { cases } = await engine.call('study.open', { grants: [picture] }, job)
    const ids = cases.map(({ caseId }) => caseId)
    const [format] = await engine.call('export.formats', { subject: 'cases', ids }, job)
    expect(format).toMatchObject({ writes: 0, refused: [{ reason: expect.stringContaining('not opened from DICOM') }] })
    const done = await engine.call('case.deidentify', { caseIds: ids, grant: join(folder, 'out'), ...options }, job)
    expect(done).toMatchObject({ files: [], refused: [{ item: 'picture.png' }] })
  })
})

it('every format says in words what it is, under a name of its own', () => {
  for (const list of [mapFormats, treeFormats, segmentationFormats, reportFormats, caseFormats]) {
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
    expect(new Set(list.map(({ title }) => title)).size).toBe(list.length)
    for (const { title, hint } of list) {
      expect(title.length).toBeGreaterThan(2)
      expect(hint).toMatch(/\.$/)
    }
  }
})
