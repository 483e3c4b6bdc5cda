import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { loadVolume } from '@engine/formats/load'
import { quietJob } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { ExperimentInput } from '@shared/experiment'
import { Report } from '@shared/report'
import { testHost } from '../../support/inference'

const sample = resolve('resources/sample')
let host: InferenceHost
let folder: string

beforeAll(() => {
  host = testHost()
  folder = mkdtempSync(join(tmpdir(), 'saliscope-groups-'))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** Cases of the sample with and without a lesion, the honest model and the one that learned the token. */
function experiment(): string {
  const whole = JSON.parse(readFileSync(join(sample, 'experiment.json'), 'utf8')) as ExperimentInput
  const some = (wanted: boolean): ExperimentInput['cases'] =>
    whole.cases.filter(({ label }) => (label === 'lesion') === wanted).slice(0, 12)
  const cases = [...some(true), ...some(false)].map((item) => ({
    ...item,
    image: join(sample, item.image),
    masks: [],
    variants: []
  }))
  const models = whole.models
    .filter(({ id }) => id === 'honest-1' || id === 'token')
    .map((model) => ({ ...model, onnx: join(sample, model.onnx!), card: join(sample, model.card!) }))
  const path = join(folder, 'experiment.json')
  const content: ExperimentInput = {
    title: 'Groups of the sample',
    target: 0,
    models,
    cases,
    methods: ['gradcam'],
    criteria: [
      { id: 'groups', params: { permutations: 99, signed: false } },
      { id: 'map-kinds', params: {} },
      { id: 'cues', params: {} },
      { id: 'cue-zones', params: {} }
    ],
    regions: { source: { grid: { rows: 2, columns: 2 } }, fit: { by: 'mask' } }
  }
  writeFileSync(path, JSON.stringify(content))
  return path
}

describe('groups, kinds and zones of the sample', () => {
  it('give a whole report: the token model’s maps differ at the token, the honest model keeps off it', async () => {
    const out = join(folder, 'out')
    const report = await assessExperiment(
      readExperiment(experiment()),
      { host, threads: 2, version: 'test', opened: undefined, out },
      quietJob()
    )
    v.parse(Report, report)
    expect(report.failed).toEqual([])
    const cue = (model: string) =>
      report.results.find((row) => row.model === model && row.metric === 'enrichment-margin-8')!
    expect(cue('token').value!).toBeGreaterThan(2)
    expect(cue('token').value!).toBeGreaterThan(3 * cue('honest-1').value!)
    const evidence = report.groups!.find(({ model }) => model === 'token')!
    expect(evidence.first.images + evidence.second.images).toBe(24)
    expect(evidence.files).toHaveLength(3)
    const { volume } = await loadVolume(join(out, evidence.files[0]))
    expect(volume.size).toEqual([128, 128, 1])
    expect(report.mapClusters).toHaveLength(2)
    expect(report.results.filter((row) => row.criterion === 'cues.outside')).toHaveLength(4)
  }, 120_000)
})
