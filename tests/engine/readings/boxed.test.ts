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
  const { files } = await engine.call(
    'mask.save',
    { caseIds, grant, as: ['boxes'], identity: 'pseudonym', readers: false },
    job
  )
  const text = files
    .filter((file) => file.endsWith('.csv'))
    .map((file) => readFileSync(join(grant, file), 'utf8'))
    .join('\n')
  // Only the first box was seen by both.
  expect(text.trim().split(/\r?\n/u).slice(1)).toEqual(['Opacity,0,10,20,30,40'])
})

const lines = (text: string): string[] => text.trim().split(/\r?\n/u)

test('each reader lies beside the consensus, with role, finding and boxes, under a pseudonym', async () => {
  const grant = join(folder, 'beside')
  const order = { caseIds, grant, as: ['boxes', 'nifti'], readers: true }
  const { files, refused } = await engine.call('mask.save', { ...order, identity: 'pseudonym' }, job)
  expect(refused).toEqual([])
  const read = (end: string): string =>
    readFileSync(
      join(
        grant,
        files.find((file) => file.endsWith(end))!
      ),
      'utf8'
    )
  const names = files.map((file) => file.split('/').slice(1).join('/'))
  expect(names.filter((name) => !name.endsWith('.json')).sort()).toEqual([
    'outlines.boxes.csv',
    'outlines.csv',
    'outlines.nii.gz',
    'readers/reader-1/outlines.boxes.csv',
    'readers/reader-1/outlines.nii.gz',
    'readers/reader-2/outlines.boxes.csv',
    'readers/reader-2/outlines.nii.gz'
  ])
  const [, consensus, ...others] = lines(read('/outlines.csv')).map((line) => line.split(','))
  // The consensus is the only reference, and holds what both marked: 400 pixels.
  expect(consensus.slice(-9, -5)).toEqual(['reference', 'Opacity', 'pixels', '400'])
  expect(others).toEqual([
    ['reader-1', 'reader', 'Opacity', 'pixels', '450', '', '', '', '', ''],
    ['reader-1', 'reader', 'Opacity', 'box', '', '0', '10', '20', '30', '40'],
    ['reader-1', 'reader', 'Opacity', 'box', '', '0', '50', '60', '55', '70'],
    ['reader-2', 'reader', 'Opacity', 'pixels', '400', '', '', '', '', '']
  ])
  expect(lines(read('reader-1/outlines.boxes.csv')).slice(1)).toEqual([
    'Opacity,0,10,20,30,40',
    'Opacity,0,50,60,55,70'
  ])
  // What maps are compared with did not change.
  expect(lines(read(`${files[0].split('/')[0]}/outlines.boxes.csv`)).slice(1)).toEqual(['Opacity,0,10,20,30,40'])
  const named = await engine.call('mask.save', { ...order, grant: join(folder, 'named'), identity: 'source' }, job)
  expect(named.files.filter((file) => file.includes('/readers/Reader-1/'))).toHaveLength(4)
})

test('the same of a whole study, for its organiser alone', async () => {
  const order = { studyId, as: ['boxes'], identity: 'pseudonym' as const }
  const alone = await engine.call('reading.outlines', { ...order, grant: join(folder, 'alone'), readers: false }, job)
  expect(alone.files).toEqual(['case-0001/outlines.boxes.csv', 'case-0001/outlines.boxes.coco.json'])
  // The title of a case may be the patient's name: what is refused is told by its folder.
  const asContours = { ...order, as: ['rtstruct'], grant: join(folder, 'contours'), readers: true }
  const { refused } = await engine.call('reading.outlines', asContours, job)
  expect(refused.map(({ item }) => item.split(',')[0])).toEqual(['case-0001'])
  expect(JSON.stringify(refused)).not.toMatch(/Phantom|p0\d\d\d/u)
  const beside = await engine.call('reading.outlines', { ...order, grant: join(folder, 'study'), readers: true }, job)
  expect(beside.files).toContain('case-0001/readers/reader-2/outlines.boxes.csv')
  const { profiles, current } = await engine.call('profile.list', {}, job)
  const reader = profiles.find(({ role }) => role === 'reader')!
  await engine.call('profile.choose', { profile: reader.profile, pin: null }, job)
  await expect(
    engine.call('reading.outlines', { ...order, grant: join(folder, 'no'), readers: true }, job)
  ).rejects.toMatchObject({ code: 'blinded' })
  await engine.call('profile.choose', { profile: current!.profile, pin: null }, job)
})
