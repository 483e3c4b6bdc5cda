import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { OpenReading, StudySummary } from '@shared/reading-protocol'
import { engineOn } from '../../support/drawing'
import { drawBox, makeStudy, openNow, openRadiographs, ownFolder, readCase } from '../../support/reading'

const job = quietJob()
const open = { label: false, prediction: false, map: false, readers: false }

const profileOf = async (engine: Engine, name: string, role: 'reader' | 'organiser' = 'reader'): Promise<string> =>
  (await engine.call('profile.create', { name, role, pin: null }, job)).profile

describe('another profile, in a study that hides nothing', () => {
  let engine: Engine
  let study: StudySummary
  const told: (OpenReading | null)[] = []

  beforeAll(async () => {
    engine = engineOn(null)
    engine.onEvent((event, payload) => {
      if (event === 'reading') told.push((payload as { open: OpenReading | null }).open)
    })
    const caseIds = await openRadiographs(engine, ['p0001', 'p0002'])
    study = await makeStudy(engine, caseIds, { blinded: open, repeats: 0 })
  })
  afterAll(() => engine.shutDown())

  test('closes the reading, and touches nothing of the one who read', async () => {
    const [first] = (await engine.call('profile.list', {}, job)).profiles
    const other = await profileOf(engine, 'Second', 'organiser')
    await engine.call('reading.open', { studyId: study.studyId, readerId: 'reader-1' }, job)
    await readCase(engine, [10, 10, 30, 30])
    await engine.call('reading.go', { reading: 1 }, job)
    // Changed after it was done: the change is the first reader's, and is kept in his name.
    await drawBox(engine, [30, 10, 40, 30])
    await engine.call('profile.choose', { profile: other, pin: null }, job)
    expect((await engine.call('reading.state', {}, job)).open).toBeNull()
    expect(told.at(-1)).toBeNull()

    await engine.call('reading.open', { studyId: study.studyId, readerId: 'reader-2' }, job)
    await readCase(engine, [50, 50, 60, 60])
    await engine.call('profile.choose', { profile: first.profile, pin: null }, job)
    await engine.call('reading.open', { studyId: study.studyId, readerId: 'reader-1' }, job)
    await engine.call('reading.go', { reading: 1 }, job)
    const { record, reader } = await openNow(engine)
    expect([reader.id, record.state, record.versions[0].extents[0].voxels]).toEqual(['reader-1', 'done', 600])
    await engine.call('reading.leave', {}, job)
  })
})

describe('a reader asks for the studies', () => {
  test('and is told the title, the own row and how many cases, and nothing of repeats, seed or others', async () => {
    const engine = engineOn(null)
    const caseIds = await openRadiographs(engine, ['p0001', 'p0002', 'p0003'])
    const { studyId } = await makeStudy(engine, caseIds, { repeats: 2, readers: ['Anna', 'Bert', 'Cleo'] })
    await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
    await readCase(engine, null)
    await engine.call('reading.note', { flagged: true }, job)
    await engine.call('reading.leave', {}, job)
    const [full] = await engine.call('reading.studies', {}, job)
    expect(full).toMatchObject({ cases: 3, repeats: 2, seed: 42, readers: [{ noFinding: 1, flags: 1 }, {}, {}] })

    const bert = await profileOf(engine, 'Bert')
    await engine.call('profile.choose', { profile: bert, pin: null }, job)
    const [before] = await engine.call('reading.studies', {}, job)
    expect(before).toMatchObject({ title: 'Opacity-1', cases: 5, repeats: null, seed: null, reference: null })
    expect(before.readers.map(({ name, done, total }) => [name, done, total])).toEqual([
      ['Bert', 0, 5],
      ['Cleo', 0, 5]
    ])
    await engine.call('reading.open', { studyId, readerId: 'reader-2' }, job)
    await readCase(engine, null)
    await engine.call('reading.leave', {}, job)
    const [after] = await engine.call('reading.studies', {}, job)
    expect(after.readers.map(({ name, done, mine }) => [name, done, mine])).toEqual([['Bert', 1, true]])
    await engine.shutDown()
  })
})

describe('a file for a reader', () => {
  test('is opened by a reader of that name, never by an organiser', async () => {
    const stick = ownFolder('stick')
    const organiser = engineOn(null)
    const caseIds = await openRadiographs(organiser, ['p0001'])
    const { studyId } = await makeStudy(organiser, caseIds, { repeats: 0, readers: ['Anna', 'Bert'] })
    const order = { studyId, readerId: 'reader-1', grant: stick }
    const { files } = await organiser.call('reading.package', order, job)
    await organiser.shutDown()

    const second = engineOn(null)
    const boss = await profileOf(second, 'Anna', 'organiser')
    await second.call('reading.openPackage', { grant: join(stick, files[0]) }, job)
    const { profiles, current } = await second.call('profile.list', {}, job)
    expect(current).toMatchObject({ name: 'Anna (reader)', role: 'reader' })
    expect(current!.profile).not.toBe(boss)
    expect(profiles.find(({ profile }) => profile === boss)).toMatchObject({ name: 'Anna', role: 'organiser' })
    // Opened once more it is the same reader.
    await second.call('reading.leave', {}, job)
    await second.call('reading.openPackage', { grant: join(stick, files[0]) }, job)
    expect((await second.call('profile.list', {}, job)).current!.profile).toBe(current!.profile)
    await second.shutDown()
    rmSync(stick, { recursive: true })
  })
})
