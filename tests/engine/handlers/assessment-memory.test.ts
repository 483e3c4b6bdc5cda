import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assessExperiment } from '@engine/handlers/assess'
import { AssessmentMemory } from '@engine/handlers/assessment-memory'
import { readExperiment } from '@engine/handlers/experiment-file'
import { quietJob } from '@engine/job'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { Experiment } from '@shared/experiment'
import type { Report } from '@shared/report'
import { inProcess } from '../../support/in-process'

const sample = resolve('resources/sample')
let host: InferenceHost
let folder: string
let path: string
const memory = new AssessmentMemory()

beforeAll(() => {
  host = new InferenceHost({ spawn: inProcess })
  folder = mkdtempSync(join(tmpdir(), 'saliscope-memory-'))
  path = join(folder, 'experiment.json')
  const raw = JSON.parse(readFileSync(join(sample, 'demo-experiment.json'), 'utf8')) as Experiment
  const at = (name: string): string => join(sample, name)
  raw.models = raw.models.slice(0, 2).map((model) => ({ ...model, onnx: at(model.onnx), card: at(model.card ?? '') }))
  raw.cases = raw.cases.filter(({ label }) => label === 'lesion').slice(0, 3)
  for (const item of raw.cases) {
    item.image = at(item.image)
    for (const mask of item.masks) {
      copyFileSync(at(mask.path), join(folder, `${item.id}.png`))
      mask.path = join(folder, `${item.id}.png`)
    }
    item.variants = []
  }
  raw.methods = ['gradcam']
  raw.criteria = ['performance', 'localisation', 'repeatability'].map((id) => ({
    id,
    params: { minimumPatients: 2, draws: 100, ...(id === 'localisation' ? { randomDraws: 1 } : {}) }
  }))
  raw.references.averageMask = { path: at('average-mask.npy') }
  writeFileSync(path, JSON.stringify(raw))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** Assesses with the memory; which criteria were computed this time. */
async function assess(): Promise<{ report: Report; computed: string[] }> {
  const before = memory.computed.length
  const tools = { host, threads: 2, version: 'test', opened: undefined, memory }
  const report = await assessExperiment(readExperiment(path), tools, quietJob())
  return { report, computed: memory.computed.slice(before) }
}

describe('assessing again', () => {
  it('computes everything once, nothing when nothing changed, and after a changed outline only what looks at outlines', async () => {
    const first = await assess()
    expect(first.computed).toEqual(['performance', 'localisation', 'repeatability'])

    const same = await assess()
    expect(same.computed).toEqual([])
    expect(same.report.results).toEqual(first.report.results)

    // Another patient's outline in the place of the first one's.
    const [a, b] = first.report.cases.map(({ id }) => join(folder, `${id}.png`))
    copyFileSync(b, a)
    const changed = await assess()
    expect(changed.computed).toEqual(['localisation'])
    const rows = (report: Report, area: string): unknown[] =>
      report.results.filter(({ criterion }) => criterion.startsWith(area))
    const recomputed = changed.report.results.filter(
      (row, index) => JSON.stringify(row) !== JSON.stringify(first.report.results[index])
    )
    expect(recomputed.length).toBeGreaterThan(0)
    expect(new Set(recomputed.map(({ criterion }) => criterion))).toEqual(new Set(['localisation.utility']))
    expect(rows(changed.report, 'repeatability')).toEqual(rows(first.report, 'repeatability'))

    // What comes out is what an assessment without a memory finds.
    const tools = { host, threads: 2, version: 'test', opened: undefined }
    const fresh = await assessExperiment(readExperiment(path), tools, quietJob())
    expect(changed.report.results).toEqual(fresh.results)
  }, 120_000)

  it('forgets the answers that were asked for the longest ago where they grow too large', async () => {
    const tools = { host, threads: 2, version: 'test', opened: undefined }
    const tight = new AssessmentMemory(1)
    await assessExperiment(readExperiment(path), { ...tools, memory: tight }, quietJob())
    expect(tight.count).toBe(1)
    expect(memory.count).toBe(3)
  }, 60_000)

  it('computes everything again with another seed', async () => {
    const raw = JSON.parse(readFileSync(path, 'utf8')) as Experiment
    writeFileSync(path, JSON.stringify({ ...raw, seed: 7, criteria: [{ id: 'performance', params: {} }] }))
    expect((await assess()).computed).toEqual(['performance'])
  })
})
