import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createEngine, type Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { inProcess } from '../../support/in-process'

const sample = resolve('resources/sample')
const job = quietJob()
let engine: Engine
/** XRAI, the gradient ranked by regions, and the gradient itself. */
let ids: string[]

beforeAll(async () => {
  engine = createEngine({
    spawn: inProcess,
    sampleFolder: sample,
    workspaceFolder: null,
    resolveGrant: (grant) => grant,
    version: '0.0.0-test',
    threads: 1
  })
  const { cases } = await engine.call('study.open', { grants: [join(sample, 'cases', 'p0001.dcm')] }, job)
  const { modelId } = await engine.call('model.open', { grant: join(sample, 'models', 'honest-1.onnx') }, job)
  const methods: { expression: string; params: Record<string, number> }[] = [
    { expression: 'xrai', params: { 'xrai.steps': 2 } },
    { expression: 'gradient+region', params: {} },
    { expression: 'gradient', params: {} }
  ]
  const order = {
    cases: cases.map((one) => one.caseId),
    models: [modelId],
    methods,
    target: 'predicted',
    of: 'logit' as const,
    seed: 1
  }
  const { maps } = await engine.call('map.compute', order, job)
  ids = maps.map(({ mapId }) => mapId)
  const list = (): Promise<{ state: string }[]> => engine.call('map.list', { caseId: cases[0].caseId }, job)
  await vi.waitFor(async () => expect((await list()).map(({ state }) => state)).toEqual(['done', 'done', 'done']), {
    timeout: 60_000
  })
})
afterAll(() => engine.shutDown())

describe('the regions of a map', () => {
  it('each holds one value of the map, and the first taken holds the largest', async () => {
    for (const mapId of ids.slice(0, 2)) {
      const { labels, size, count } = await engine.call('map.segments', { mapId }, job)
      const map = await engine.call('map.read', { mapId, view: 'magnitude' }, job)
      expect(size).toEqual(map.size)
      const [columns, rows] = size
      const ofRegion = new Map<number, Set<number>>()
      // Between regions the drawn map is interpolated: only voxels well inside are the region's own.
      const inside = (x: number, y: number): boolean => {
        for (let dy = -4; dy <= 4; dy++)
          for (let dx = -4; dx <= 4; dx++)
            if (labels[(y + dy) * columns + x + dx] !== labels[y * columns + x]) return false
        return true
      }
      for (let y = 4; y < rows - 4; y++)
        for (let x = 4; x < columns - 4; x++) {
          if (!inside(x, y)) continue
          const label = labels[y * columns + x]
          ofRegion.set(label, (ofRegion.get(label) ?? new Set()).add(Math.fround(map.values[y * columns + x])))
        }
      expect(ofRegion.size).toBeGreaterThan(3)
      expect(Math.max(...labels)).toBe(count)
      expect(Math.min(...labels)).toBeGreaterThanOrEqual(0)
      for (const values of ofRegion.values()) expect(Math.max(...values) - Math.min(...values)).toBeLessThan(1e-5)
      const found = [...ofRegion].map(([label, values]) => ({ label, value: Math.max(...values) }))
      if (found.some(({ label }) => label === 1))
        expect(found.find(({ label }) => label === 1)!.value).toBe(Math.max(...found.map(({ value }) => value)))
    }
  })

  it('a map that is not made of regions has none', async () => {
    await expect(engine.call('map.segments', { mapId: ids[2] }, job)).rejects.toMatchObject({ code: 'not-found' })
  })
})
