import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEngine, type Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { spawnFromSource } from '../../support/inference'

const sampleFolder = resolve('resources/sample')
let folder: string
let engines: Engine[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restore-'))
  engines = []
  copyFileSync(join(sampleFolder, 'cases', 'p0001.dcm'), join(folder, 'scan.dcm'))
  copyFileSync(join(sampleFolder, 'models', 'honest-1.onnx'), join(folder, 'net.onnx'))
})

afterEach(async () => {
  for (const engine of engines) await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

/** An engine on the same workspace: what a restart after a crash is. */
function start(): Engine {
  const engine = createEngine({
    spawn: spawnFromSource,
    sampleFolder,
    workspaceFolder: folder,
    resolveGrant: (grant) => grant,
    version: 'test',
    threads: 2
  })
  engines.push(engine)
  return engine
}

test('a new engine opens what the one before had open: files, model with its unsaved card, outline', async () => {
  const job = quietJob()
  const first = start()
  const { cases } = await first.call('study.open', { grants: [join(folder, 'scan.dcm')] }, job)
  const model = await first.call('model.open', { grant: join(folder, 'net.onnx') }, job)
  const card = { ...model.card, name: 'Edited but not saved' }
  await first.call('model.card', { modelId: model.modelId, card, save: false }, job)
  const mask = join(sampleFolder, 'masks', 'p0001.png')
  await first.call('mask.open', { caseId: cases[0].caseId, grant: mask, reader: 'reader 1' }, job)

  const second = start()
  expect(await second.call('study.list', {}, job)).toEqual([])
  const restored = await second.call('study.restore', {}, job)
  expect(restored.problems).toEqual([])
  expect(restored.cases).toEqual([
    { ...cases[0], masks: 1, attached: [{ kind: 'outline', from: 'file', title: 'reader 1' }] }
  ])
  expect(restored.models.map(({ modelId, name, cardSource }) => [modelId, name, cardSource])).toEqual([
    [model.modelId, 'Edited but not saved', 'edited']
  ])
  expect((await second.call('study.restore', {}, job)).cases).toHaveLength(1)
})

test('what is gone is listed, the rest is opened', async () => {
  const job = quietJob()
  const first = start()
  await first.call('study.open', { grants: [join(folder, 'scan.dcm')] }, job)
  await first.call('model.open', { grant: join(folder, 'net.onnx') }, job)
  rmSync(join(folder, 'net.onnx'))

  const { cases, models, problems } = await start().call('study.restore', {}, job)
  expect(cases).toHaveLength(1)
  expect(models).toEqual([])
  expect(problems.map(({ file, fault }) => [file, fault.code])).toEqual([['net.onnx', 'not-found']])
})

test('an ordinary start restores nothing by itself, and opening anew replaces the old list', async () => {
  const job = quietJob()
  await start().call('study.open', { grants: [join(folder, 'scan.dcm')] }, job)
  await start().call('study.sample', {}, job)
  const restored = await start().call('study.restore', {}, job)
  expect(new Set(restored.cases.map(({ source }) => source))).toEqual(new Set(['sample']))
})

test('the session file of a version before the database is taken over, and kept', async () => {
  const opened = '2026-11-20T08:00:00.000Z'
  const scan = join(folder, 'scan.dcm')
  const recent = [{ recentId: 'a1', kind: 'files', title: 'Scan', opened, paths: [scan] }]
  const jobs = [{ jobId: 'j1', title: 'Grad-CAM', kind: 'attribution', done: 3, total: 9, request: { kind: 'maps' } }]
  const open = { sample: false, files: [[scan]], models: [], masks: [] }
  writeFileSync(join(folder, 'session.json'), JSON.stringify({ version: 1, recent, jobs, open }))
  const job = quietJob()
  const first = start()
  expect((await first.call('app.info', {}, job)).firstStart).toBe(false)
  await first.shutDown()

  const second = start()
  expect(await second.call('recent.list', {}, job)).toEqual([{ recentId: 'a1', kind: 'files', title: 'Scan', opened }])
  expect((await second.call('job.list', {}, job)).map(({ jobId, state, done }) => [jobId, state, done])).toEqual([
    ['j1', 'unfinished', 3]
  ])
  expect((await second.call('study.restore', {}, job)).cases).toHaveLength(1)
  expect(existsSync(join(folder, 'session.json'))).toBe(false)
  expect(JSON.parse(readFileSync(join(folder, 'session.json.taken-over'), 'utf8'))).toMatchObject({ recent })
})
