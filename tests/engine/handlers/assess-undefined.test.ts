import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '@engine/formats/raster/npy'
import { criteria } from '@engine/criteria/index'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { quietJob } from '@engine/job'
import { writeReport } from '@engine/report/write-report'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { Experiment } from '@shared/experiment'
import { cutSample } from '../../support/cut-sample'
import { inProcess } from '../../support/in-process'

/** Little of everything: what counts is what is said of a question that has no answer. */
const few: Readonly<Record<string, Record<string, unknown>>> = {
  randomisation: { images: 1, every: 7, similarities: 'ssim', independentImages: 0 },
  completeness: { images: 1, steps: 2, percentiles: '50', infidelitySamples: 2 },
  fidelity: { images: 1, percents: '50' },
  robustness: { images: 1, samples: 1 },
  groups: { permutations: 99 }
}

let host: InferenceHost
let folder: string

beforeAll(() => {
  host = new InferenceHost({ spawn: inProcess })
  folder = mkdtempSync(join(tmpdir(), 'saliscope-undefined-'))
  const zeros = encodeNpy(new Float32Array(128 * 128), [128, 128])
  writeFileSync(join(folder, 'flat.npy'), zeros)
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

type Change = (experiment: Experiment) => void

/** Two images with a finding, one model, a map of ours and one made elsewhere that is the same everywhere. */
const cuts: Readonly<Record<string, Change>> = {
  'two patients with a finding, one replicate': () => undefined,
  'one image': (experiment) => (experiment.cases = experiment.cases.slice(0, 1)),
  'two images of one patient': (experiment) => {
    for (const item of experiment.cases) item.patient = 'p'
  },
  'no outline': (experiment) => {
    for (const item of experiment.cases) [item.masks, item.boxes] = [[], []]
  },
  'an empty outline': (experiment) => {
    for (const item of experiment.cases) {
      item.masks = [{ ...item.masks[0], path: join(folder, 'flat.npy') }]
      item.boxes = []
    }
  },
  'nobody with a finding': (experiment) => {
    for (const item of experiment.cases) [item.label, item.masks, item.boxes, item.cues] = ['none', [], [], []]
  },
  'a label on every case': (experiment) => {
    experiment.cases[1].label = null
    for (const item of experiment.cases) item.group = item.id
  },
  'maps made elsewhere only': (experiment) => (experiment.methods = experiment.methods.slice(0, 1))
}

function small(change: Change): string {
  return cutSample(folder, (experiment) => {
    experiment.models = experiment.models.slice(0, 1)
    experiment.cases = experiment.cases.slice(0, 2)
    for (const item of experiment.cases) item.variants = []
    experiment.methods = [{ id: 'flat', maps: join(folder, 'flat.npy') }, 'gradient']
    experiment.regions = { source: { grid: { rows: 2, columns: 2 } } } as Experiment['regions']
    experiment.criteria = criteria.map(({ id }) => ({ id, params: few[id] ?? {} })) as Experiment['criteria']
    change(experiment)
  })
}

/** Every number of a value, with the way to it. */
function numbers(value: unknown, way = ''): [string, number][] {
  if (typeof value === 'number') return [[way, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => numbers(item, `${way}.${key}`))
}

describe('an experiment that leaves questions open', () => {
  it.each(Object.entries(cuts))('%s: every row says why', async (_, change) => {
    const order = { host, threads: 1, version: 'test', opened: undefined }
    const report = await assessExperiment(readExperiment(small(change)), order, quietJob())

    expect(report.failed).toEqual([])
    expect(numbers(report).filter(([, value]) => !Number.isFinite(value))).toEqual([])
    expect(report.results.length).toBeGreaterThan(0)
    for (const row of report.results) {
      const name = `${row.criterion} ${row.metric} ${row.method}`
      expect(`${name}: ${row.verdict.reason}`).toMatch(/: \S.*\S\.?$/u)
      // Nobody is judged by fewer than ten patients, and nothing that has no value.
      expect(`${name}: ${row.verdict.state}`).toBe(`${name}: not-assessable`)
    }
    const { html, csv } = writeReport(report)
    expect(`${html}${csv}`.match(/.{30}\b(?:NaN|Infinity)\b.{10}/u)).toBeNull()
    expect(report.answer.reliedOn).toEqual([])
  })
})

it('refuses an experiment without a model and says what would work', async () => {
  const path = small((experiment) => (experiment.models = []))
  const order = { host, threads: 1, version: 'test', opened: undefined }
  await expect(assessExperiment(readExperiment(path), order, quietJob())).rejects.toMatchObject({
    code: 'bad-experiment'
  })
  expect(resolve(path)).toBe(path)
})
