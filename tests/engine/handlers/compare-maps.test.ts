import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createEngine, type Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { evaluateMetric } from '@engine/metrics/evaluate'
import { metrics } from '@engine/metrics/index'
import type { MapSummary } from '@shared/vocabulary'
import { inProcess } from '../../support/in-process'

const sample = resolve('resources/sample')
const job = quietJob()
let folder: string
let engine: Engine
let ids: string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'compare-maps-'))
  engine = createEngine({
    spawn: inProcess,
    sampleFolder: sample,
    workspaceFolder: null,
    resolveGrant: (grant) => grant,
    version: '0.0.0-test',
    threads: 1
  })
  const grants = [join(sample, 'cases', 'p0001.dcm'), join(sample, 'cases', 'p0002.dcm')]
  const { cases } = await engine.call('study.open', { grants }, job)
  const { modelId } = await engine.call('model.open', { grant: join(sample, 'models', 'honest-1.onnx') }, job)
  const order = {
    cases: cases.map((one) => one.caseId),
    models: [modelId],
    methods: ['gradcam', 'gradient'].map((expression) => ({ expression, params: {} })),
    target: 'predicted',
    of: 'logit' as const,
    seed: 1
  }
  const { maps } = await engine.call('map.compute', order, job)
  ids = maps.map(({ mapId }) => mapId)
  const states = async (): Promise<string[]> =>
    (await Promise.all(cases.map((one) => engine.call('map.list', { caseId: one.caseId }, job))))
      .flat()
      .map(({ state }) => state)
  await vi.waitFor(async () => expect(await states()).toEqual(['done', 'done', 'done', 'done']), { timeout: 60_000 })
})
afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

describe('two maps against one another', () => {
  it('subtracts the second from the first, pixel by pixel', async () => {
    const [a, b] = await Promise.all(
      ids.slice(0, 2).map((mapId) => engine.call('map.read', { mapId, view: 'magnitude' }, job))
    )
    const found = await engine.call('map.against', { first: ids[0], second: ids[1], kind: 'difference' }, job)
    expect([...found.values]).toEqual([...a.values].map((value, pixel) => Math.fround(value - b.values[pixel])))
    const mean =
      [...a.values].reduce((sum, value, pixel) => sum + Math.abs(value - b.values[pixel]), 0) / a.values.length
    expect(found.figure.value).toBeCloseTo(mean, 6)
    const back = await engine.call('map.against', { first: ids[1], second: ids[0], kind: 'difference' }, job)
    expect([...back.values].map((value) => -value + 0)).toEqual([...found.values].map((value) => value + 0))
  })

  it('names the similarity that `score ssim` computes, and is 1 everywhere for a map with itself', async () => {
    const [a, b] = await Promise.all(
      ids.slice(0, 2).map((mapId) => engine.call('map.read', { mapId, view: 'magnitude' }, job))
    )
    const found = await engine.call('map.against', { first: ids[0], second: ids[1], kind: 'similarity' }, job)
    const metric = metrics.find(({ id }) => id === 'ssim')!
    const inputs = { map: a.values, other: b.values, shape: [a.size[1], a.size[0]] }
    expect(found.figure).toEqual(evaluateMetric(metric, inputs, {}))
    expect(found.values).toHaveLength(a.values.length)
    expect(Math.min(...found.values)).toBeLessThan(0.5)
    const same = await engine.call('map.against', { first: ids[0], second: ids[0], kind: 'similarity' }, job)
    expect(same.values.every((value) => Math.abs(value - 1) < 1e-5)).toBe(true)
  })

  it('refuses maps of two images', async () => {
    await expect(
      engine.call('map.against', { first: ids[0], second: ids[2], kind: 'difference' }, job)
    ).rejects.toMatchObject({ code: 'geometry-mismatch' })
  })
})

describe('maps of scrambled layers', () => {
  it('are made with every stage from the output to the named one drawn anew, and say so', async () => {
    const [{ modelId }] = await engine.call('model.list', {}, job)
    const { stages } = await engine.call('model.stages', { modelId }, job)
    const card = JSON.parse(readFileSync(join(sample, 'models', 'honest-1.card.json'), 'utf8')) as {
      cascade: { name: string }[]
    }
    expect(stages).toEqual(card.cascade.map(({ name }) => name))
    const [{ caseId }] = await engine.call('study.list', {}, job)
    const order = {
      cases: [caseId],
      models: [modelId],
      methods: [{ expression: 'gradient', params: {} }],
      target: 'predicted',
      of: 'logit' as const,
      seed: 1
    }
    const last = stages[stages.length - 1]
    const { maps } = await engine.call('map.compute', { ...order, scrambled: last }, job)
    const wrong = await engine.call('map.compute', { ...order, scrambled: 'no such layer' }, job)
    const found = async (mapId: string): Promise<MapSummary> =>
      (await engine.call('map.list', { caseId }, job)).find((map) => map.mapId === mapId)!
    await vi.waitFor(async () => expect((await found(wrong.maps[0].mapId)).state).toBe('failed'), { timeout: 60_000 })
    expect((await found(wrong.maps[0].mapId)).fault).toMatchObject({ code: 'bad-parameter' })
    const made = await found(maps[0].mapId)
    expect([made.state, made.scrambled]).toEqual(['done', last])
    expect(made.title).toContain(`scrambled to ${last}`)
    expect(JSON.parse(made.recipe).model.weights).toBe(`scrambled ${stages.join(', ')}; seed 1`)
    // It stands beside the trained map, and no longer looks like it.
    expect(made.mapId).not.toBe(ids[1])
    const { figure } = await engine.call('map.against', { first: ids[1], second: made.mapId, kind: 'similarity' }, job)
    expect(figure.value).toBeLessThan(0.9)
  })
})

describe('a panel of a sheet', () => {
  it('is small, keeps the percentiles of the whole map, and says its scale', async () => {
    const panel = await engine.call('sheet.panel', { mapId: ids[1], edge: 64 }, job)
    const map = await engine.call('map.read', { mapId: ids[1], view: 'magnitude' }, job)
    expect(Math.max(...panel.size)).toBe(64)
    expect(panel.grey).toHaveLength(panel.size[0] * panel.size[1])
    expect(panel.values).toHaveLength(panel.grey.length)
    const sorted = [...map.values].sort((one, other) => one - other)
    expect(panel.percentiles[0]).toBe(sorted[0])
    expect(panel.percentiles[100]).toBe(sorted[sorted.length - 1])
    // numpy.percentile(…, 90): linear between the two neighbours.
    const position = 0.9 * (sorted.length - 1)
    const below = Math.floor(position)
    expect(panel.percentiles[90]).toBeCloseTo(
      sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]),
      6
    )
    expect([panel.low, panel.high, panel.unit]).toEqual([map.low, map.high, map.unit])
    expect(panel.spacingMm![0] * panel.size[0]).toBeGreaterThan(200)
  })
})

describe('saving a figure', () => {
  it('writes PNG bytes under a safe name and never over another file', async () => {
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
    const first = await engine.call('figure.save', { grant: folder, name: '../a sheet: of maps', png }, job)
    const second = await engine.call(
      'figure.save',
      { grant: folder, name: '../a sheet: of maps', png: png.map((byte) => byte) },
      job
    )
    expect(first.files).toEqual(['a-sheet-of-maps.png'])
    expect(second.files).toEqual(['a-sheet-of-maps-2.png'])
    expect([...readFileSync(join(folder, first.files[0]))]).toEqual([...png])
    await expect(
      engine.call('figure.save', { grant: folder, name: 'x', png: Uint8Array.from([1, 2, 3]) }, job)
    ).rejects.toMatchObject({ code: 'usage' })
  })
})
