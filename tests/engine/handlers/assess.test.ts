import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { quietJob } from '@engine/job'
import { openModel } from '@engine/graph/open'
import { replaceInitializers } from '@engine/graph/replace'
import { randomisedWeights } from '@engine/handlers/randomised-weights'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Experiment } from '@shared/experiment'
import type { ModelCard } from '@shared/model-card'
import type { Report, ResultRow } from '@shared/report'
import { openExperiment } from '@engine/handlers/experiment-parts'
import { FileExperimentRun } from '@engine/handlers/experiment-run'
import { runSpec } from '@engine/handlers/experiment-spec'
import { floatPort, floats, onnxFile } from '../../support/onnx-file'
import { value } from '../../support/golden-metric'
import { testHost } from '../../support/inference'

const sample = resolve('resources/sample')
const positives = 14

let host: InferenceHost
let folder: string

beforeAll(() => {
  host = testHost()
  folder = mkdtempSync(join(tmpdir(), 'saliscope-assess-'))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** The demo experiment cut down: 14 lesions, honest-1 and token, two methods; paths made absolute. */
function small(change: (experiment: Experiment) => void = () => undefined): string {
  const text = readFileSync(join(sample, 'demo-experiment.json'), 'utf8')
  const experiment = JSON.parse(text) as Experiment
  const absolute = (path: string): string => join(sample, path)
  experiment.models = experiment.models.filter(({ id }) => id === 'honest-1' || id === 'token')
  for (const model of experiment.models) {
    model.onnx = absolute(model.onnx)
    model.card = absolute(model.card ?? '')
  }
  experiment.cases = experiment.cases.filter(({ label }) => label === 'lesion').slice(0, positives)
  for (const item of experiment.cases) {
    item.image = absolute(item.image)
    for (const mask of item.masks) mask.path = absolute(mask.path)
    for (const variant of item.variants) variant.image = absolute(variant.image)
  }
  experiment.methods = ['gradient', 'edge']
  experiment.criteria = [{ id: 'localisation', params: {} }]
  experiment.references.averageMask = { path: absolute('average-mask.npy') }
  change(experiment)
  const path = join(folder, `experiment-${Math.floor(performance.now() * 1000)}.json`)
  writeFileSync(path, JSON.stringify(experiment))
  return path
}

async function assess(path: string): Promise<Report> {
  return assessExperiment(readExperiment(path), { host, threads: 2, version: 'test', opened: undefined }, quietJob())
}

/** Writes a model of the sample with every stage re-initialised: the same graph, knowing nothing. */
function writeUntrained(id: string, seed: number): string {
  const source = join(sample, 'models', `${id}.onnx`)
  const { cascade } = JSON.parse(readFileSync(join(sample, 'models', `${id}.card.json`), 'utf8')) as ModelCard
  const model = openModel(source)
  const fresh = replaceInitializers(model, randomisedWeights(model, cascade, { seed }))
  const path = join(folder, `${id}-untrained-${seed}.onnx`)
  writeFileSync(path, fresh.bytes)
  return path
}

/** The deciding localisation row of a model and method. */
function pointing(report: Report, model: string, method = 'gradient'): ResultRow {
  const row = report.results.find(
    (candidate) =>
      candidate.criterion.startsWith('localisation') &&
      candidate.headline &&
      candidate.model === model &&
      candidate.method === method
  )
  if (row === undefined) throw new Error(`no localisation row for ${model}`)
  return row
}

describe('assessing the embedded sample', () => {
  it('passes the honest model and fails the token model, and swapping the files swaps the verdicts', async () => {
    const straight = await assess(small())
    expect(pointing(straight, 'honest-1').verdict.state).toBe('pass')
    expect(pointing(straight, 'token').verdict.state).toBe('fail')
    expect(pointing(straight, 'honest-1', 'edge').verdict.state).not.toBe('pass')

    const swapped = await assess(
      small(({ models }) => {
        const [honest, token] = models
        ;[honest.onnx, token.onnx] = [token.onnx, honest.onnx]
      })
    )
    expect(pointing(swapped, 'honest-1').verdict.state).toBe('fail')
    expect(pointing(swapped, 'token').verdict.state).toBe('pass')
    expect(pointing(swapped, 'token').value).toBe(pointing(straight, 'honest-1').value)
  })

  it('fails localisation when the masks belong to other patients', async () => {
    const shuffled = await assess(
      small(({ cases }) => {
        const masks = cases.map((item) => item.masks)
        cases.forEach((item, index) => {
          item.masks = masks[(index + 5) % masks.length]
        })
      })
    )
    expect(pointing(shuffled, 'honest-1').verdict.state).not.toBe('pass')
  })

  it('lets no map of an untrained model pass: not by place, not beside a trained run', async () => {
    const report = await assess(
      small((experiment) => {
        const [honest] = experiment.models
        experiment.models = [
          { ...honest, id: 'untrained', onnx: writeUntrained('honest-1', 901) },
          {
            ...honest,
            id: 'honest-2',
            replicate: 2,
            onnx: join(sample, 'models', 'honest-2.onnx'),
            card: join(sample, 'models', 'honest-2.card.json')
          }
        ]
        experiment.criteria = [
          { id: 'localisation', params: {} },
          { id: 'repeatability', params: { onlyCorrect: false } }
        ]
        experiment.methods = ['gradient', 'gradcam']
      })
    )
    const states = report.results
      .filter((row) => row.headline && row.models.includes('untrained'))
      .map((row) => [row.criterion, row.method, row.verdict.state])
    expect(states.map(([criterion, method]) => `${criterion} ${method}`).sort()).toEqual([
      'localisation.utility gradcam',
      'localisation.utility gradient',
      'repeatability.replicates gradcam',
      'repeatability.replicates gradient'
    ])
    expect(states.filter(([, , state]) => state === 'pass')).toEqual([])
  })

  it('gives the same figures again, byte for byte, from nothing kept', async () => {
    const path = small(({ models }) => void models.splice(1))
    const [first, second] = [JSON.stringify(await assess(path)), JSON.stringify(await assess(path))]
    expect(first === second).toBe(true)
  })

  it('calls the weights what they are: the gradient depends on them, the edge map does not', async () => {
    const report = await assess(
      small((experiment) => {
        experiment.criteria = [{ id: 'randomisation', params: { images: 10 } }]
      })
    )
    const state = (method: string): string | undefined =>
      report.results.find((row) => row.headline && row.model === 'honest-1' && row.method === method)?.verdict.state
    expect(state('gradient')).toBe('pass')
    expect(state('edge')).toBe('fail')
  })

  it('says what is missing instead of a figure when there are too few patients', async () => {
    const report = await assess(
      small((experiment) => {
        experiment.cases = experiment.cases.slice(0, 4)
      })
    )
    const row = pointing(report, 'honest-1')
    expect(row.verdict.state).toBe('not-assessable')
    expect(row.verdict.reason).toMatch(/patients/)
    expect(JSON.stringify({ ...report, illustrations: [] }).includes('NaN')).toBe(false)
  })

  it('refuses an experiment that names what does not exist before computing anything', async () => {
    await expect(assess(small(({ methods }) => void methods.push('grad-cam')))).rejects.toThrow(
      'There is no method "grad-cam".'
    )
    await expect(
      assess(small((experiment) => void experiment.criteria.push({ id: 'magic', params: {} })))
    ).rejects.toThrow('There is no criterion "magic".')
    await expect(assess(small(({ models }) => void (models[0].onnx = '/nowhere/net.onnx')))).rejects.toThrow(
      /net\.onnx/
    )
  })
})

describe('maps made elsewhere', () => {
  it('are scored like ours; one of another size is refused by name', async () => {
    const maps = join(folder, 'maps')
    const { encodeNpy } = await import('@engine/formats/raster/npy')
    const { mkdirSync } = await import('node:fs')
    mkdirSync(maps, { recursive: true })
    const report = await assess(
      small((experiment) => {
        experiment.methods = [
          { id: 'masks-as-maps', maps: join(maps, '{case}.png') },
          { id: 'wrong', maps: join(maps, 'wrong.npy') }
        ]
        writeFileSync(join(maps, 'wrong.npy'), encodeNpy(new Float32Array(9).fill(1), [3, 3]))
        for (const item of experiment.cases) cpSync(item.masks[0].path, join(maps, `${item.id}.png`))
      })
    )
    expect(pointing(report, 'honest-1', 'masks-as-maps').value).toBeCloseTo(1, 6)
    expect(report.failed.some(({ method, reason }) => method === 'wrong' && reason.includes('wrong.npy'))).toBe(true)
  })

  it('lie in a folder, in channels or in archives alike; colours are no map', async () => {
    const maps = join(folder, 'tree')
    const { encodeNpy } = await import('@engine/formats/raster/npy')
    const { zipSync } = await import('fflate')
    const { loadVolume } = await import('@engine/formats/load')
    const { mkdirSync } = await import('node:fs')
    mkdirSync(join(maps, 'flat'), { recursive: true })
    const path = small((experiment) => {
      experiment.methods = [
        { id: 'folder', maps: join(maps, 'flat') },
        { id: 'channels', maps: join(maps, '{case}.channels.npy') },
        { id: 'archive', maps: join(maps, '{case}.npz#map') },
        { id: 'colours', maps: join(maps, '{case}.colours.npy') }
      ]
    })
    for (const item of (JSON.parse(readFileSync(path, 'utf8')) as Experiment).cases) {
      const { volume } = await loadVolume(item.masks[0].path)
      const [columns, rows] = volume.size
      const values = Float32Array.from(volume.voxels)
      const tripled = Float32Array.from({ length: values.length * 3 }, (_, index) => -values[Math.floor(index / 3)])
      const map = encodeNpy(values, [rows, columns])
      writeFileSync(join(maps, 'flat', `${item.id}.npy`), map)
      writeFileSync(join(maps, `${item.id}.channels.npy`), encodeNpy(tripled, [rows, columns, 3]))
      writeFileSync(join(maps, `${item.id}.npz`), zipSync({ 'map.npy': map, 'other.npy': map }))
      writeFileSync(
        join(maps, `${item.id}.colours.npy`),
        encodeNpy(new Uint8Array(tripled.length).fill(7), [rows, columns, 3])
      )
    }
    const report = await assess(path)
    for (const method of ['folder', 'channels', 'archive'])
      expect([method, pointing(report, 'honest-1', method).value]).toEqual([method, 1])
    expect(report.failed.some(({ method, reason }) => method === 'colours' && reason.includes('in colour'))).toBe(true)
    expect(report.failed.filter(({ method }) => method !== 'colours')).toEqual([])
  })
})

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
    const reference = pointing(report, 'honest-1').references.find(({ id }) => id === 'localiser')!
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
  })
})
