import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { addSegment, bar, commit, engineOn, openDrawing } from '../../support/drawing'
import { openRadiographs } from '../../support/reading'

const job = quietJob()
let folder: string
let engine: Engine

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'worklist-'))
  engine = engineOn(folder)
})
afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

test('a case is to do, started with its first stroke, and done when its reader says so', async () => {
  const [first, second] = await openRadiographs(engine, ['p0001', 'p0002'])
  const lines = async (): Promise<unknown> => (await engine.call('worklist.read', {}, job)).lines
  expect(await lines()).toEqual([])

  const { drawing, caseId } = await openDrawing(engine)
  expect(caseId).toBe(first)
  expect(await lines()).toEqual([])
  const segment = await addSegment(engine, drawing)
  await commit(engine, drawing, bar(segment, 100))
  expect(await lines()).toEqual([{ caseId: first, maps: 0, reading: 'started' }])

  await engine.call('drawing.note', { drawing, window: 'main', change: { certainty: 4, done: true } }, job)
  expect(await lines()).toEqual([{ caseId: first, maps: 0, reading: 'done' }])

  // Another reader has not touched it, and a case that is not open is no line of the list.
  const { profile } = await engine.call('profile.create', { name: 'Reader B', role: 'reader', pin: null }, job)
  await engine.call('profile.choose', { profile, pin: null }, job)
  expect(await lines()).toEqual([])
  expect(second).not.toBe(first)
})
