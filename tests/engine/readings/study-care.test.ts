import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { asFault } from '@engine/fault'
import { quietJob } from '@engine/job'
import { engineOn } from '../../support/drawing'
import { makeStudy, opacity, openNow, openRadiographs, ownFolder, readCase } from '../../support/reading'

/** What an organiser does with a study besides reading it: listed findings, flags and comments, taking it away. */
const job = quietJob()
const folder = ownFolder('study-care')
let engine: Engine
let studyId: string

const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (thrown: unknown) => asFault(thrown).message
  )

beforeAll(async () => {
  engine = engineOn(folder)
  const caseIds = await openRadiographs(engine, ['p0001', 'p0002'])
  const change = { repeats: 0, listedOnly: true, segments: [opacity, { ...opacity, name: 'Nodule' }] }
  studyId = (await makeStudy(engine, caseIds, change)).studyId
})
afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true })
})

describe('a study that lists its findings', () => {
  test('takes segments of those names, numbered from the second on, and no others', async () => {
    const { open } = await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
    expect([open!.listedOnly, open!.segments.map(({ name }) => name)]).toEqual([true, ['Opacity', 'Nodule']])
    const { caseId, reading } = open!
    const { drawing } = await engine.call('drawing.open', { caseId, study: studyId, reading, window: 'main' }, job)
    const add = (name: string) =>
      engine.call('drawing.segment', { drawing, window: 'main', change: { action: 'add', ...opacity, name } }, job)
    const { segment } = await add('Nodule')
    await add('Nodule 2')
    expect(await refusal(add('Fracture'))).toBe('“Fracture” is not among the findings of this study.')
    expect(await refusal(add('Nodule two'))).toMatch(/not among/)
    const rename = { action: 'change' as const, segment, name: 'Mass' }
    expect(await refusal(engine.call('drawing.segment', { drawing, window: 'main', change: rename }, job))).toMatch(
      /not among/
    )
    const recolour = { action: 'change' as const, segment, colour: '#ffffff' }
    expect(await refusal(engine.call('drawing.segment', { drawing, window: 'main', change: recolour }, job))).toBe(
      'answered'
    )
  })
})

describe('flags and comments', () => {
  test('are told to the organiser by case, with who wrote them', async () => {
    await engine.call('reading.note', { flagged: true, comment: 'Rotated; costophrenic angle cut off' }, job)
    expect(await refusal(engine.call('reading.remarks', { studyId }, job))).toMatch(/blinded reading is open/)
    await readCase(engine, null)
    await engine.call('reading.leave', {}, job)
    const [remark, ...others] = await engine.call('reading.remarks', { studyId }, job)
    expect(others).toEqual([])
    expect(remark).toMatchObject({
      reader: 'Reader 1',
      flagged: true,
      comment: 'Rotated; costophrenic angle cut off',
      certainty: 4,
      done: true,
      repeat: false
    })
    expect(remark.code).toBe(`Case ${remark.caseIndex + 1}`)
  })

  test('are not told to a reader', async () => {
    const { current } = await engine.call('profile.list', {}, job)
    const reader = await engine.call('profile.create', { name: 'Dr. B', role: 'reader', pin: null }, job)
    await engine.call('profile.choose', { profile: reader.profile, pin: null }, job)
    expect(await refusal(engine.call('reading.remarks', { studyId }, job))).toMatch(/A reader is shown no results/)
    expect(await refusal(engine.call('reading.contents', { studyId }, job))).toMatch(/A reader is shown/)
    expect(await refusal(engine.call('reading.remove', { studyId, title: 'Opacity-1' }, job))).toMatch(
      /A reader is shown/
    )
    await engine.call('profile.choose', { profile: current!.profile, pin: null }, job)
  })
})

describe('taking a study away', () => {
  test('is refused while it is read, and where readings would go unsaid', async () => {
    await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
    expect((await openNow(engine)).studyId).toBe(studyId)
    await engine.call('reading.leave', {}, job)
    for (const title of [null, 'opacity-1', 'Opacity'])
      expect(await refusal(engine.call('reading.remove', { studyId, title }, job))).toMatch(
        /^“Opacity-1” has been begun: \d readings? and \d drawings? would be taken away\.$/
      )
    expect(await engine.call('reading.studies', {}, job)).toHaveLength(1)
  })

  test('with its title typed it goes, and the trail keeps what was read', async () => {
    const before = (await engine.call('workspace.state', {}, job)).auditEntries
    await engine.call('reading.remove', { studyId, title: 'Opacity-1' }, job)
    expect(await engine.call('reading.studies', {}, job)).toEqual([])
    expect((await engine.call('workspace.state', {}, job)).auditEntries).toBe(before + 2)
    // What was drawn went, and the trail tells of it: drawings that go otherwise are missed.
    const { whole, problems } = await engine.call('workspace.verify', {}, job)
    expect([whole, problems]).toEqual([true, []])
    expect(await refusal(engine.call('reading.open', { studyId, readerId: 'reader-1' }, job))).toBe(
      'That study is not in this workspace.'
    )
  })
})
