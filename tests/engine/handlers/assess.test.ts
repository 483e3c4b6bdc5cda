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
import { cutSample } from '../../support/cut-sample'
import { testHost } from '../../support/inference'

const sample = resolve('resources/sample')

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

/** The demo experiment cut down, see there. */
const small = (change?: (experiment: Experiment) => void): string => cutSample(folder, change)

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
    expect(JSON.stringify({ ...report, illustrations: [], methodGrids: [] }).includes('NaN')).toBe(false)
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
