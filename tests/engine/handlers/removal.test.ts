import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '@engine/engine'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { jobController, quietJob, type Job } from '@engine/job'
import { withReplaced } from '@engine/metrics/perturbation/perturbed-input'
import { removeShare } from '@engine/metrics/perturbation/removal-order'
import type { Filling, RemovalPoint, RemovalScene } from '@shared/comparison'
import type { Experiment } from '@shared/experiment'
import type { MapSummary } from '@shared/vocabulary'
import { ranksOf, removedSlice } from '../../../src-renderer/viewport/removed-pixels'
import { inProcess } from '../../support/in-process'
import { testHost } from '../../support/inference'

const sample = resolve('resources/sample')
const job = quietJob()
let folder: string
let engine: Engine
let caseId: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'removal-'))
  engine = createEngine({
    spawn: inProcess,
    sampleFolder: sample,
    workspaceFolder: null,
    resolveGrant: (grant) => grant,
    version: '0.0.0-test',
    threads: 1
  })
  const { cases } = await engine.call('study.open', { grants: [join(sample, 'cases', 'p0001.dcm')] }, job)
  caseId = cases[0].caseId
})
afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

/** A finished map of the case. */
async function mapOf(expression: string, model = 'honest-1', of = caseId): Promise<MapSummary> {
  const { modelId } = await engine.call('model.open', { grant: join(sample, 'models', `${model}.onnx`) }, job)
  const order = {
    cases: [of],
    models: [modelId],
    methods: [{ expression, params: {} }],
    target: 'predicted',
    of: 'logit' as const,
    seed: 1
  }
  const { maps } = await engine.call('map.compute', order, job)
  await expect
    .poll(
      async () =>
        (await engine.call('map.list', { caseId: of }, job)).find((one) => one.mapId === maps[0].mapId)?.state,
      { timeout: 60_000 }
    )
    .toBe('done')
  return (await engine.call('map.list', { caseId: of }, job)).find((one) => one.mapId === maps[0].mapId)!
}

/** A job that keeps the points it is told. */
function listening(): { job: Job; points: RemovalPoint[] } {
  const points: RemovalPoint[] = []
  return { job: { ...quietJob(), partial: (value) => points.push(value as RemovalPoint) }, points }
}

/** What the window shows: its own composition of the scene, all slices in a row. */
function composed(scene: RemovalScene, percent: number, filled: Float32Array | null): number[] {
  const share = { scene, ranks: ranksOf(scene.order), percent, filled }
  return Array.from({ length: scene.size[2] }, (_, slice) => [...removedSlice(share, slice)!]).flat()
}

describe('removing the hottest pixels', () => {
  it('shows the very input that the model is asked about, for every filling', async () => {
    const map = await mapOf('gradient')
    for (const filling of ['blur', 'mean', 'zero', 'road'] as Filling[]) {
      const scene = await engine.call('removal.scene', { mapId: map.mapId, filling }, job)
      const [columns, rows] = scene.size
      // The sample's models take one channel: the first channel is the whole input.
      const input = { data: scene.input, shape: [1, 1, rows, columns] }
      for (const percent of [0, 3, 50, 100]) {
        const heard = listening()
        const question = { mapId: map.mapId, filling, percents: [percent], along: 'map' as const }
        await engine.call('removal.answers', question, heard.job)
        const expected = withReplaced(input, removeShare(scene.order, percent / 100), filling)
        expect(composed(scene, percent, heard.points[0].filled)).toEqual([...expected.data])
      }
    }
  })

  it('answers as the fidelity criterion does on the same image and map', async () => {
    const map = await mapOf('gradient')
    const percents = [2, 10, 30, 50]
    const experiment = JSON.parse(readFileSync(join(sample, 'demo-experiment.json'), 'utf8')) as Experiment
    const absolute = (path: string): string => join(sample, path)
    experiment.models = experiment.models
      .filter(({ id }) => id === 'honest-1')
      .map((one) => ({ ...one, onnx: absolute(one.onnx), card: absolute(one.card ?? '') }))
    experiment.cases = experiment.cases
      .filter(({ image }) => image.endsWith('p0001.dcm'))
      .map((one) => ({ ...one, image: absolute(one.image), masks: [], variants: [] }))
    experiment.methods = ['gradient']
    experiment.target = 'predicted'
    experiment.seed = 1
    experiment.references = { averageMask: null, background: null }
    experiment.criteria = [{ id: 'fidelity', params: { percents: percents.join(','), replacement: 'mean', images: 1 } }]
    const path = join(folder, 'experiment.json')
    writeFileSync(path, JSON.stringify(experiment))
    const host = testHost()
    const report = await assessExperiment(
      readExperiment(path),
      { host, threads: 1, version: 'test', opened: undefined },
      quietJob()
    ).finally(() => host.dispose())
    const curve = report.curves.find(({ method }) => method === 'gradient')!
    const falls = curve.points.map(({ value }) => value!)

    const scene = await engine.call('removal.scene', { mapId: map.mapId, filling: 'mean' }, job)
    const question = { mapId: map.mapId, filling: 'mean' as const, percents, along: 'map' as const }
    const { answers } = await engine.call('removal.answers', question, job)
    expect(falls).toHaveLength(percents.length)
    answers.forEach((answer, index) => expect(scene.before - answer).toBeCloseTo(falls[index], 6))
    expect(Math.max(...falls.map(Math.abs))).toBeGreaterThan(0.001)
  })

  it('tells every point in the order asked for, and draws the random line from another map', async () => {
    const map = await mapOf('gradient')
    const heard = listening()
    const question = {
      mapId: map.mapId,
      filling: 'blur' as const,
      percents: [0, 50, 25, 100],
      along: 'random' as const
    }
    const { answers } = await engine.call('removal.answers', question, heard.job)
    expect(heard.points.map(({ percent }) => percent)).toEqual([0, 50, 25, 100])
    expect(heard.points.map(({ answer }) => answer)).toEqual(answers)
    const along = await engine.call('removal.answers', { ...question, along: 'map' }, job)
    // Nothing and everything removed are the same by any order; half is not.
    expect(along.answers[0]).toBeCloseTo(answers[0], 6)
    expect(along.answers[3]).toBeCloseTo(answers[3], 6)
    expect(along.answers[1]).not.toBeCloseTo(answers[1], 6)
  })

  it('removes from volumes on the grid of the model', async () => {
    const [brain] = (await engine.call('study.brain', {}, job)).cases
    const { models } = await engine.call('study.brain', {}, job)
    const order = {
      cases: [brain.caseId],
      models: [models[0].modelId],
      methods: [{ expression: 'gradient', params: {} }],
      target: 'predicted',
      of: 'logit' as const,
      seed: 1
    }
    const { maps } = await engine.call('map.compute', order, job)
    await expect
      .poll(async () => (await engine.call('map.list', { caseId: brain.caseId }, job))[0].state, { timeout: 60_000 })
      .toBe('done')
    const scene = await engine.call('removal.scene', { mapId: maps[0].mapId, filling: 'zero' }, job)
    expect(scene.size).toEqual([48, 56, 48])
    const input = { data: scene.input, shape: [1, 1, 48, 56, 48] }
    const expected = withReplaced(input, removeShare(scene.order, 0.2), 'zero')
    expect(composed(scene, 20, null)).toEqual([...expected.data])
    if (scene.place !== null) {
      expect(scene.place).toHaveLength(brain.size[0] * brain.size[1] * brain.size[2])
      expect(scene.place.every((place) => place >= -1 && place < scene.order.length)).toBe(true)
      expect(new Set(scene.place).size).toBeGreaterThan(scene.order.length / 4)
    }
    const { answers } = await engine.call(
      'removal.answers',
      { mapId: maps[0].mapId, filling: 'zero', percents: [20], along: 'map' },
      job
    )
    expect(answers[0]).toBeGreaterThanOrEqual(0)
    expect(answers[0]).toBeLessThanOrEqual(1)
  })

  it('stops at once, and refuses what has no hottest pixels', async () => {
    const map = await mapOf('gradient')
    const controller = jobController()
    controller.abort()
    const question = { mapId: map.mapId, filling: 'zero' as const, percents: [10], along: 'map' as const }
    await expect(engine.call('removal.answers', question, quietJob(controller.signal))).rejects.toMatchObject({
      code: 'cancelled'
    })
    await expect(engine.call('removal.scene', { mapId: 'no-map', filling: 'zero' }, job)).rejects.toMatchObject({
      code: 'not-found'
    })
  })
})
