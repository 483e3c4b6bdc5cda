import { readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { Measurement } from '@shared/measuring'
import type { CommandName } from '@shared/protocol'
import type { Role } from '@shared/profile'
import { addSegment, bar, commit, engineOn } from '../../support/drawing'
import { ownFolder } from '../../support/reading'

const job = quietJob()

/** What each role is answered outside of a reading; the sample has labels and an outline of each lesion. */
const folder = ownFolder('roles')
let engine: Engine
const ids = new Map<Role, string>()
const told: string[] = []

const be = async (role: Role): Promise<void> => {
  await engine.call('profile.choose', { profile: ids.get(role)!, pin: null }, job)
}
const isRefused = async (command: CommandName, input: object): Promise<boolean> =>
  engine.call(command, input as never, job).then(
    () => false,
    (thrown: unknown) => (thrown as { code?: string }).code === 'blinded'
  )

beforeAll(async () => {
  engine = engineOn(folder)
  engine.onEvent((event) => told.push(event))
  ids.set('researcher', (await engine.call('profile.list', {}, job)).current!.profile)
  for (const [name, role] of [
    ['Reader A', 'reader'],
    ['Chief', 'organiser']
  ] as const)
    ids.set(role, (await engine.call('profile.create', { name, role, pin: null }, job)).profile)
  await engine.call('study.sample', {}, job)
})
afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true })
})

test.each(['organiser', 'researcher'] as const)('%s sees labels, outlines, models and maps', async (role) => {
  await be(role)
  const cases = await engine.call('study.list', {}, job)
  const outlined = cases.find(({ masks }) => masks === 1)!
  expect(cases.some(({ label }) => label !== null)).toBe(true)
  expect((await engine.call('mask.read', { caseId: outlined.caseId }, job)).masks).toHaveLength(1)
  for (const command of ['model.list', 'report.list', 'reading.studies'] as const)
    expect(await isRefused(command, {})).toBe(false)
  expect(await isRefused('map.read', { mapId: 'x' })).toBe(false)
})

test('reader sees images and the own outlines, and is told of nothing else', async () => {
  await be('reader')
  for (const list of [await engine.call('study.list', {}, job), await engine.call('study.sample', {}, job)]) {
    expect(list.length).toBeGreaterThan(10)
    expect(list.every(({ label, masks, cues }) => label === null && masks === 0 && cues === 0)).toBe(true)
  }
  const [{ caseId }] = await engine.call('study.list', {}, job)
  expect((await engine.call('image.read', { caseId, variant: null }, job)).size).toEqual([128, 128, 1])
  expect(await engine.call('mask.read', { caseId }, job)).toEqual({ masks: [], cues: [] })
  expect(await engine.call('worklist.read', {}, job)).toEqual({ lines: [] })
  told.length = 0
  for (const command of ['model.list', 'model.sample', 'report.list'] as const)
    expect(await engine.call(command, {}, job)).toEqual([])
  expect(told.filter((event) => ['model', 'map', 'report'].includes(event))).toEqual([])
  const maps = { cases: [caseId], models: ['m'], methods: [{ expression: 'gradcam' }] }
  for (const [command, input] of [
    ['map.compute', maps],
    ['map.read', { mapId: 'x' }],
    ['prediction.read', { caseId, modelId: 'm', variant: null }],
    ['report.run', { source: 'demo' }],
    ['model.open', { grant: 'x' }],
    ['mask.open', { caseId, grant: 'x', reader: 'r' }],
    ['reading.create', {}],
    ['reading.results', { studyId: 'x' }],
    ['reading.outlines', { studyId: 'x' }]
  ] as const)
    expect([command, await isRefused(command, input)]).toEqual([command, true])

  // What the reader draws and finishes is shown and exported; the others' outlines of the same case are not.
  const drawing = await engine.call('drawing.open', { caseId, study: null, reading: 1, window: 'main' }, job)
  await commit(engine, drawing.drawing, bar(await addSegment(engine, drawing.drawing), 100, { length: 30 }))
  const change = { certainty: 4, done: true }
  await engine.call('drawing.note', { drawing: drawing.drawing, window: 'main', change }, job)
  const { masks } = await engine.call('mask.read', { caseId }, job)
  expect(masks.map(({ reader, voxels }) => [reader, voxels])).toEqual([['Reader A', 30]])
  expect((await engine.call('study.list', {}, job))[0].masks).toBe(1)
})

test('a reader renamed to the name of an outline is not shown it, and keeps the own under any name', async () => {
  await be('researcher')
  const cases = await engine.call('study.list', {}, job)
  const [, other] = cases.filter(({ masks }) => masks === 1)
  const [{ reader }] = (await engine.call('mask.read', { caseId: other.caseId }, job)).masks
  await be('reader')
  await engine.call('profile.change', { profile: ids.get('reader')!, name: reader, currentPin: null }, job)
  expect((await engine.call('mask.read', { caseId: other.caseId }, job)).masks).toEqual([])
  const own = await engine.call('mask.read', { caseId: cases[0].caseId }, job)
  expect(own.masks.map(({ voxels }) => voxels)).toEqual([30])
  await engine.call('profile.change', { profile: ids.get('reader')!, name: 'Reader A', currentPin: null }, job)
})

test('measurements are of who made them; a reader is shown no numbers of others and no image without its finding', async () => {
  await be('researcher')
  const { cases } = await engine.call('study.open', { grants: [resolve('resources/sample/cases/p0001.dcm')] }, job)
  const measured = (name: string): Measurement[] => [
    { ...{ id: name, kind: 'length', name, slice: 0 }, ...{ points: [[1, 1], [30, 30]] } } // prettier-ignore
  ]
  const { caseId } = cases[0]
  await engine.call('measure.keep', { caseId, own: measured('lesion') }, job)
  await engine.call('measure.save', { caseId, grant: folder, identity: 'pseudonym' }, job)
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.sr.dcm'))
  const grants = [resolve('resources/sample/cases/p0001.dcm'), join(folder, file)]
  const again = (await engine.call('study.open', { grants }, job)).cases[0].caseId
  expect((await engine.call('measure.list', { caseId: again }, job)).reported.length).toBeGreaterThan(0)

  await be('reader')
  expect(await engine.call('measure.list', { caseId: again }, job)).toEqual({ own: [], reported: [] })
  expect((await engine.call('measure.list', { caseId }, job)).own).toEqual([])
  await engine.call('measure.keep', { caseId, own: measured('mine') }, job)
  expect((await engine.call('measure.list', { caseId }, job)).own).toEqual(measured('mine'))
  await be('researcher')
  expect((await engine.call('measure.list', { caseId }, job)).own).toEqual(measured('lesion'))

  const sample = (await engine.call('study.list', {}, job)).find(({ variants }) => variants.length > 0)!
  const image = { caseId: sample.caseId, variant: sample.variants[0] }
  expect(await isRefused('image.read', image)).toBe(false)
  await be('reader')
  expect(await isRefused('image.read', image)).toBe(true)
})

test('a reader is not told which models are open, or what is computed', async () => {
  await be('researcher')
  await engine.call('model.sample', {}, job)
  const { jobId } = await engine.call('report.run', { source: 'demo' }, job)
  expect((await engine.call('job.list', {}, job)).map((one) => one.jobId)).toContain(jobId)
  expect((await engine.call('app.providers', {}, job)).models.length).toBeGreaterThan(0)
  let open = 1
  engine.onBusy((jobs) => (open = jobs))
  await be('reader')
  told.length = 0
  expect(await engine.call('job.list', {}, job)).toEqual([])
  expect((await engine.call('app.providers', {}, job)).models).toEqual([])
  await engine.call('job.cancel', { jobId }, job)
  await vi.waitFor(() => expect(open).toBe(0), 20_000)
  expect(told.filter((event) => ['jobs', 'model', 'map', 'report', 'provider'].includes(event))).toEqual([])
})

test('before anybody is chosen nothing is answered that a reader is not shown', async () => {
  await engine.shutDown()
  engine = engineOn(folder)
  engine.onEvent((event) => told.push(event))
  told.length = 0
  expect((await engine.call('profile.list', {}, job)).current).toBeNull()
  const cases = await engine.call('study.sample', {}, job)
  expect(cases.length).toBeGreaterThan(10)
  expect(cases.every(({ label, masks, cues }) => label === null && masks === 0 && cues === 0)).toBe(true)
  // What Reader A finished is shown to Reader A.
  expect((await engine.call('mask.read', { caseId: cases[0].caseId }, job)).masks).toEqual([])
  for (const command of ['model.list', 'model.sample', 'report.list', 'job.list'] as const)
    expect(await engine.call(command, {}, job)).toEqual([])
  for (const [command, input] of [
    ['map.read', { mapId: 'x' }],
    ['report.run', { source: 'demo' }],
    ['reading.results', { studyId: 'x' }]
  ] as const)
    expect([command, await isRefused(command, input)]).toEqual([command, true])
  expect(told.filter((event) => ['jobs', 'model', 'map', 'report'].includes(event))).toEqual([])
  await be('researcher')
  expect((await engine.call('study.list', {}, job)).some(({ label }) => label !== null)).toBe(true)
  await be('reader')
  expect((await engine.call('study.list', {}, job))[0]).toMatchObject({ label: null, masks: 1 })
})
