import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { verifyWorkspace } from '@engine/project/verify-workspace'
import { workspaceFile } from '@engine/project/workspace'
import type { NamedPoint, OpenDrawing } from '@shared/drawing'
import { addSegment, bar, commit, engineOn, marked, openDrawing } from '../../support/drawing'

const job = quietJob()
const range = (from: number, length: number): number[] => Array.from({ length }, (_none, index) => from + index)
let folder: string
let engine: Engine
let drawing: string
let segment: string

/** Strokes at 100 and 200, a checkpoint "Core" there, then one at 300. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'))
  engine = engineOn(folder)
  ;({ drawing } = await openDrawing(engine))
  segment = await addSegment(engine, drawing)
  await commit(engine, drawing, bar(segment, 100))
  await commit(engine, drawing, bar(segment, 200))
})

afterEach(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

const which = (): { drawing: string; window: string } => ({ drawing, window: 'main' })
const change = async (
  made: { action: 'name'; name: string } | { action: 'remove'; point: string }
): Promise<NamedPoint[]> => (await engine.call('drawing.checkpoint', { ...which(), change: made }, job)).points
const restore = (point: string) => engine.call('drawing.restore', { ...which(), point }, job)

async function again(): Promise<OpenDrawing> {
  await engine.shutDown()
  engine = engineOn(folder)
  const opened = await openDrawing(engine)
  drawing = opened.drawing
  return opened
}

test('a checkpoint is named, is there after a restart, and the history goes back to it', async () => {
  const [point] = await change({ action: 'name', name: 'Core' })
  expect(point).toMatchObject({ name: 'Core', entry: 3 })
  expect(Date.parse(point.madeAt)).toBeGreaterThan(0)
  await commit(engine, drawing, bar(segment, 300))

  const opened = await again()
  expect(opened.points).toEqual([point])
  const { moved, made } = await restore(point.point)
  expect([moved?.cursor, made]).toEqual([3, null])
  const now = await openDrawing(engine)
  expect(marked(now, segment)).toEqual([...range(100, 5), ...range(200, 5)])
  // As by any undo, what came after can be done again.
  expect(await engine.call('drawing.redo', which(), job)).toMatchObject({ cursor: 4 })
  // There already: nothing moves.
  await restore(point.point)
  expect(await restore(point.point)).toEqual({ moved: null, made: null })
})

test('what is drawn over a checkpoint takes its place in the history, not what it holds', async () => {
  const [point] = await change({ action: 'name', name: 'Core' })
  await engine.call('drawing.go', { ...which(), cursor: 1 }, job)
  const second = await addSegment(engine, drawing, 'Nodule')
  await commit(engine, drawing, bar(second, 900))
  expect((await openDrawing(engine)).points).toEqual([{ ...point, entry: null }])

  const opened = await again()
  expect(opened.points).toEqual([{ ...point, entry: null }])
  const { moved, made } = await restore(point.point)
  expect(moved).toBeNull()
  expect(made).toMatchObject({ entry: 4, name: 'Back to “Core”' })
  expect(made?.segments.map(({ name }) => name)).toEqual(['Opacity'])
  const back = await openDrawing(engine)
  expect(marked(back, segment)).toEqual([...range(100, 5), ...range(200, 5)])
  expect(await restore(point.point)).toEqual({ moved: null, made: null })

  // The way back is an entry like any other: undo brings the nodule back with its pixels.
  await engine.call('drawing.undo', which(), job)
  const undone = await openDrawing(engine)
  expect(undone.segments.map(({ name }) => name)).toEqual(['Opacity', 'Nodule'])
  expect([marked(undone, segment), marked(undone, second)]).toEqual([[], range(900, 5)])
})

test('names nothing where nothing is drawn; a checkpoint that was taken away is gone', async () => {
  await engine.call('drawing.go', { ...which(), cursor: 0 }, job)
  await expect(change({ action: 'name', name: 'Empty' })).rejects.toMatchObject({ code: 'bad-parameter' })
  await engine.call('drawing.go', { ...which(), cursor: 3 }, job)
  const [point] = await change({ action: 'name', name: 'Core' })
  expect(await change({ action: 'remove', point: point.point })).toEqual([])
  await expect(restore(point.point)).rejects.toMatchObject({ code: 'not-found' })
  expect((await again()).points).toEqual([])
})

test('verify tells of a checkpoint that was renamed or taken away behind the program', async () => {
  await change({ action: 'name', name: 'Core' })
  const gone = await change({ action: 'name', name: 'Second' })
  await change({ action: 'remove', point: gone[1].point })
  await engine.shutDown()
  expect((await verifyWorkspace(folder, job)).problems).toEqual([])
  const tamper = async (sql: string): Promise<string[]> => {
    const database = new Libsql(join(folder, workspaceFile))
    database.exec(sql)
    database.close()
    return (await verifyWorkspace(folder, job)).problems
  }
  expect(await tamper(`UPDATE named_point SET name = 'Other'`)).toEqual([
    expect.stringMatching(/a checkpoint was changed\.$/)
  ])
  expect(await tamper('DELETE FROM named_point')).toEqual([expect.stringMatching(/a checkpoint was taken away\.$/)])
})
