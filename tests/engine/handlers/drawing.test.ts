import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { SavingState } from '@shared/drawing'
import { addSegment, bar, commit, engineOn, marked, openDrawing } from '../../support/drawing'

const job = quietJob()
let folder: string
let engines: Engine[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drawing-'))
  engines = []
})

afterEach(async () => {
  for (const engine of engines) await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

function start(): Engine {
  const engine = engineOn(folder)
  engines.push(engine)
  return engine
}

async function stop(engine: Engine): Promise<void> {
  await engine.shutDown()
  engines = engines.filter((one) => one !== engine)
}

const which = (drawing: string): { drawing: string; window: string } => ({ drawing, window: 'main' })
const range = (from: number, length: number): number[] => Array.from({ length }, (_none, index) => from + index)

test('strokes, their names and the undone ones are there after a restart', async () => {
  const first = start()
  const { drawing, grid, reader } = await openDrawing(first)
  expect(grid.size).toEqual([128, 128, 1])
  expect(reader.name).toBe('Reader 1')
  const segment = await addSegment(first, drawing)
  for (const from of [100, 200, 300]) {
    const { savedAt } = await commit(first, drawing, bar(segment, from, { name: `Brush at ${from}` }))
    expect(Date.parse(savedAt ?? '')).toBeGreaterThan(0)
  }
  await first.call('drawing.undo', which(drawing), job)
  await stop(first)

  const second = start()
  const again = await openDrawing(second)
  expect(again.drawing).toBe(drawing)
  expect(again.entries.map(({ entry, name, tool }) => [entry, name, tool])).toEqual([
    [1, 'Add Opacity', null],
    [2, 'Brush at 100', 'brush'],
    [3, 'Brush at 200', 'brush'],
    [4, 'Brush at 300', 'brush']
  ])
  expect([again.cursor, again.recovered]).toEqual([3, false])
  expect(marked(again, segment)).toEqual([...range(100, 5), ...range(200, 5)])

  const redone = await second.call('drawing.redo', which(drawing), job)
  expect(redone).toMatchObject({ cursor: 4, entry: { name: 'Brush at 300' } })
  expect(redone?.deltas).toEqual([{ segment, slice: 0, runs: Uint32Array.of(300, 5) }])
  expect(await second.call('drawing.redo', which(drawing), job)).toBeNull()
  expect(marked(await openDrawing(second), segment)).toHaveLength(15)
})

test('a new stroke throws the undone ones away; any place of the history can be gone to', async () => {
  const engine = start()
  const { drawing } = await openDrawing(engine)
  const segment = await addSegment(engine, drawing)
  for (const from of [100, 103, 200]) await commit(engine, drawing, bar(segment, from))
  // 100–104 and 103–107 flipped: 103 and 104 are outside again.
  expect(marked(await openDrawing(engine), segment)).toEqual([100, 101, 102, 105, 106, 107, ...range(200, 5)])
  const move = await engine.call('drawing.go', { ...which(drawing), cursor: 2 }, job)
  expect(move?.entry.entry).toBe(3)
  expect((await commit(engine, drawing, bar(segment, 400))).entry).toBe(3)
  const now = await openDrawing(engine)
  expect(now.entries).toHaveLength(3)
  expect(marked(now, segment)).toEqual([...range(100, 5), ...range(400, 5)])
  expect((await engine.call('drawing.go', { ...which(drawing), cursor: 0 }, job))?.segments).toEqual([])
  expect(await engine.call('drawing.undo', which(drawing), job)).toBeNull()
})

test('segments are renamed, removed and brought back with their pixels, in their place', async () => {
  const engine = start()
  const { drawing } = await openDrawing(engine)
  const lung = await addSegment(engine, drawing, 'Lung')
  const heart = await addSegment(engine, drawing, 'Heart')
  await commit(engine, drawing, bar(lung, 10))
  const code = { scheme: 'SCT', value: '39607008', meaning: 'Lung' }
  const change = { action: 'change' as const, segment: lung, name: 'Left lung', code }
  const renamed = await engine.call('drawing.segment', { ...which(drawing), change }, job)
  expect(renamed.segments[0]).toEqual({ segment: lung, name: 'Left lung', colour: '#5fd7ea', code })
  const gone = await engine.call(
    'drawing.segment',
    { ...which(drawing), change: { action: 'remove', segment: lung } },
    job
  )
  expect(gone.segments.map(({ name }) => name)).toEqual(['Heart'])
  expect(gone.deltas).toEqual([{ segment: lung, slice: 0, runs: Uint32Array.of(10, 5) }])
  await expect(commit(engine, drawing, bar(lung, 10))).rejects.toMatchObject({ code: 'bad-parameter' })
  const back = await engine.call('drawing.undo', which(drawing), job)
  expect(back?.segments.map(({ segment }) => segment)).toEqual([lung, heart])
  expect(back?.deltas).toEqual(gone.deltas)
  expect(marked(await openDrawing(engine), lung)).toEqual(range(10, 5))
})

test.each([
  ['beyond the image', { slice: 0, runs: Uint32Array.of(16_380, 5) }, /beyond/],
  ['no such slice', { slice: 1, runs: Uint32Array.of(0, 5) }, /slice 1 is not one of the 1/]
])('refuses a stroke %s and changes nothing', async (_title, delta, message) => {
  const engine = start()
  const { drawing } = await openDrawing(engine)
  const segment = await addSegment(engine, drawing)
  const stroke = { ...bar(segment, 0), deltas: [{ segment, ...delta }] }
  await expect(commit(engine, drawing, stroke)).rejects.toThrow(message)
  expect((await openDrawing(engine)).entries).toHaveLength(1)
})

test('a second window and a second program may look, and draw once the first has closed it', async () => {
  const first = start()
  const { drawing } = await openDrawing(first)
  const segment = await addSegment(first, drawing)
  await commit(first, drawing, bar(segment, 100))

  const beside = await openDrawing(first, { window: 'second' })
  expect(beside.readOnly).toMatchObject({ reason: 'lease', owner: 'Reader 1' })
  const second = start()
  const other = await openDrawing(second)
  expect(other.readOnly?.sentence).toMatch(
    /^Open for reading only: Reader 1 is drawing this case .* since \d\d:\d\d\.$/
  )
  expect(marked(other, segment)).toEqual(range(100, 5))
  await expect(commit(second, drawing, bar(segment, 200))).rejects.toMatchObject({ code: 'read-only' })

  await first.call('drawing.close', which(drawing), job)
  expect((await openDrawing(second)).readOnly).toBeNull()
  await commit(second, drawing, bar(segment, 200))
  expect((await openDrawing(first)).readOnly).toMatchObject({ owner: 'Reader 1' })
})

test('two studies on one image are two drawings', async () => {
  const engine = start()
  const { drawing } = await openDrawing(engine, { study: 'a' })
  await addSegment(engine, drawing)
  const other = await openDrawing(engine, { study: 'b' })
  expect(other.drawing).not.toBe(drawing)
  expect(other.entries).toEqual([])
})

test('what is saved is told', async () => {
  const engine = start()
  const told: SavingState[] = []
  engine.onEvent((event, payload) => void (event === 'saving' && told.push(payload as SavingState)))
  const { drawing } = await openDrawing(engine)
  await addSegment(engine, drawing)
  expect(told.at(-1)).toMatchObject({ state: 'saved', fault: null, held: 0 })
  expect(await engine.call('drawing.saving', {}, job)).toEqual(told.at(-1))
})
