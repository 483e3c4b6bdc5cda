import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { CommandName, Output } from '@shared/protocol'
import { engineOn } from '../../support/drawing'
import { drawBox, makeStudy, openNow, openRadiographs, ownFolder, readCase } from '../../support/reading'

const job = quietJob()
const pin = '2718'

/** Anna has a PIN and was in the middle of a blinded reading when the program ended. */
describe('after a restart', () => {
  const folder = ownFolder('waiting')
  let engine: Engine
  let anna: string
  let boss: string
  const told: Output<'reading.state'>[] = []

  const restart = async (): Promise<void> => {
    await engine.shutDown()
    engine = engineOn(folder)
    engine.onEvent((event, payload) => {
      if (event === 'reading') told.push(payload as Output<'reading.state'>)
    })
  }
  const profiles = () => engine.call('profile.list', {}, job)
  const refused = async (command: CommandName, input: object): Promise<void> => {
    await expect(engine.call(command, input as never, job)).rejects.toMatchObject({
      ...{ code: 'blinded', hint: 'Choose who is working here.' }
    })
  }

  beforeAll(async () => {
    engine = engineOn(folder)
    boss = (await profiles()).current!.profile
    const caseIds = await openRadiographs(engine, ['p0001', 'p0002'])
    const { studyId } = await makeStudy(engine, caseIds, { repeats: 0, readers: ['Anna', 'Bert'] })
    anna = (await engine.call('profile.create', { name: 'Anna', role: 'reader', pin }, job)).profile
    await engine.call('profile.choose', { profile: anna, pin }, job)
    await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
    await readCase(engine, [10, 10, 30, 30])
    await drawBox(engine, [40, 40, 50, 50])
    expect((await openNow(engine)).reading).toBe(2)
  })
  afterAll(async () => {
    await engine.shutDown()
    rmSync(folder, { recursive: true })
  })

  test('the list of profiles says who was reading, and nothing else is shown before the PIN', async () => {
    await restart()
    const { profiles: list, current } = await profiles()
    expect(current).toBeNull()
    expect(list.map(({ profile, hasReading }) => [profile, hasReading])).toEqual([
      [boss, false],
      [anna, true]
    ])
    expect(await engine.call('reading.state', {}, job)).toEqual({ open: null, waits: true })
    for (const command of ['study.list', 'model.list', 'report.list', 'recent.list', 'job.list'] as const)
      expect(await engine.call(command, {} as never, job)).toEqual([])
    await refused('study.sample', {})
    await refused('study.open', { grants: ['resources/sample/cases/p0001.dcm'] })
    await refused('mask.read', { caseId: '' })
    await refused('reading.studies', {})
    await refused('workspace.state', {})
    await expect(engine.call('profile.choose', { profile: anna, pin: '1111' }, job)).rejects.toMatchObject({
      code: 'bad-parameter'
    })
    expect(await engine.call('reading.state', {}, job)).toEqual({ open: null, waits: true })
  })

  test('the PIN leads back into the case that was open, with what was drawn on it', async () => {
    told.length = 0
    await engine.call('profile.choose', { profile: anna, pin }, job)
    expect(told).toMatchObject([{ open: { reading: 2, done: 1, blinded: true }, waits: false }])
    const { caseId, studyId, reading } = await openNow(engine)
    const drawing = await engine.call('drawing.open', { caseId, study: studyId, reading, window: 'main' }, job)
    expect(drawing.entries.at(-1)?.savedAt).not.toBeNull()
    expect(drawing.cursor).toBe(drawing.entries.length)
    expect(drawing.segments.map(({ name }) => name)).toEqual(['Opacity'])
    await expect(engine.call('study.sample', {}, job)).rejects.toMatchObject({ hint: 'Leave the reading first.' })
  })

  test('somebody else who is chosen sees what is theirs; the reading goes on waiting for its reader', async () => {
    await restart()
    await profiles()
    told.length = 0
    await engine.call('profile.choose', { profile: boss, pin: null }, job)
    expect(told).toEqual([{ open: null, waits: false }])
    expect(await engine.call('reading.studies', {}, job)).toHaveLength(1)
    expect((await profiles()).profiles.map(({ hasReading }) => hasReading)).toEqual([false, true])
    await engine.call('profile.choose', { profile: anna, pin }, job)
    expect((await openNow(engine)).reading).toBe(2)
    await engine.call('reading.leave', {}, job)
    expect((await profiles()).profiles.map(({ hasReading }) => hasReading)).toEqual([false, false])
  })

  test('a reading that hides nothing holds nothing up, and goes on after the PIN all the same', async () => {
    await engine.call('profile.choose', { profile: boss, pin: null }, job)
    const nothing = { label: false, prediction: false, map: false, readers: false }
    const caseIds = await openRadiographs(engine, ['p0001'])
    const order = { repeats: 0, readers: ['Anna', 'Bert'], blinded: nothing, title: 'Open' }
    const { studyId } = await makeStudy(engine, caseIds, order)
    await engine.call('profile.choose', { profile: anna, pin }, job)
    await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
    await restart()
    expect(await engine.call('reading.state', {}, job)).toEqual({ open: null, waits: false })
    expect(await engine.call('workspace.state', {}, job)).toBeDefined()
    told.length = 0
    await engine.call('profile.choose', { profile: anna, pin }, job)
    expect(told).toMatchObject([{ open: { title: 'Open', blinded: false }, waits: false }])
  })
})
