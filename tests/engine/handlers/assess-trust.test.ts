import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { openExperiment } from '@engine/handlers/experiment-parts'
import { FileExperimentRun } from '@engine/handlers/experiment-run'
import { runSpec } from '@engine/handlers/experiment-spec'
import { quietJob } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Experiment } from '@shared/experiment'
import type { ModelCard } from '@shared/model-card'
import type { Report, ResultRow } from '@shared/report'
import { cutSample } from '../../support/cut-sample'
import { value } from '../../support/golden-metric'
import { testHost } from '../../support/inference'
import { floatPort, floats, onnxFile } from '../../support/onnx-file'

const sample = resolve('resources/sample')

let host: InferenceHost
let folder: string

beforeAll(() => {
  host = testHost()
  folder = mkdtempSync(join(tmpdir(), 'saliscope-trust-'))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const small = (change?: (experiment: Experiment) => void): string => cutSample(folder, change)

async function assess(path: string): Promise<Report> {
  return assessExperiment(readExperiment(path), { host, threads: 2, version: 'test', opened: undefined }, quietJob())
}

describe('a localisation model as reference', () => {
  /** A localiser that sees brightness: sigmoid of five times the model input. */
  function withLocaliser(kind: string): string {
    const card = JSON.parse(readFileSync(join(sample, 'models', 'honest-1.card.json'), 'utf8')) as ModelCard
    const dims = ['N', 1, ...card.input.size]
    const onnx = join(folder, `bright-${kind}.onnx`)
    const graph = {
      nodes: [{ opType: 'Conv', inputs: [card.input.name, 'kernel'], outputs: ['seen'] }],
      constants: [floats('kernel', [1, 1, 1, 1], [5])],
      inputs: [floatPort(card.input.name, dims)],
      outputs: [floatPort('seen', dims)]
    }
    writeFileSync(onnx, onnxFile(graph))
    const outputs = [{ name: 'seen', kind, activation: 'sigmoid', labels: ['lesion'] }]
    writeFileSync(
      onnx.replace('.onnx', '.card.json'),
      JSON.stringify({ ...card, outputs, cascade: [], targetLayers: [] })
    )
    return small((experiment) => {
      experiment.models = experiment.models.filter(({ id }) => id === 'honest-1')
      experiment.models.push({ ...experiment.models[0], id: 'bright', onnx, card: null, role: 'localiser' })
    })
  }

  it('is run on the grid of the classifier and stands in every row', async () => {
    const path = withLocaliser('segmentation')
    const parts = await openExperiment(readExperiment(path), { host, threads: 2, job: quietJob() })
    const run = new FileExperimentRun(parts, runSpec(parts))
    const [first] = run.spec.cases
    const map = await run.localiserMap('honest-1', first.id)
    const input = await run.input('honest-1', first.id)
    if ('unavailable' in map) throw new Error(map.unavailable)
    expect(map.shape).toEqual(input.shape.slice(2))
    input.data.forEach((x, index) => expect(map.values[index]).toBeCloseTo(1 / (1 + Math.exp(-5 * x)), 4))

    const report = await assess(path)
    const reference = report.results
      .find((row) => row.headline && row.method === 'gradient')!
      .references.find(({ id }) => id === 'localiser')!
    expect(reference.value).toBeGreaterThan(0)
    expect(reference.decides).toBe(false)
    expect(report.models.find(({ id }) => id === 'bright')).toMatchObject({ role: 'localiser', performance: [] })
    expect(report.matrix.some((row) => row.model === 'bright')).toBe(false)
  })

  it('of the sample outlines the lesions better than the average mask', async () => {
    const path = small((experiment) => {
      const read = JSON.parse(readFileSync(join(sample, 'demo-experiment.json'), 'utf8')) as Experiment
      const localiser = read.models.find(({ role }) => role === 'localiser')!
      const beside = (file: string): string => join(sample, file)
      experiment.models = experiment.models.filter(({ id }) => id === 'honest-1')
      experiment.models.push({ ...localiser, onnx: beside(localiser.onnx), card: beside(localiser.card!) })
    })
    const parts = await openExperiment(readExperiment(path), { host, threads: 2, job: quietJob() })
    const run = new FileExperimentRun(parts, runSpec(parts))
    const precision: number[] = []
    for (const { id } of run.spec.cases.slice(0, 6)) {
      const [map, reference] = [await run.localiserMap('honest-1', id), await run.mask('honest-1', id)]
      if ('unavailable' in map || 'unavailable' in reference) throw new Error('there is no map or no outline')
      precision.push(value('average-precision', { map: map.values, mask: reference.mask, shape: map.shape })!)
    }
    // The average of all outlines scores about 0.15 here.
    expect(precision.reduce((sum, one) => sum + one, 0) / precision.length).toBeGreaterThan(0.7)
  })

  it('must say that it answers with a map', async () => {
    await expect(assess(withLocaliser('logit'))).rejects.toMatchObject({ code: 'bad-card' })
  })
})

describe('what asks the real model again', () => {
  it('finds the honest gradient complete, faithful and steady, and one of no model not', async () => {
    const path = small((experiment) => {
      experiment.models = experiment.models.filter(({ id }) => id === 'honest-1')
      experiment.cases = experiment.cases.slice(0, 11)
      experiment.methods = ['integrated-gradients', 'edge']
      experiment.criteria = [
        { id: 'completeness', params: { images: 11, steps: 4, infidelitySamples: 8 } },
        { id: 'fidelity', params: { images: 11, percents: '5,20', others: 'blur' } },
        { id: 'robustness', params: { images: 11, samples: 2 } }
      ]
    })
    const { results, curves } = await assess(path)
    const rowOf = (metric: string, method = 'integrated-gradients'): ResultRow =>
      results.find((row) => row.metric === metric && row.method === method)!
    for (const metric of ['road-combined', 'fidelity-area', 'max-sensitivity']) {
      expect(rowOf(metric).n, metric).toBe(11)
      expect(rowOf(metric).verdict.state, metric).toBe('pass')
    }
    // Integrated gradients forecast what changes do better than chance, and their sum is the change of the logit but for the steps.
    expect(rowOf('infidelity').value!).toBeLessThan(rowOf('infidelity').references[0].value!)
    expect(rowOf('convergence-delta').value!).toBeLessThan(0.5)
    expect(results.some((row) => row.metric === 'convergence-delta' && row.method === 'edge')).toBe(false)
    expect(rowOf('max-sensitivity', 'edge').value!).toBeGreaterThan(0)
    expect(curves.some((curve) => curve.method === 'random-map' && curve.metric === 'fidelity-area-blur')).toBe(true)
    expect(results.flatMap((row) => row.notes).join(' ')).not.toMatch(/NaN|undefined/u)
    // Some twenty seconds of one core; the limit is for a busy machine.
  }, 600_000)
})
