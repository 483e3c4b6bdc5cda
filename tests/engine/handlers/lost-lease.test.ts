import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { Database } from '@engine/project/database'
import { openConnection } from '@engine/project/open-connection'
import { verifyWorkspace } from '@engine/project/verify-workspace'
import { workspaceFile } from '@engine/project/workspace'
import type { OpenDrawing } from '@shared/drawing'
import { addSegment, bar, commit, engineOn, marked, openDrawing } from '../../support/drawing'
import { drawBox, makeStudy, openRadiographs } from '../../support/reading'

/** Strokes are held, and somebody else takes the drawing before they can be written. */
const job = quietJob()
let folder: string
let engines: Engine[]
let outsider: Database
let told: { drawing: string; sentence: string }[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lost-lease-'))
  engines = []
  told = []
})

afterEach(async () => {
  for (const engine of engines) await engine.shutDown()
  outsider.close()
  rmSync(folder, { recursive: true, force: true })
})

function start(): Engine {
  const engine = engineOn(folder)
  engine.onEvent((event, payload) => {
    if (event === 'copied') told.push(payload as (typeof told)[number])
  })
  engines.push(engine)
  return engine
}

/** Nobody else can write until `work` is done; the drawings of those leases are nobody's afterwards. */
async function whileLocked(work: () => Promise<unknown>, leases = 'true'): Promise<void> {
  outsider = openConnection(join(folder, workspaceFile), 'WAL')
  outsider.exec('BEGIN IMMEDIATE')
  await work()
  // As after ten minutes of silence on a drive of the network.
  outsider.exec(`DELETE FROM lease WHERE ${leases}`)
  outsider.exec('COMMIT')
}

const saved = (engine: Engine) =>
  vi.waitFor(
    async () => expect(await engine.call('drawing.saving', {}, job)).toMatchObject({ state: 'saved', held: 0 }),
    15_000
  )
const copiesOf = ({ drawing }: OpenDrawing, engine: Engine) =>
  engine.call('drawing.copies', { drawing, window: 'main' }, job)
const close = ({ drawing }: OpenDrawing, engine: Engine) =>
  engine.call('drawing.close', { drawing, window: 'main' }, job)
const names = ({ entries }: OpenDrawing): string[] => entries.map(({ name }) => name)

test('they are kept in a copy, said, added when the drawing is free, and put away', async () => {
  const first = start()
  const mine = await openDrawing(first)
  const segment = await addSegment(first, mine.drawing)
  expect((await commit(first, mine.drawing, bar(segment, 100, { length: 10 }))).savedAt).not.toBeNull()
  await whileLocked(async () => {
    expect((await commit(first, mine.drawing, bar(segment, 200, { name: 'Held' }))).savedAt).toBeNull()
    // The first half of what was saved is erased: 100 to 104.
    expect((await commit(first, mine.drawing, bar(segment, 100, { name: 'Eraser' }))).savedAt).toBeNull()
    const note = { comment: 'Behind the heart' }
    await first.call('drawing.note', { drawing: mine.drawing, window: 'main', change: note }, job)
  })
  const second = start()
  const theirs = await openDrawing(second)
  expect(theirs.readOnly).toBeNull()
  expect((await commit(second, theirs.drawing, bar(segment, 300, { name: 'Theirs' }))).savedAt).not.toBeNull()

  await saved(first)
  expect(told).toEqual([
    { drawing: mine.drawing, sentence: expect.stringMatching(/^3 changes of yours were not written/) }
  ])
  // Nothing of theirs was changed, and the first one sees that.
  const seen = await openDrawing(first)
  expect(seen.readOnly).toMatchObject({ reason: 'lease' })
  expect(names(seen)).toEqual(['Add Opacity', 'Brush', 'Theirs'])
  expect(marked(seen, segment)).toEqual([...range(100, 110), ...range(300, 305)])
  const [copy, ...more] = await copiesOf(seen, first)
  expect(more).toEqual([])
  expect(copy).toMatchObject({ changes: 3, segments: ['Opacity'], comment: 'Behind the heart' })
  const which = { drawing: mine.drawing, window: 'main', copy: copy.copy }
  await expect(first.call('drawing.addCopy', which, job)).rejects.toMatchObject({ code: 'read-only' })

  // Free again: the copy survives a restart too.
  await close(theirs, second)
  await close(seen, first)
  const third = start()
  const again = await openDrawing(third)
  expect(again.readOnly).toBeNull()
  expect(await copiesOf(again, third)).toEqual([copy])
  const added = await third.call('drawing.addCopy', which, job)
  expect(added).toMatchObject({ entry: 4, name: 'Held changes, from the copy', savedAt: expect.any(String) })
  await close(again, third)
  const merged = await openDrawing(third)
  // What was painted is there, what was erased is gone, what the other one drew stays.
  expect(marked(merged, segment)).toEqual([...range(105, 110), ...range(200, 205), ...range(300, 305)])
  expect(await third.call('drawing.addCopy', which, job)).toMatchObject({ entry: null })
  expect(await third.call('drawing.putCopyAway', which, job)).toEqual([])
  await expect(third.call('drawing.addCopy', which, job)).rejects.toMatchObject({ code: 'not-found' })
  // An undo takes the added changes back like any other.
  await third.call('drawing.undo', { drawing: mine.drawing, window: 'main' }, job)
  await close(merged, third)
  expect(marked(await openDrawing(third), segment)).toEqual([...range(100, 110), ...range(300, 305)])
  expect(await verifyWorkspace(folder, job)).toMatchObject({ whole: true })
})

test('a drawing that could not even be begun goes into a copy when somebody else began it meanwhile', async () => {
  const [first, second] = [start(), start()]
  let mine: OpenDrawing | null = null
  await whileLocked(async () => {
    mine = await openDrawing(first)
    const segment = await addSegment(first, mine.drawing)
    await commit(first, mine.drawing, bar(segment, 10))
  })
  const theirs = await openDrawing(second)
  const other = await addSegment(second, theirs.drawing)
  await commit(second, theirs.drawing, bar(other, 50))
  await saved(first)
  expect(told).toMatchObject([{ drawing: mine!.drawing }])
  await close(theirs, second)

  const now = await openDrawing(first)
  expect(now.drawing).toBe(theirs.drawing)
  const [copy] = await copiesOf(now, first)
  expect(copy).toMatchObject({ changes: 2, segments: ['Opacity'] })
  await first.call('drawing.addCopy', { drawing: now.drawing, window: 'main', copy: copy.copy }, job)
  await close(now, first)
  // Both had called their segment Opacity: it is one.
  const merged = await openDrawing(first)
  expect(merged.segments.map(({ segment }) => segment)).toEqual([other])
  expect(marked(merged, other)).toEqual([...range(10, 15), ...range(50, 55)])
  expect(await verifyWorkspace(folder, job)).toMatchObject({ whole: true })
})

test('a drawing that somebody else drew and left, before the claim on it could be written, is not written over', async () => {
  const [first, second] = [start(), start()]
  const before = await openDrawing(second)
  const segment = await addSegment(second, before.drawing)
  await commit(second, before.drawing, bar(segment, 10, { name: 'One' }))
  await close(before, second)
  await whileLocked(async () => {
    const mine = await openDrawing(first)
    await commit(first, mine.drawing, bar(segment, 20, { name: 'Held' }))
  })
  const theirs = await openDrawing(second)
  await commit(second, theirs.drawing, bar(segment, 30, { name: 'Two' }))
  await close(theirs, second)
  await saved(first)
  const now = await openDrawing(first)
  expect(names(now)).toEqual(['Add Opacity', 'One', 'Two'])
  expect(await copiesOf(now, first)).toMatchObject([{ changes: 1 }])
})

test('a stroke that is refused in the very flush that took it up was not written, and is kept', async () => {
  const first = start()
  const other = await openDrawing(first, { study: 'another' })
  const there = await addSegment(first, other.drawing)
  const mine = await openDrawing(first)
  const segment = await addSegment(first, mine.drawing)
  // Nothing of this drawing is held, only of the other one.
  await whileLocked(
    async () => expect((await commit(first, other.drawing, bar(there, 10))).savedAt).toBeNull(),
    `scope = 'drawing ${mine.drawing}'`
  )
  const second = start()
  const theirs = await openDrawing(second)
  await commit(second, theirs.drawing, bar(segment, 300, { name: 'Theirs' }))
  await close(theirs, second)
  const taken = await openDrawing(second)

  // It is time to try again: this very stroke has what is held written.
  const now = Date.now()
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now + 5000)
  const answer = await commit(first, mine.drawing, bar(segment, 200, { name: 'Refused' }))
  clock.mockRestore()
  expect(answer.savedAt).toBeNull()
  expect(told).toEqual([
    { drawing: mine.drawing, sentence: expect.stringMatching(/^1 change of yours was not written/) }
  ])
  await saved(first)
  await close(taken, second)
  const again = await openDrawing(first)
  expect(marked(again, segment)).toEqual(range(300, 305))
  const [copy] = await copiesOf(again, first)
  expect(copy).toMatchObject({ changes: 1, segments: ['Opacity'] })
  await first.call('drawing.addCopy', { drawing: again.drawing, window: 'main', copy: copy.copy }, job)
  await close(again, first)
  expect(marked(await openDrawing(first), segment)).toEqual([...range(200, 205), ...range(300, 305)])
  expect(marked(await openDrawing(first, { study: 'another' }), there)).toEqual(range(10, 15))
})

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_none, index) => from + index)

test('a copy of a reading goes with its study, as what was drawn does; never while somebody draws for it', async () => {
  const first = start()
  const caseIds = await openRadiographs(first, ['p0001'])
  const { studyId } = await makeStudy(first, caseIds, { repeats: 0 })
  const remove = (engine: Engine, title: string | null) => engine.call('reading.remove', { studyId, title }, job)
  await first.call('reading.open', { studyId, readerId: 'reader-1' }, job)
  await drawBox(first, [10, 10, 20, 20])
  await whileLocked(() => drawBox(first, [30, 30, 40, 40]))
  const second = start()
  // It goes on with the reading that was open.
  await drawBox(second, [50, 50, 60, 60])
  await saved(first)
  expect(told).toHaveLength(1)
  await first.call('reading.leave', {}, job)

  expect(await first.call('reading.contents', { studyId }, job)).toEqual({ readings: 1, drawings: 1, copies: 1 })
  await expect(remove(first, null)).rejects.toMatchObject({
    message: '“Opacity-1” has been begun: 1 reading, 1 drawing and 1 copy of held changes would be taken away.'
  })
  await expect(remove(first, 'Opacity-1')).rejects.toMatchObject({ code: 'locked' })
  await second.call('drawing.close', { drawing: told[0].drawing, window: 'main' }, job)
  const left = (table: string): number => outsider.all(`SELECT 1 FROM ${table}`).length
  expect([left('drawing'), left('entry') > 0]).toEqual([2, true])
  await remove(first, 'Opacity-1')
  expect(['drawing', 'entry', 'checkpoint', 'named_point', 'reading_record'].map(left)).toEqual([0, 0, 0, 0, 0])
  expect(await verifyWorkspace(folder, job)).toMatchObject({ whole: true })
})
