import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { asFault } from '@engine/fault'
import { quietJob } from '@engine/job'
import { engineOn } from '../../support/drawing'
import { makeStudy, openNow, openRadiographs, ownFolder, readCase } from '../../support/reading'

const job = quietJob()
const folders = { organiser: ownFolder('organiser'), second: ownFolder('second'), stick: ownFolder('stick') }
const names = ['p0001', 'p0002', 'p0003', 'p0004']
let organiser: Engine
let studyId: string
let caseIds: string[]
const fault = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (thrown: unknown) => asFault(thrown).report()
  )

beforeAll(async () => {
  organiser = engineOn(folders.organiser)
  caseIds = await openRadiographs(organiser, names)
  studyId = (await makeStudy(organiser, caseIds)).studyId
  await organiser.call('reading.open', { studyId, readerId: 'reader-1' }, job)
  for (let reading = 1; reading <= 5; reading++) await readCase(organiser, reading % 2 === 0 ? [40, 40, 60, 60] : null)
  await organiser.call('reading.leave', {}, job)
})
afterAll(async () => {
  await organiser.shutDown()
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true })
})

describe('a second reader on another computer', () => {
  let second: Engine
  let carried: string
  let returned: string
  beforeAll(() => void (second = engineOn(folders.second)))
  afterAll(() => second.shutDown())

  test('carries one file with images and order, and no word of label, patient or source', async () => {
    const { files } = await organiser.call(
      'reading.package',
      { studyId, readerId: 'reader-2', grant: folders.stick },
      job
    )
    expect(files).toEqual(['Opacity-1-Reader-2.reading'])
    carried = join(folders.stick, files[0])
    const bytes = readFileSync(carried)
    const texts = [bytes, ...Object.values(unzipSync(bytes))].map((one) => Buffer.from(one).toString('latin1'))
    const source = readFileSync('resources/sample/cases/p0001.dcm').toString('latin1')
    const uids = [...new Set(source.match(/[0-9]+(?:\.[0-9]+){6,}/g) ?? [])]
    expect(uids.length).toBeGreaterThan(1)
    const secrets = [
      ...uids,
      ...names,
      ...caseIds,
      'Phantom',
      'none',
      'honest',
      'gradcam',
      'consensus',
      'Reader 1',
      'p000',
      '.dcm',
      folders.organiser
    ]
    for (const secret of secrets) for (const text of texts) expect(text.includes(secret), secret).toBe(false)
  })

  test('opens it in a window where only the reading is there', async () => {
    const { open } = await second.call('reading.openPackage', { grant: carried }, job)
    expect(open).toMatchObject({ mode: 'package', total: 5, reader: { name: 'Reader 2' }, blinded: true })
    expect(await fault(second.call('study.sample', {}, job))).toMatchObject({ code: 'blinded' })
    const image = await second.call('image.read', { caseId: open!.caseId, variant: null }, job)
    expect(image.corner).toEqual(['Case 1', 'Opacity-1', expect.any(String)])
  })

  test('reads, restarts without the stick, and brings the outlines back', async () => {
    await readCase(second, [40, 40, 60, 62])
    rmSync(carried)
    await second.shutDown()
    second = engineOn(folders.second)
    expect(await openNow(second)).toMatchObject({ reading: 2, done: 1, mode: 'package' })
    for (let reading = 2; reading <= 5; reading++) await readCase(second, reading === 3 ? null : [42, 41, 60, 60], 3)
    const { files } = await second.call('reading.return', { grant: folders.stick }, job)
    expect(files).toEqual(['Opacity-1-Reader-2-done.reading'])
    returned = join(folders.stick, files[0])
    expect(await fault(second.call('reading.merge', { grant: returned }, job))).toMatchObject({ code: 'blinded' })
  })

  test('is merged with its audit trail, the second time without any change', async () => {
    const first = await organiser.call('reading.merge', { grant: returned }, job)
    expect(first).toMatchObject({
      reader: 'Reader 2',
      added: 5,
      same: 0,
      sentence: 'Reader 2: 5 of 5 cases are done; 5 came with this file.'
    })
    const before = await organiser.call('reading.results', { studyId }, job)
    expect(await organiser.call('reading.merge', { grant: returned }, job)).toMatchObject({ added: 0, same: 5 })
    expect(await organiser.call('reading.results', { studyId }, job)).toEqual(before)
    expect(before.missing).toBeNull()
    const verified = await organiser.call('reading.verify', { studyId }, job)
    expect(verified).toMatchObject({ whole: true })
  })

  test('is refused when a byte of it was changed', async () => {
    const whole = readFileSync(returned)
    for (let place = 0; place < whole.length; place += Math.ceil(whole.length / 120)) {
      const changed = Buffer.from(whole)
      changed[place] ^= 0x10
      writeFileSync(join(folders.stick, 'changed.reading'), changed)
      const found = await fault(organiser.call('reading.merge', { grant: join(folders.stick, 'changed.reading') }, job))
      expect(found?.message, String(place)).toMatch(/was changed|Nothing was imported|its end is missing/)
    }
  })

  test('is refused in another study, with its name', async () => {
    const other = engineOn(null)
    const ids = await openRadiographs(other, names.slice(0, 2))
    await makeStudy(other, ids, { title: 'Opacity-2' })
    const found = await fault(other.call('reading.merge', { grant: returned }, job))
    expect(found?.message).toBe('Reader 2’s file belongs to another study (Opacity-1). Nothing was imported.')
    await other.shutDown()
  })

  test('the file made for a reader is not the one that comes back, and the other way round', async () => {
    expect(await fault(second.call('reading.leave', {}, job))).toBeNull()
    const wrongWay = await fault(second.call('reading.openPackage', { grant: returned }, job))
    expect(wrongWay?.message).toMatch(/brings outlines back to the organiser/)
    const { files } = await organiser.call(
      'reading.package',
      { studyId, readerId: 'reader-2', grant: folders.stick },
      job
    )
    const given = await fault(organiser.call('reading.merge', { grant: join(folders.stick, files[0]) }, job))
    expect(given?.message).toMatch(/is the file that was made for Reader 2/)
    expect(
      (await fault(organiser.call('reading.openPackage', { grant: join(folders.stick, files[0]) }, job)))?.message
    ).toMatch(/is organised in this workspace/)
  })

  test('a reader asks for no results', async () => {
    expect(await fault(second.call('reading.results', { studyId: 'x' }, job))).toMatchObject({ code: 'blinded' })
  })
})

describe('consensus', () => {
  test('is made, looked at, corrected, accepted, and becomes the reference standard', async () => {
    const results = await organiser.call('reading.consensus', { studyId, method: 'staple', replace: false }, job)
    expect(results.consensus).toHaveLength(4)
    const wanted = results.consensus.find(({ voxels }) => voxels > 0)!
    const shown = await organiser.call('reading.adjudicate', { studyId, caseIndex: wanted.caseIndex }, job)
    expect(shown.readers.map(({ name }) => name)).toEqual(['Reader 1', 'Reader 2'])
    expect(shown.consensus.reduce((sum, value) => sum + value, 0)).toBe(wanted.voxels)

    const edit = await organiser.call('reading.edit', { studyId, caseIndex: wanted.caseIndex }, job)
    const drawing = await organiser.call('drawing.open', { ...edit, window: 'main' }, job)
    expect(drawing.segments.map(({ name }) => name)).toEqual(['Opacity'])
    const stroke = {
      name: 'Brush',
      tool: 'brush',
      slice: 0,
      deltas: [{ segment: drawing.segments[0].segment, slice: 0, runs: Uint32Array.of(0, 7) }]
    }
    await organiser.call('drawing.commit', { drawing: drawing.drawing, window: 'main', stroke }, job)
    const accepted = await organiser.call('reading.accept', { studyId, caseIndex: wanted.caseIndex, edited: true }, job)
    const after = accepted.consensus.find(({ caseIndex }) => caseIndex === wanted.caseIndex)!
    expect(after).toMatchObject({ acceptedBy: 'Reader 1', edited: true, voxels: wanted.voxels + 7 })

    const out = join(folders.stick, 'reference')
    const done = await organiser.call('reading.reference', { studyId, grant: out }, job)
    expect(done.sentence).toMatch(/reference standard of 4 cases, here and in experiment\.json/)
    const { masks } = await organiser.call('mask.read', { caseId: shown.caseId }, job)
    expect(masks.map(({ reader, voxels }) => [reader, voxels])).toEqual([
      ['Opacity-1, consensus of 2 readers (STAPLE)', after.voxels]
    ])
    const written = readdirSync(join(out, 'outlines'))
    expect(written.filter((name) => !name.includes('probability')).length).toBe(12)
    // STAPLE is a probability; where it was corrected by hand or nobody marked anything there is none.
    expect(written.filter((name) => name.includes('probability')).length).toBe(
      results.consensus.filter(({ voxels, caseIndex }) => voxels > 0 && caseIndex !== wanted.caseIndex).length
    )
    const experiment = JSON.parse(readFileSync(join(out, 'experiment.json'), 'utf8')) as {
      cases: { masks: { role?: string }[] }[]
    }
    expect(experiment.cases[0].masks.map(({ role }) => role ?? 'reader')).toEqual(['reference', 'reader', 'reader'])

    const tables = await organiser.call('reading.export', { studyId, grant: join(folders.stick, 'tables') }, job)
    expect(tables.files).toEqual(['readings.csv', 'agreement.csv', 'study.json'])
    const readings = readFileSync(join(folders.stick, 'tables', 'readings.csv'), 'utf8')
      .trim()
      .split('\r\n')
    expect(readings).toHaveLength(11)
  })

  test('stays the reference standard after a restart', async () => {
    await organiser.shutDown()
    organiser = engineOn(folders.organiser)
    const [first] = await openRadiographs(organiser, names.slice(0, 1))
    const { masks } = await organiser.call('mask.read', { caseId: first }, job)
    expect(masks[0].reader).toBe('Opacity-1, consensus of 2 readers (STAPLE)')
    const studies = await organiser.call('reading.studies', {}, job)
    expect(studies[0].reference).toBe('consensus of 4 cases, 1 looked at')
  })
})
