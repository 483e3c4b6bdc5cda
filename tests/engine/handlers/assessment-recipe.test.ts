import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '@engine/formats/raster/npy'
import { assessExperiment } from '@engine/handlers/assess'
import { AssessmentMemory } from '@engine/handlers/assessment-memory'
import { readExperiment } from '@engine/handlers/experiment-file'
import { quietJob } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Experiment } from '@shared/experiment'
import type { Report } from '@shared/report'
import { assess, headlineRow } from '../../support/assess'
import { cutSample } from '../../support/cut-sample'
import { testHost } from '../../support/inference'
import { classifier, painters, syntheticRun } from '../../support/synthetic-run'

const sample = resolve('resources/sample')
let host: InferenceHost
let folder: string

beforeAll(() => {
  host = testHost()
  folder = mkdtempSync(join(tmpdir(), 'saliscope-recipe-'))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const oneModel = (experiment: Experiment): void => {
  experiment.models = experiment.models.slice(0, 1)
  experiment.cases = experiment.cases.slice(0, 2).map((item) => ({ ...item, variants: [] }))
  experiment.methods = [{ id: 'map', expr: 'gradient', params: {} }]
  experiment.criteria = [{ id: 'performance', params: {} }]
}

async function reportOf(change: (experiment: Experiment) => void, memory?: AssessmentMemory): Promise<Report> {
  const path = cutSample(folder, (experiment) => {
    oneModel(experiment)
    change(experiment)
  })
  const tools = { host, threads: 2, version: 'test', opened: undefined, ...(memory === undefined ? {} : { memory }) }
  return assessExperiment(readExperiment(path), tools, quietJob())
}

const recipeOf = async (change: (experiment: Experiment) => void): Promise<string> => (await reportOf(change)).recipe.id

/** Maps of the sample's size that say nothing, in a folder of their own. */
function writeMaps(name: string, value: number): string {
  const at = join(folder, name)
  mkdirSync(at, { recursive: true })
  const values = Float32Array.from({ length: 128 * 128 }, (_, index) => (index * value) % 97)
  for (const id of ['p0001', 'p0003']) writeFileSync(join(at, `${id}.npy`), encodeNpy(values, [128, 128]))
  return at
}

const mask = (experiment: Experiment): string => experiment.cases[0].masks[0].path

/** Whatever changes a number of the report, one at a time. */
const changes: Readonly<Record<string, (experiment: Experiment) => void>> = {
  expression: ({ methods }) => (methods[0] = { id: 'map', expr: 'input-x-gradient', params: {} }),
  reduction: ({ methods }) =>
    (methods[0] = {
      id: 'map',
      expr: 'gradient',
      params: {},
      reduction: { reduce: 'max-abs', clip: 99, normalise: 'min-max' }
    }),
  'models of a method': ({ methods }) =>
    (methods[0] = { id: 'map', expr: 'gradient', params: {}, models: ['honest-1'] }),
  label: ({ cases }) => (cases[0].label = null),
  patient: ({ cases }) => (cases[1].patient = cases[0].patient),
  box: ({ cases }) => (cases[0].boxes = [[1, 2, 3, 4]]),
  cue: ({ cases }) => (cases[0].cues = []),
  group: ({ cases }) => (cases[0].group = 'A'),
  grid: (experiment) => (experiment.grid = 'image'),
  target: (experiment) => (experiment.target = 0),
  sample: (experiment) => (experiment.sample = { n: 1, seed: 1, positivesOnly: false }),
  regions: (experiment) =>
    (experiment.regions = { source: { grid: { rows: 2, columns: 2 } }, names: {}, fit: null, expected: [] }),
  'second reading': (experiment) => (experiment.cases[0].masks[0].afterReveal = mask(experiment)),
  role: ({ cases }) => (cases[0].masks[0].role = 'reference')
}

describe('the recipe of a report', () => {
  it('names another id for everything that changes a number, and the same one for another title', async () => {
    const base = await recipeOf(() => undefined)
    expect(await recipeOf((experiment) => (experiment.title = 'Another title'))).toBe(base)
    const ids = new Map([['', base]])
    for (const [name, change] of Object.entries(changes)) ids.set(name, await recipeOf(change))
    const twice = [...ids].filter(([, id], index, all) => all.findIndex(([, other]) => other === id) !== index)
    expect(twice).toEqual([])
  }, 60_000)

  it('draws a sample with its seed, keeps it in order, and says so', async () => {
    const drawn = async (seed: number): Promise<string[]> => {
      const report = await reportOf((experiment) => {
        const [first] = experiment.cases
        experiment.cases = Array.from({ length: 20 }, (_, index) => ({ ...first, id: `c${index + 10}`, patient: null }))
        experiment.sample = { n: 8, seed, positivesOnly: false }
      })
      expect(report.limits).toContain(`8 of 20 images were drawn at random, seed ${seed}.`)
      return report.cases.map(({ id }) => id)
    }
    const one = await drawn(1)
    expect(one).toHaveLength(8)
    expect(one).toEqual(one.toSorted())
    expect(await drawn(1)).toEqual(one)
    expect(await drawn(2)).not.toEqual(one)
  }, 60_000)

  it('says which label no output of a model stands for', async () => {
    const report = await reportOf((experiment) => (experiment.cases[0].label = 'effusion'))
    expect(report.limits.filter((sentence) => sentence.includes('no output'))).toEqual([
      expect.stringMatching(/ has no output for “effusion” \(outputs: lesion\): not scored for it\.$/)
    ])
    const known = await reportOf(() => undefined)
    expect(known.limits.join(' ')).not.toContain('no output')
  }, 60_000)

  it('knows the contents of every file read, and no answer is remembered over a changed one', async () => {
    const [first, second] = ['p0001', 'p0003'].map((id) => join(sample, 'masks', `${id}.png`))
    writeMaps('maps', 3)
    for (const name of ['body', 'set', 'fit', 'moved']) mkdirSync(join(folder, name))
    for (const name of outlines) copyFileSync(first, join(folder, name))
    const set = { version: 1, title: 'set', source: { atlas: 'atlas.png' } }
    writeFileSync(join(folder, 'set', 'set.json'), JSON.stringify(set))
    for (const id of ['p0001', 'p0003']) writeFileSync(join(folder, 'moved', `${id}.txt`), '1 0 0 0')
    const memory = new AssessmentMemory()
    let source: 'atlas' | 'set' = 'set'
    const run = async (): Promise<string> => {
      const report = await reportOf((experiment) => readsFiles(experiment, source), memory)
      return report.recipe.id
    }
    const writes: (() => void)[] = [
      () => writeMaps('maps', 5),
      ...outlines.map((name) => () => {
        source = name === 'atlas.png' ? 'atlas' : source
        copyFileSync(second, join(folder, name))
      }),
      () => writeFileSync(join(folder, 'moved', 'p0003.txt'), '1 0 0 2')
    ]
    const ids = [await run()]
    for (const write of writes) {
      write()
      const before = memory.computed.length
      ids.push(await run())
      expect(memory.computed.slice(before)).toContain('localisation')
    }
    const before = memory.computed.length
    expect(await run()).toBe(ids.at(-1))
    expect(memory.computed.slice(before)).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  }, 60_000)
})

const outlines = ['body/p0001.png', 'set/atlas.png', 'again.png', 'fit/p0001.png', 'own.png', 'atlas.png']

/** An experiment that reads a file of every kind beside images, models and outlines. */
function readsFiles(experiment: Experiment, source: 'atlas' | 'set'): void {
  const at = (...names: string[]): string => join(folder, ...names)
  experiment.methods = [{ id: 'map', maps: at('maps', '{case}.npy') }]
  const [reference] = experiment.cases[0].masks
  experiment.cases[0].masks = [
    { ...reference, role: 'reference' },
    { reader: 'B', path: at('own.png'), afterReveal: at('again.png') }
  ]
  experiment.criteria = [{ id: 'localisation', params: { minimumPatients: 2, draws: 100, randomDraws: 1 } }]
  experiment.body = { mask: at('body', '{case}.png'), title: 'the body' }
  experiment.space = { template: experiment.cases[0].image, transforms: at('moved', '{case}.txt'), convention: 'fsl' }
  experiment.regions = {
    source: source === 'atlas' ? { atlas: at('atlas.png') } : { set: at('set', 'set.json') },
    names: {},
    fit: { by: 'mask', mask: at('fit', '{case}.png'), cases: null },
    expected: []
  }
}

describe('maps made elsewhere', () => {
  const replicates = [classifier('a1', 'a', 1), classifier('a2', 'a', 2), classifier('b1', 'b', 1)]
  const imported = (byModel: boolean) => {
    const run = syntheticRun({ models: replicates, methods: { map: painters.lesion } })
    return {
      ...run,
      spec: { ...run.spec, methods: run.spec.methods.map((one) => ({ ...one, imported: true, byModel })) }
    }
  }

  it('are not compared between models of which all share one file', async () => {
    for (const id of ['repeatability', 'reproducibility']) {
      const { verdict } = headlineRow(await assess(id, imported(false)), 'map')
      expect(verdict).toMatchObject({ state: 'not-assessable' })
      expect(verdict.reason).toMatch(/One file of a map stands for all models.*\{model\}/)
      expect(headlineRow(await assess(id, imported(true)), 'map').verdict.state).toBe('pass')
    }
  })

  it('are taken from the place of each model where the path names it', async () => {
    const [one, two] = [writeMaps('honest-1', 3), writeMaps('token', 7)]
    const place = join(one, '..', '{model}')
    expect(two).toBe(place.replace('{model}', 'token'))
    const change = (maps: string) => (experiment: Experiment) => {
      experiment.methods = [{ id: 'map', maps }]
      experiment.criteria = [{ id: 'localisation', params: { minimumPatients: 2, draws: 100, randomDraws: 1 } }]
    }
    const energy = async (maps: string): Promise<(number | null)[]> => {
      const path = cutSample(folder, (experiment) => {
        experiment.cases = experiment.cases.slice(0, 2).map((item) => ({ ...item, variants: [] }))
        change(maps)(experiment)
      })
      const tools = { host, threads: 2, version: 'test', opened: undefined }
      const { results } = await assessExperiment(readExperiment(path), tools, quietJob())
      return results.filter(({ headline }) => headline).map(({ value }) => value)
    }
    const [honest, token] = await energy(join(place, '{case}.npy'))
    expect(honest).not.toBe(token)
    expect(await energy(place)).toEqual([honest, token])
    expect(await energy(two)).toEqual([token, token])
  }, 60_000)
})
