import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { engineOn } from '../../support/drawing'
import { makeStudy, opacity, openNow, openRadiographs, ownFolder, readCase } from '../../support/reading'

const job = quietJob()
const folder = ownFolder('boxed')
let engine: Engine
let studyId: string
let caseIds: string[]

/** Draws two boxes as boxes on the case on the screen, and finishes it. */
async function readBoxed(): Promise<void> {
  const { caseId, studyId: study, reading } = await openNow(engine)
  const { drawing } = await engine.call('drawing.open', { caseId, study, reading, window: 'main' }, job)
  const which = { drawing, window: 'main' }
  const { segment } = await engine.call(
    'drawing.segment',
    { ...which, change: { action: 'add' as const, ...opacity } },
    job
  )
  const boxes = [
    { slice: 0, box: [10, 20, 30, 40] as [number, number, number, number] },
    { slice: 0, box: [50, 60, 55, 70] as [number, number, number, number] }
  ]
  await engine.call('drawing.segment', { ...which, change: { action: 'change' as const, segment, boxes } }, job)
  await engine.call('reading.note', { certainty: 5 }, job)
  const { next } = await engine.call('reading.done', {}, job)
  if (next !== null) await engine.call('reading.go', { reading: next }, job)
}

beforeAll(async () => {
  engine = engineOn(folder)
  caseIds = await openRadiographs(engine, ['p0001'])
  studyId = (await makeStudy(engine, caseIds, { repeats: 0 })).studyId
  await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
  await readBoxed()
  await engine.call('reading.leave', {}, job)
  const organiser = (await engine.call('profile.list', {}, job)).current!.profile
  const order = { name: 'Reader 2', role: 'reader' as const, pin: null }
  const { profile } = await engine.call('profile.create', order, job)
  await engine.call('profile.choose', { profile, pin: null }, job)
  await engine.call('reading.open', { studyId, readerId: 'reader-2' }, job)
  await readCase(engine, [10, 20, 30, 40])
  await engine.call('reading.leave', {}, job)
  await engine.call('profile.choose', { profile: organiser, pin: null }, job)
})
afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true })
})

test('boxes drawn in a study stand box by box in its tables', async () => {
  const { files } = await engine.call('reading.export', { studyId, grant: join(folder, 'tables') }, job)
  expect(files).toContain('boxes.csv')
  const [, ...lines] = readFileSync(join(folder, 'tables', 'boxes.csv'), 'utf8')
    .trim()
    .split(/\r?\n/u)
  // Reader 2 drew pixels: no box is made of them.
  expect(lines.map((line) => line.split(',').slice(1))).toEqual([
    ['Reader 1', '1', 'first', 'Opacity', '0', '10', '20', '30', '40'],
    ['Reader 1', '1', 'first', 'Opacity', '0', '50', '60', '55', '70']
  ])
})

test('agreement counts them as filled, and their size is that of the boxes', async () => {
  const { rows } = await engine.call('reading.results', { studyId }, job)
  const dice = rows.find(({ id, finding }) => id === 'dice' && finding === null) ?? rows.find(({ id }) => id === 'dice')
  // 400 and 50 pixels against the same 400.
  expect(dice!.value).toBeCloseTo((2 * 400) / (450 + 400), 10)
})

test('the consensus is exported finding by finding, as what it is: pixels, and the box around them', async () => {
  await engine.call('reading.consensus', { studyId, method: 'majority', replace: false }, job)
  await engine.call('reading.reference', { studyId, grant: null }, job)
  const grant = join(folder, 'masks')
  const { files } = await engine.call('mask.save', { caseIds, grant, as: ['boxes'], identity: 'pseudonym' }, job)
  const text = files
    .filter((file) => file.endsWith('.csv'))
    .map((file) => readFileSync(join(grant, file), 'utf8'))
    .join('\n')
  // Only the first box was seen by both.
  expect(text.trim().split(/\r?\n/u).slice(1)).toEqual(['Opacity,0,10,20,30,40'])
})
