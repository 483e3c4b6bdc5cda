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
import { floatPort, floats, type GraphPlan, integers, onnxFile } from '../../support/onnx-file'

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

/** An experiment whose localiser is this graph, with this card beside it. */
function besideClassifier(graph: GraphPlan, card: ModelCard): string {
  const onnx = join(folder, 'boxes.onnx')
  writeFileSync(onnx, onnxFile(graph))
  writeFileSync(onnx.replace('.onnx', '.card.json'), JSON.stringify({ ...card, cascade: [], targetLayers: [] }))
  return small((experiment) => {
    experiment.models = experiment.models.filter(({ id }) => id === 'honest-1')
    experiment.models.push({ ...experiment.models[0], id: 'boxes', onnx, card: null, role: 'localiser' })
  })
}

describe('a localisation model that finds boxes', () => {
  /** A detector of three fixed boxes; the score of the second rises with the mean of the image. */
  function withDetector(change: (output: Record<string, unknown>) => void = () => undefined): string {
    const card = JSON.parse(readFileSync(join(sample, 'models', 'honest-1.card.json'), 'utf8')) as ModelCard
    const pixels = 128 * 128
    const added = (name: string, from: string) => ({ opType: 'Add', inputs: [from, name], outputs: [`${name}-out`] })
    const graph: GraphPlan = {
      nodes: [
        { opType: 'Flatten', inputs: [card.input.name], outputs: ['flat'] },
        { opType: 'MatMul', inputs: ['flat', 'nothing'], outputs: ['zero'] },
        { opType: 'MatMul', inputs: ['flat', 'mean'], outputs: ['brightness'] },
        { opType: 'Reshape', inputs: ['zero', 'planes'], outputs: ['zeros'] },
        added('boxes', 'zeros'),
        added('scores', 'brightness'),
        added('classes', 'zero')
      ],
      constants: [
        floats('nothing', [pixels, 1], new Float32Array(pixels)),
        floats(
          'mean',
          [pixels, 3],
          Float32Array.from({ length: 3 * pixels }, (_, i) => (i % 3 === 1 ? 1 / pixels : 0))
        ),
        integers('planes', [3], [-1, 1, 1]),
        floats('boxes', [1, 3, 4], [10, 20, 30, 40, 20.4, 30.6, 60, 50, 0, 0, 128, 128]),
        floats('scores', [1, 3], [0.5, 1, 3]),
        floats('classes', [1, 3], [0, 0, 1])
      ],
      inputs: [floatPort(card.input.name, ['N', 1, 128, 128])],
      outputs: [
        floatPort('boxes-out', ['N', 3, 4]),
        floatPort('scores-out', ['N', 3]),
        floatPort('classes-out', ['N', 3])
      ]
    }
    const names = { name: 'boxes-out', scores: 'scores-out', classes: 'classes-out' }
    const output = { ...names, kind: 'detection', activation: 'sigmoid', labels: ['lesion', 'organ'] }
    change(output)
    return besideClassifier(graph, { ...card, outputs: [output as never] })
  }

  /**
   * Answers as torchvision's detectors do, about one image and with as many boxes as that image has: `boxes [N, 4]`, `labels [N]` (from 1, 0 is the
   * background), `scores [N]`, which are probabilities. The first box is kept only where the image is not black.
   */
  function withTorchvisionLike(unit: 'pixel' | 'fraction'): string {
    const card = JSON.parse(readFileSync(join(sample, 'models', 'honest-1.card.json'), 'utf8')) as ModelCard
    const pixels = 128 * 128
    const corners = [10, 20, 30, 40, 20.4, 30.6, 60, 50, 0, 0, 128, 128]
    const keep = (name: string) => ({
      ...{ opType: 'Compress', inputs: [`all ${name}`, 'kept'], outputs: [name] },
      attributes: { axis: 0 }
    })
    const graph: GraphPlan = {
      nodes: [
        { opType: 'Flatten', inputs: [card.input.name], outputs: ['flat'] },
        { opType: 'Abs', inputs: ['flat'], outputs: ['size'] },
        { opType: 'MatMul', inputs: ['size', 'mean'], outputs: ['brightness'] },
        { opType: 'Add', inputs: ['brightness', 'base'], outputs: ['rows'] },
        { opType: 'Reshape', inputs: ['rows', 'flatly'], outputs: ['all scores'] },
        { opType: 'Greater', inputs: ['all scores', 'least'], outputs: ['kept'] },
        ...['boxes', 'labels', 'scores'].map(keep)
      ],
      constants: [
        floats(
          'mean',
          [pixels, 3],
          Float32Array.from({ length: 3 * pixels }, (_, i) => (i % 3 === 0 ? 0.25 / pixels : 0))
        ),
        floats('base', [1, 3], [0.25, 0.75, 0.9]),
        floats('least', [1], [0.25]),
        integers('flatly', [1], [-1]),
        floats('all boxes', [3, 4], unit === 'pixel' ? corners : corners.map((edge) => edge / 128)),
        integers('all labels', [3], [1, 1, 2])
      ],
      inputs: [floatPort(card.input.name, [1, 1, 128, 128])],
      outputs: [
        floatPort('boxes', ['found', 4]),
        { name: 'labels', elementType: 'int64', dims: ['found'] },
        floatPort('scores', ['found'])
      ]
    }
    const output = { name: 'boxes', scores: 'scores', classes: 'labels', kind: 'detection', activation: 'none' }
    const labels = ['background', 'lesion', 'organ']
    return besideClassifier(graph, {
      ...card,
      outputs: [{ ...output, labels, ...(unit === 'pixel' ? {} : { boxUnit: unit }) } as never]
    })
  }

  it.each(['pixel', 'fraction'] as const)(
    'of boxes [N, 4] about one image, as torchvision answers, in units of a %s',
    async (unit) => {
      const path = withTorchvisionLike(unit)
      const parts = await openExperiment(readExperiment(path), { host, threads: 2, job: quietJob() })
      const run = new FileExperimentRun(parts, runSpec(parts))
      const [{ id }] = run.spec.cases
      const map = await run.localiserMap('honest-1', id)
      if ('unavailable' in map) throw new Error(map.unavailable)
      const { data } = await run.input('honest-1', id)
      const first = 0.25 + (0.25 * data.reduce((sum, one) => sum + Math.abs(one), 0)) / data.length
      map.values.forEach((found, index) => {
        const [x, y] = [(index % 128) + 0.5, Math.floor(index / 128) + 0.5]
        const low = x >= 10 && x < 30 && y >= 20 && y < 40 ? first : 0
        const high = x >= 20.4 && x < 60 && y >= 30.6 && y < 50 ? 0.75 : 0
        if (Math.abs(found - Math.max(low, high)) > 1e-4) throw new Error(`${found} at ${x}, ${y}`)
      })
      expect(first).toBeGreaterThan(0.26)
      expect(new Set(map.values).size).toBe(3)
    }
  )

  it('of boxes gives every pixel the largest score of the boxes of its finding that cover it', async () => {
    const parts = await openExperiment(readExperiment(withDetector()), { host, threads: 2, job: quietJob() })
    const run = new FileExperimentRun(parts, runSpec(parts))
    const [{ id }] = run.spec.cases
    const map = await run.localiserMap('honest-1', id)
    if ('unavailable' in map) throw new Error(map.unavailable)
    const { data } = await run.input('honest-1', id)
    const mean = data.reduce((sum, one) => sum + one, 0) / data.length
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
    map.values.forEach((found, index) => {
      const [x, y] = [(index % 128) + 0.5, Math.floor(index / 128) + 0.5]
      const first = x >= 10 && x < 30 && y >= 20 && y < 40 ? sigmoid(0.5) : 0
      const second = x >= 20.4 && x < 60 && y >= 30.6 && y < 50 ? sigmoid(1 + mean) : 0
      // The box of the organ covers everything and counts for nothing.
      if (Math.abs(found - Math.max(first, second)) > 1e-4) throw new Error(`${found} at ${x}, ${y}`)
    })
    expect(new Set(map.values).size).toBe(3)
  })

  it('of boxes must name their scores, and scores that go with them', async () => {
    const refused = async (change: Parameters<typeof withDetector>[0]): Promise<unknown> =>
      openExperiment(readExperiment(withDetector(change)), { host, threads: 2, job: quietJob() }).catch(
        (thrown: unknown) => thrown
      )
    expect(await refused((output) => delete output['scores'])).toMatchObject({ code: 'bad-card' })
    expect(await refused((output) => (output['scores'] = 'nowhere'))).toMatchObject({ code: 'unsupported-model' })
    expect(await refused((output) => (output['name'] = 'scores-out'))).toMatchObject({
      message: 'boxes.onnx has boxes of 1 × 3.'
    })
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
