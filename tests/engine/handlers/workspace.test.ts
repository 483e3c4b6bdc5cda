import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { addSegment, bar, commit, engineOn, marked, openDrawing } from '../../support/drawing'

const job = quietJob()
let folder: string
let engines: Engine[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspaces-'))
  engines = []
})

afterEach(async () => {
  for (const engine of engines) await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

function start(place = join(folder, 'mine')): Engine {
  const engine = engineOn(place)
  engines.push(engine)
  return engine
}

test('says what is in the workspace, that it is whole, and gives room back', async () => {
  const engine = start()
  const { drawing } = await openDrawing(engine)
  await addSegment(engine, drawing)
  const state = await engine.call('workspace.state', {}, job)
  expect(state).toMatchObject({ name: 'mine', problem: null, readOnly: null, network: false, drawings: 1 })
  // The drawing begun, and its segment.
  expect(state.auditEntries).toBe(2)
  expect(state.bytes).toBeGreaterThan(4096)
  expect(await engine.call('workspace.verify', {}, job)).toMatchObject({ whole: true, problems: [] })
  expect((await engine.call('workspace.compact', {}, job)).freed).toBeGreaterThan(0)
  expect(await engine.call('workspace.verify', {}, job)).toMatchObject({ whole: true })
})

test('a backup is one file, and a workspace made of it holds every stroke and is whole', async () => {
  const engine = start()
  const { drawing } = await openDrawing(engine)
  const segment = await addSegment(engine, drawing)
  for (let stroke = 0; stroke < 210; stroke++) await commit(engine, drawing, bar(segment, 10 * stroke))
  const place = join(folder, 'backups')
  const { file } = await engine.call('workspace.backup', { grant: place }, job)
  expect(readdirSync(place)).toEqual([file])
  const target = join(folder, 'restored')
  const made = await engine.call('workspace.restore', { file: join(place, file), folder: target }, job)
  expect(made.drawings).toBe(1)

  const other = start(target)
  const again = await openDrawing(other)
  expect([again.drawing, again.readOnly, again.entries.length]).toEqual([drawing, null, 211])
  expect(marked(again, segment)).toEqual(marked(await openDrawing(engine), segment))
  expect(await other.call('workspace.verify', {}, job)).toMatchObject({ whole: true, problems: [] })
})

test('refuses to restore into a folder with something in it, and what is no backup', async () => {
  const engine = start()
  await openDrawing(engine)
  writeFileSync(join(folder, 'text'), 'no backup at all, only words')
  const restore = (file: string, to: string): Promise<unknown> =>
    engine.call('workspace.restore', { file: join(folder, file), folder: join(folder, to) }, job)
  await expect(restore('text', 'mine')).rejects.toMatchObject({ code: 'not-writable' })
  await expect(restore('text', 'new')).rejects.toMatchObject({ code: 'bad-file' })
  await expect(restore('mine/workspace.sqlite', 'newer')).rejects.toMatchObject({ code: 'bad-file' })
})

test('a workspace that cannot be opened is named, and the program goes on without one', async () => {
  const place = join(folder, 'mine')
  const first = start()
  await openDrawing(first)
  await first.shutDown()
  engines = []
  writeFileSync(join(place, 'workspace.sqlite'), 'x'.repeat(10_000))
  for (const end of ['-wal', '-shm']) rmSync(join(place, `workspace.sqlite${end}`), { force: true })
  const engine = start()
  const state = await engine.call('workspace.state', {}, job)
  expect([state.name, state.problem?.code]).toEqual([null, 'bad-workspace'])
  await expect(engine.call('workspace.verify', {}, job)).rejects.toMatchObject({ code: 'bad-workspace' })
  expect((await openDrawing(engine)).entries).toEqual([])
  expect(readFileSync(join(place, 'workspace.sqlite'), 'utf8')).toBe('x'.repeat(10_000))
})
