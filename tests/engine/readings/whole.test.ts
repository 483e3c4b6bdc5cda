import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { verifyWorkspace } from '@engine/project/verify-workspace'
import { workspaceFile } from '@engine/project/workspace'
import { mostSegments } from '@shared/drawing/most-segments'
import { addSegment, bar, commit, engineOn, openDrawing } from '../../support/drawing'
import { drawBox, makeStudy, openNow, openRadiographs, ownFolder, readCase } from '../../support/reading'

const job = quietJob()

describe('verifying', () => {
  const folder = ownFolder('whole')
  let studyId: string

  beforeAll(async () => {
    const engine = engineOn(folder)
    const caseIds = await openRadiographs(engine, ['p0001', 'p0002'])
    studyId = (await makeStudy(engine, caseIds, { repeats: 0 })).studyId
    await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
    await readCase(engine, [10, 10, 30, 30])
    await drawBox(engine, [50, 50, 60, 60])
    await engine.call('reading.note', { comment: 'Not done yet', flagged: true }, job)
    await engine.call('reading.leave', {}, job)
    // What is said of a case outside any study.
    const { drawing } = await openDrawing(engine)
    await engine.call('drawing.note', { drawing, window: 'main', change: { certainty: 2 } }, job)
    await engine.shutDown()
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** What the window and `saliscope verify` say of the workspace after a change behind their back, which is taken back. */
  async function afterwards(change: string, back: string): Promise<[boolean, boolean, string]> {
    const run = (statement: string): void => {
      const database = new Libsql(join(folder, workspaceFile))
      database.exec(statement)
      database.close()
    }
    run(change)
    const engine = engineOn(folder)
    const study = await engine.call('reading.verify', { studyId }, job)
    await engine.shutDown()
    const all = await verifyWorkspace(folder, job)
    run(back)
    return [study.whole, all.whole, [study.sentence, ...all.problems].join('\n')]
  }
  const set = (reading: number, name: string, [from, to]: readonly [string, string]): [string, string] =>
    [
      [from, to],
      [to, from]
    ].map(
      ([a, b]) =>
        `UPDATE reading_record SET record = replace(record, '"${name}":${a}', '"${name}":${b}') WHERE reading = ${reading}`
    ) as [string, string]

  test('finds it whole as it was written', async () => {
    const found = await afterwards('SELECT 1', 'SELECT 1')
    expect(found.slice(0, 2), found[2]).toEqual([true, true])
  })

  test.each([
    ['certainty of a case that is done', ...set(1, 'certainty', ['4', '5'])],
    ['a comment', ...set(2, 'comment', ['"Not done yet"', '"All done"'])],
    ['a flag', ...set(2, 'flagged', ['true', 'false'])]
  ])('finds what was said changed: %s', async (_what, change, back) => {
    const [study, all, words] = await afterwards(change, back)
    expect([study, all]).toEqual([false, false])
    expect(words).toMatch(/What is said of reading \d is not what its audit trail tells of/)
  })

  test('finds outlines that were put elsewhere, or taken away', async () => {
    const swap = "UPDATE reading_outline SET reading = CASE reading WHEN 1 THEN 2 ELSE 1 END WHERE kind = 'first'"
    const [study, all, words] = await afterwards(swap, swap)
    expect([study, all]).toEqual([false, false])
    expect(words).toMatch(/outline that is kept of reading \d is another one/)
    const away = [
      "UPDATE reading_outline SET reader = 'nobody'",
      "UPDATE reading_outline SET reader = 'reader-1'"
    ] as const
    expect((await afterwards(...away)).slice(0, 2)).toEqual([false, false])
  })

  test('finds a note of an open case that was changed', async () => {
    const note = (from: number, to: number): string =>
      `UPDATE property SET value = replace(value, '"certainty":${from}', '"certainty":${to}') WHERE name LIKE 'case note %'`
    const [study, all, words] = await afterwards(note(2, 5), note(5, 2))
    expect([study, all]).toEqual([true, false])
    expect(words).toMatch(/what is said of its case is not what the audit trail tells of/)
  })
})

test('a file that comes back tells of its own study and of nothing else on that computer', async () => {
  const stick = ownFolder('stick')
  const organiser = engineOn(null)
  const caseIds = await openRadiographs(organiser, ['p0001'])
  const { studyId } = await makeStudy(organiser, caseIds, { repeats: 0 })
  const { files } = await organiser.call('reading.package', { studyId, readerId: 'reader-2', grant: stick }, job)

  const second = engineOn(null)
  const own = await openRadiographs(second, ['p0002'])
  const other = await makeStudy(second, own, { title: 'Thyroid-7', repeats: 0 })
  const boss = (await second.call('profile.list', {}, job)).current!
  await second.call('profile.create', { name: 'Professor Whitfield', role: 'reader', pin: null }, job)
  await second.call('reading.openPackage', { grant: join(stick, files[0]) }, job)
  await readCase(second, [40, 40, 60, 60])
  const back = await second.call('reading.return', { grant: stick }, job)
  const bytes = readFileSync(join(stick, back.files[0]))
  const text = Object.values(unzipSync(bytes))
    .map((one) => Buffer.from(one).toString('utf8'))
    .join('\n')
  expect(text).toContain('reading done')
  for (const secret of ['Whitfield', 'Thyroid', other.studyId, boss.profile, boss.name])
    expect(text.includes(secret), secret).toBe(false)
  const merged = await organiser.call('reading.merge', { grant: join(stick, back.files[0]) }, job)
  expect(merged).toMatchObject({ added: 1 })
  expect(await organiser.call('reading.verify', { studyId }, job)).toMatchObject({ whole: true })
  await Promise.all([organiser.shutDown(), second.shutDown()])
  rmSync(stick, { recursive: true })
})

describe('many segments', () => {
  let engine: Engine
  beforeAll(() => void (engine = engineOn(null)))
  afterAll(() => engine.shutDown())

  test('a reading of 100 segments is kept and read again', async () => {
    const caseIds = await openRadiographs(engine, ['p0001'])
    const { studyId } = await makeStudy(engine, caseIds, { repeats: 0 })
    await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
    const { caseId, reading } = await openNow(engine)
    const { drawing } = await engine.call('drawing.open', { caseId, study: studyId, reading, window: 'main' }, job)
    for (let at = 0; at < 100; at++)
      await commit(engine, drawing, bar(await addSegment(engine, drawing, `Place ${at}`), 9 * at))
    await engine.call('reading.note', { certainty: 4 }, job)
    await engine.call('reading.done', {}, job)
    await engine.call('reading.leave', {}, job)
    const { missing } = await engine.call('reading.results', { studyId }, job)
    expect(missing).toMatch(/^One reader so far/)
  })

  test('more than can be kept are refused when they are added', async () => {
    const { drawing } = await openDrawing(engine)
    for (let at = 0; at < mostSegments; at++) await addSegment(engine, drawing, `Place ${at}`)
    await expect(addSegment(engine, drawing, 'One more')).rejects.toThrow('A drawing holds 256 segments at most.')
  })
})
