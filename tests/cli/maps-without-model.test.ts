import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { encodeNpy } from '@engine/formats/raster/npy'
import { randomStream } from '@engine/tensor/random'
import type { Experiment } from '@shared/experiment'
import type { Report, ResultRow } from '@shared/report'
import { cutSample } from '../support/cut-sample'
import { commandLine } from '../support/in-process'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-no-model-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Maps that lie on the outline with noise around it, other noise for every run; `on` 0: noise alone. */
async function writeMaps(experiment: Experiment, name: string, on: number): Promise<void> {
  mkdirSync(join(folder, name), { recursive: true })
  for (const { id, masks } of experiment.cases) {
    const { volume } = await loadVolume(masks[0].path)
    const random = randomStream(3, name, id)
    const values = Float32Array.from(volume.voxels, (value) => (value > 0 ? on : 0) + 0.5 * random.uniform())
    writeFileSync(join(folder, name, `${id}.npy`), encodeNpy(values, [volume.size[1], volume.size[0]]))
  }
}

const quick = { draws: 100 }
const criteria = [
  { id: 'performance', params: quick },
  { id: 'localisation', params: { ...quick, randomDraws: 1 } },
  { id: 'randomisation', params: quick },
  { id: 'repeatability', params: { ...quick, randomPairs: 3 } },
  { id: 'reproducibility', params: { ...quick, randomPairs: 3 } },
  { id: 'completeness', params: quick },
  { id: 'fidelity', params: quick },
  { id: 'robustness', params: quick },
  { id: 'answer-key', params: quick },
  { id: 'regions', params: quick }
]

/** The cut sample without any model file; `raw` edits it further. */
async function experimentOf(change: (raw: Experiment) => void): Promise<string> {
  let raw: Experiment | null = null
  const path = cutSample(folder, (experiment) => {
    experiment.models = []
    experiment.criteria = criteria
    experiment.references.averageMask = null
    experiment.cases = experiment.cases.slice(0, 12).map((item) => ({ ...item, variants: [], cues: [] }))
    experiment.regions = { source: { grid: { rows: 2, columns: 2 } }, names: {}, fit: null, expected: [] }
    change(experiment)
    raw = experiment
  })
  for (const name of ['theirs', 'run-1', 'run-2', 'other']) await writeMaps(raw!, name, 1)
  await writeMaps(raw!, 'noise', 0)
  return path
}

async function assessed(change: (raw: Experiment) => void): Promise<{ report: Report; out: string; printed: string }> {
  const out = mkdtempSync(join(folder, 'out-'))
  const { status, stdout, stderr } = await commandLine(['assess', await experimentOf(change), '--out', out])
  expect(status, stderr).toBe(0)
  return { report: JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report, out, printed: stdout }
}

const rowOf = ({ results }: Report, area: string, method: string): ResultRow =>
  results.find((row) => row.criterion.startsWith(`${area}.`) && row.headline && row.method === method)!

describe('an experiment without any model', () => {
  it('scores maps made elsewhere where no model is needed, and names what is missing elsewhere', async () => {
    const { report, out, printed } = await assessed((raw) => {
      raw.methods = [
        { id: 'theirs', maps: join(folder, 'theirs', '{case}.npy') },
        { id: 'noise', maps: join(folder, 'noise', '{case}.npy') }
      ]
    })
    expect(report.models.map(({ id, sha256 }) => [id, sha256])).toEqual([['made elsewhere', '']])
    expect(report.recipe.grid).toBe('image')
    expect(rowOf(report, 'localisation', 'theirs')).toMatchObject({ n: 12, verdict: { state: 'pass' }, grid: 'image' })
    expect(rowOf(report, 'localisation', 'noise').verdict.state).not.toBe('pass')
    expect(rowOf(report, 'localisation', 'theirs').references.find(({ id }) => id === 'edge')?.value).not.toBeNull()
    expect(report.results.some((row) => row.criterion.startsWith('regions.') && row.value !== null)).toBe(true)
    expect(report.results.some((row) => row.metric === 'gini' && row.value !== null)).toBe(true)
    for (const [area, reason] of Object.entries(missing)) {
      expect(rowOf(report, area, 'theirs').verdict, area).toMatchObject({ state: 'not-assessable' })
      expect(rowOf(report, area, 'theirs').verdict.reason, area).toMatch(reason)
    }
    expect(report.failed).toEqual([])
    expect(report.answer.headline).toMatch(
      /^Whether these maps may be relied on cannot be told without the model; one of two points at the lesion/
    )
    expect(report.answer.tested).toMatch(/^Maps made elsewhere were scored on 12 images of 12 patients/)
    expect(report.answer.models[0]).toMatch(/^theirs: Points at the finding.*does not show that the model’s answer/)
    expect(printed).toContain('Written: ')
    expect(report.answer.notAssessed.filter((sentence) => sentence.includes('(all maps): The model was'))).toEqual([
      expect.stringMatching(/^Drives the prediction and Follows the prediction/)
    ])
    const html = readFileSync(join(out, 'report.html'), 'utf8').replace(/data:[a-z/]+;base64,[^"]*/g, '')
    expect(html).toContain('only its maps were given')
    expect(/.{80}(SHA-256 [,)]|undefined|NaN).{40}/.exec(html)?.[0]).toBeUndefined()
  }, 60_000)

  it('compares the maps of runs that are named without a file', async () => {
    const named = ['run-1', 'run-2'].map((id, index) => model(id, 'net', index + 1))
    const { report } = await assessed((raw) => {
      raw.models = [...named, model('other', 'another net', 1)]
      raw.methods = [{ id: 'theirs', maps: join(folder, '{model}', '{case}.npy') }]
      raw.criteria = criteria.filter(({ id }) => id.startsWith('rep'))
    })
    for (const area of ['repeatability', 'reproducibility']) {
      const row = rowOf(report, area, 'theirs')
      expect(row.n, area).toBe(12)
      expect(row.value, area).toBeLessThan(0.999)
      expect(row.verdict.state, area).toBe('pass')
      expect(row.notes.join(' '), area).toContain('Whether the models were right is not known')
    }
  }, 60_000)

  it('refuses what cannot be computed, and a path of models that are not named', async () => {
    const refused = async (change: (raw: Experiment) => void): Promise<string> => {
      const out = mkdtempSync(join(folder, 'out-'))
      const { status, stderr } = await commandLine(['assess', await experimentOf(change), '--out', out])
      expect(status).toBe(3)
      return stderr
    }
    expect(await refused((raw) => (raw.methods = ['gradient']))).toMatch(
      /names no model to assess, so "gradient" cannot be computed/
    )
    const maps = { id: 'theirs', maps: join(folder, '{model}', '{case}.npy') }
    expect(await refused((raw) => (raw.methods = [maps]))).toMatch(/holds \{model\}, and the experiment names no model/)
    expect(
      await refused((raw) => {
        raw.models = [model('run-1', 'net', 1)]
        raw.methods = [maps, 'gradient']
      })
    ).toMatch(/The model "run-1" names no file, so "gradient" cannot be computed/)
  }, 60_000)
})

const model = (id: string, architecture: string, replicate: number): Experiment['models'][number] => ({
  id,
  onnx: '',
  architecture,
  replicate,
  role: 'classifier'
})

/** By area: the sentence that names what is missing. */
const missing = {
  randomisation: /no weights to scramble/,
  repeatability: /one training run only.*\{model\}/,
  reproducibility: /one architecture only.*\{model\}/,
  completeness: /model was not given.*ONNX file/,
  fidelity: /model was not given.*ONNX file/,
  robustness: /none can be made of a changed image/
}
