import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Engine } from '@engine/engine'
import { asFault } from '@engine/fault'
import { quietJob } from '@engine/job'
import type { MapRequest, Output } from '@shared/protocol'
import type { JobSummary, MapSummary } from '@shared/vocabulary'
import { engineOn } from '../../support/drawing'
import { drawBox, makeStudy, openNow, openRadiographs, ownFolder, readCase } from '../../support/reading'

/** Draw first, then reveal: the map of the protocol and nothing else is there, of the case on the screen and no other. */
const job = quietJob()
const folder = ownFolder('revealed')
let engine: Engine
let caseIds: string[]
let studyId: string
let modelId: string
let otherMap: string
const told: { maps: MapSummary[]; jobs: JobSummary[] } = { maps: [], jobs: [] }

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (thrown: unknown) => asFault(thrown).code
  )

const listen = (): void =>
  void engine.onEvent((event, payload) => {
    if (event === 'map') told.maps.push(payload as MapSummary)
    if (event === 'jobs') told.jobs.push(...(payload as JobSummary[]))
  })

/** An order of one map with the settings every order has. */
const orderOf = (caseId: string, expression: string): MapRequest => ({
  ...{ cases: [caseId], models: [modelId], methods: [{ expression, params: {} }] },
  ...{ target: 'predicted', of: 'logit', seed: 1, scrambled: null }
})
const askMap = (again = false): Promise<Output<'reading.map'>> => engine.call('reading.map', { again }, job)
const readMap = (mapId: string): Promise<Output<'map.read'>> =>
  engine.call('map.read', { mapId, view: 'magnitude' }, job)

/** The map of the case on the screen, once it is computed. */
async function finishedMap(): Promise<MapSummary> {
  const { map } = await askMap()
  return vi.waitFor(
    async () => {
      const [now] = await engine.call('map.list', { caseId: map.caseId }, job)
      expect(now.state).toBe('done')
      return now
    },
    { timeout: 20_000, interval: 50 }
  )
}

beforeAll(async () => {
  engine = engineOn(folder)
  caseIds = await openRadiographs(engine, ['p0001', 'p0002', 'p0003'])
  modelId = (await engine.call('model.open', { grant: resolve('resources/sample/models/honest-1.onnx') }, job)).modelId
  otherMap = (await engine.call('map.compute', orderOf(caseIds[0], 'gradcam'), job)).maps[0].mapId
  const reveal = { modelId, expression: 'gradcam', target: 'predicted', params: {} }
  studyId = (await makeStudy(engine, caseIds, { reveal, repeats: 0, readers: ['Reader 1'] })).studyId
  await vi.waitFor(
    async () => expect((await engine.call('map.list', { caseId: caseIds[0] }, job))[0].state).toBe('done'),
    { timeout: 50_000 }
  )
  await engine.call('reading.open', { studyId, readerId: 'reader-1' }, job)
}, 60_000)
afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true })
})

describe('the map of the protocol', () => {
  test('is not there before the case is done, however it is asked for', async () => {
    const { caseId } = await openNow(engine)
    expect(await codeOf(askMap())).toBe('usage')
    expect(await codeOf(engine.call('reading.reveal', {}, job))).toBe('usage')
    expect(await codeOf(engine.call('map.compute', orderOf(caseId, 'gradcam'), job))).toBe('blinded')
    expect(await codeOf(engine.call('map.list', { caseId }, job))).toBe('blinded')
    expect(await codeOf(readMap(otherMap))).toBe('blinded')
    expect(await engine.call('model.list', {}, job)).toEqual([])
  })

  test('is computed after the reveal; of this case, this model and this method alone', async () => {
    listen()
    const { caseId } = await openNow(engine)
    await drawBox(engine, [10, 10, 30, 30])
    await engine.call('reading.note', { certainty: 4 }, job)
    await engine.call('reading.done', {}, job)
    await engine.call('reading.reveal', {}, job)
    expect((await openNow(engine)).map).toMatchObject({ modelId, expression: 'gradcam' })

    // On its way it is named, and can be stopped, as the map of this case.
    const { map: early, jobId, model } = await askMap()
    expect([early.caseId, early.title, model.modelId]).toEqual([caseId, 'Grad-CAM', modelId])
    expect(await codeOf(readMap(early.mapId))).not.toBe('blinded')
    expect((await engine.call('job.list', {}, job)).map((one) => one.jobId)).toEqual([jobId])

    const map = await finishedMap()
    const { values, high } = await readMap(map.mapId)
    expect([values.length, high > 0]).toEqual([128 * 128, true])
    const { probabilities } = await engine.call('prediction.read', { caseId, modelId, variant: null }, job)
    expect(probabilities[0]).toBeGreaterThan(0)

    expect(await codeOf(engine.call('map.compute', orderOf(caseId, 'occlusion'), job))).toBe('blinded')
    expect(await codeOf(readMap(otherMap))).toBe('blinded')
    expect(await codeOf(engine.call('prediction.read', { caseId: caseIds[0], modelId, variant: null }, job))).toBe(
      'blinded'
    )
    expect(await codeOf(engine.call('prediction.read', { caseId, modelId: 'other', variant: null }, job))).toBe(
      'blinded'
    )
    expect(await codeOf(engine.call('mask.read', { caseId }, job))).toBe('blinded')
    expect(await codeOf(engine.call('job.cancel', { jobId: 'job-of-somebody' }, job))).toBe('blinded')
    expect(await engine.call('model.list', {}, job)).toEqual([])
    expect(told.maps.length).toBeGreaterThan(1)
    expect(new Set(told.maps.map((one) => one.caseId))).toEqual(new Set([caseId]))
    expect(new Set(told.jobs.map((one) => one.jobId))).toEqual(new Set([jobId]))
  }, 30_000)

  test('is there again after a restart, model and all', async () => {
    await engine.shutDown()
    engine = engineOn(folder)
    const { caseId, map: shown } = await openNow(engine)
    expect(shown).toMatchObject({ modelId })
    expect((await finishedMap()).caseId).toBe(caseId)
  }, 30_000)

  test('what changed after it is kept beside what was drawn before', async () => {
    await drawBox(engine, [30, 10, 40, 30])
    await engine.call('reading.note', { certainty: 5 }, job)
    const { open } = await engine.call('reading.done', {}, job)
    const [first, after] = open!.record.versions
    expect([first.kind, first.extents[0].voxels, after.kind, after.extents[0].voxels]).toEqual([
      'first',
      400,
      'after-map',
      600
    ])
    expect(open!.record.change).toMatchObject({ dice: 0.8, certainty: { before: 4, after: 5 } })
  })

  test('goes with the case', async () => {
    const { mapId } = await finishedMap()
    await engine.call('reading.go', { reading: 2 }, job)
    const { caseId, map } = await openNow(engine)
    expect(map).toBeNull()
    expect(await codeOf(readMap(mapId))).toBe('blinded')
    expect(await codeOf(engine.call('map.list', { caseId }, job))).toBe('blinded')
    expect(await codeOf(askMap())).toBe('usage')
    expect(await engine.call('job.list', {}, job)).toEqual([])
  })

  test('that was stopped is computed again when it is asked for again', async () => {
    await readCase(engine, null)
    await engine.call('reading.go', { reading: 2 }, job)
    await engine.call('reading.reveal', {}, job)
    const { jobId, map } = await askMap()
    await engine.call('job.cancel', { jobId: jobId! }, job)
    const state = async (): Promise<string> => (await engine.call('map.list', { caseId: map.caseId }, job))[0].state
    await vi.waitFor(async () => expect(await state()).toBe('cancelled'), { timeout: 10_000 })
    expect((await askMap()).jobId).toBeNull()
    expect((await askMap(true)).jobId).not.toBeNull()
    await vi.waitFor(async () => expect(await state()).toBe('done'), { timeout: 20_000 })
  }, 40_000)

  test('leaves nothing behind in the list of jobs or among the maps', async () => {
    const { caseId } = await openNow(engine)
    await engine.call('reading.leave', {}, job)
    expect(
      await engine.call('map.list', { caseId }, job).then(
        (list) => list.length,
        () => 0
      )
    ).toBe(0)
    expect((await engine.call('job.list', {}, job)).filter(({ title }) => /Case \d/.test(title))).toEqual([])
  })
})
