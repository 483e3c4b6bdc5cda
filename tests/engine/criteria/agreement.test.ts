import { describe, expect, test } from 'vitest'
import { assess, headlineRow } from '../../support/assess'
import {
  classifier,
  honestLogit,
  noise,
  painters,
  spot,
  sum,
  syntheticRun,
  trained,
  type Scene,
  type SyntheticCase
} from '../../support/synthetic-run'
import type { CriterionResult } from '@engine/criteria/criterion'
import type { ExperimentRun, ReducedMap, RunModel, ScoringMask } from '@engine/criteria/experiment-run'
import { quietJob } from '@engine/job'
import { prepareMap, similarityOf, type PreparedMap } from '@engine/metrics/structural-similarity'
import type { ResultRow } from '@shared/report'

const three = [classifier('a1', 'a', 1), classifier('a2', 'a', 2), classifier('a3', 'a', 3)]
const methods = { lesion: painters.lesion, noise: painters.noise }

describe('repeatability', () => {
  test('all pairs of replicates: a shared map passes, a map of its own for every run does not', async () => {
    const result = await assess('repeatability', syntheticRun({ models: three, methods }))
    const lesion = headlineRow(result, 'lesion')
    expect(lesion.verdict.state).toBe('pass')
    expect(lesion.models).toEqual(['a1', 'a2', 'a3'])
    expect(headlineRow(result, 'noise').verdict.state).not.toBe('pass')
    const pairs = result.rows.filter((row) => row.criterion === 'repeatability.pair' && row.method === 'lesion')
    expect(pairs.map((row) => row.model)).toEqual(['a1 × a2', 'a1 × a3', 'a2 × a3'])
    const pooled = pairs.reduce((total, row) => total + row.value!, 0) / 3
    expect(lesion.value).toBeCloseTo(pooled, 12)
  })

  test('one file under two names is no second training run', async () => {
    const twice = three.slice(0, 2).map((model) => ({ ...model, sha256: 'ab'.repeat(32) }))
    const row = headlineRow(await assess('repeatability', syntheticRun({ models: twice, methods })), 'lesion')
    expect(row).toMatchObject({ value: null, n: 0, verdict: { state: 'not-assessable' } })
    expect(row.verdict.reason).toContain('both models are the same file')
    const apart = twice.map((model, index) => ({ ...model, sha256: String(index).repeat(64) }))
    expect(headlineRow(await assess('repeatability', syntheticRun({ models: apart, methods })), 'lesion').n).toBe(24)
  })

  test('a map of two of three runs is compared on those two', async () => {
    const run = syntheticRun({ models: three, methods })
    const some = run.spec.methods.map((method) =>
      method.id === 'lesion' ? { ...method, models: ['a1', 'a3'] } : method
    )
    const result = await assess('repeatability', { ...run, spec: { ...run.spec, methods: some } })
    const row = headlineRow(result, 'lesion', 'a1')
    expect(row).toMatchObject({ models: ['a1', 'a3'], verdict: { state: 'pass' } })
    const whole = await assess('repeatability', run)
    const pair = whole.rows.find((one) => one.model === 'a1 × a3' && one.method === 'lesion')!
    expect(row.value).toBe(pair.value)
    expect(result.rows.filter((one) => one.method === 'noise' && one.criterion.endsWith('pair'))).toHaveLength(3)
  })

  test('both chances are printed, with their intervals and images; the one across the two models decides', async () => {
    const run = syntheticRun({ models: three.slice(0, 2), methods })
    const { rows } = await assess('repeatability', run, { randomPairs: 0 })
    const row = headlineRow({ rows } as CriterionResult, 'lesion')
    const [across, within] = row.references
    expect(across).toMatchObject({ id: 'random-pairs', decides: true })
    expect(within).toMatchObject({ id: 'own-random-pairs', decides: false })
    for (const { ci95, value, perCase } of [across, within]) {
      expect(ci95![0]).toBeLessThan(value!)
      expect(ci95![1]).toBeGreaterThan(value!)
      expect(perCase).toHaveLength(24)
    }
    expect(row.verdict.rule).toContain('the other run’s map of another patient')
    expect(row.verdict.rule).toContain('Random pairs within one run')
    // By hand, for the first image: both models' own maps of it against their own maps of every other patient.
    const map = async (modelId: string, index: number): Promise<PreparedMap> => {
      const found = await run.map({ modelId, caseId: `c${index}`, methodId: 'lesion', weights: trained }, quietJob())
      return prepareMap((found as ReducedMap).values, [32, 32])!
    }
    const similarities: number[] = []
    for (const modelId of ['a1', 'a2']) {
      for (let index = 1; index < 24; index++) {
        similarities.push(similarityOf(await map(modelId, 0), await map(modelId, index)))
      }
    }
    const own = similarities.reduce((total, one) => total + one, 0) / similarities.length
    expect(within.perCase![0]).toEqual({ case: 'c0', value: expect.closeTo(own, 12) as number })
    expect(across.perCase![0].value).not.toBeCloseTo(own, 6)
  })

  test('prints the 0.5 line, which takes no part', async () => {
    const row = headlineRow(await assess('repeatability', syntheticRun({ models: three, methods })), 'lesion')
    expect(row.references.find((reference) => reference.id === 'half-line')).toMatchObject({
      value: 0.5,
      decides: false,
      difference: null
    })
  })

  test('one replicate is not assessable and says what to open', async () => {
    const row = headlineRow(await assess('repeatability', syntheticRun()), 'lesion')
    expect(row.verdict).toMatchObject({
      state: 'not-assessable',
      reason: expect.stringContaining('open a second run of a')
    })
    expect(row.value).toBeNull()
  })

  test('models of one architecture trained on other data are no replicates', async () => {
    const models = [classifier('a1', 'a', 1), classifier('token', 'a', 1, 'leaky')]
    const { rows } = await assess('repeatability', syntheticRun({ models }))
    expect(rows.map((row) => row.verdict.state)).toEqual(['not-assessable', 'not-assessable'])
  })

  test('images that one model gets wrong are left out and counted', async () => {
    const logit = (model: RunModel, item: SyntheticCase, variant: string | null): number =>
      model.id === 'a2' && Number(item.id.slice(1)) < 6 ? -6 : honestLogit(model, item, variant)
    const run = syntheticRun({ models: three.slice(0, 2), logit })
    const row = headlineRow(await assess('repeatability', run), 'lesion')
    expect(row.n).toBe(18)
    expect(row.excluded).toEqual([{ reason: 'one of the two models gets the image wrong', n: 6 }])
    expect(row.notes).toContain('a1 and a2: compared on 18 of 24 images.')
    expect(row.notes.join(' ')).toContain('not equally good')
    expect(headlineRow(await assess('repeatability', run, { onlyCorrect: false }), 'lesion').n).toBe(24)
  })

  test('too few images that both get right are not assessable, with the reason', async () => {
    const logit = (model: RunModel, item: SyntheticCase): number => (model.id === 'a2' && item.label !== null ? -3 : 5)
    const row = headlineRow(await assess('repeatability', syntheticRun({ models: three.slice(0, 2), logit })), 'lesion')
    expect(row.verdict).toMatchObject({
      state: 'not-assessable',
      reason: expect.stringContaining('gets the image wrong: 24 images')
    })
  })

  test('flat maps are undefined, not NaN', async () => {
    const row = headlineRow(
      await assess('repeatability', syntheticRun({ models: three, methods: { flat: painters.flat } })),
      'flat'
    )
    expect(row).toMatchObject({ value: null, verdict: { state: 'not-assessable' } })
  })
})

describe('reproducibility', () => {
  const models = [...three.slice(0, 2), classifier('b1', 'b', 1), classifier('token', 'a', 1, 'leaky')]

  test('architectures trained on the same set are compared, pair by pair', async () => {
    const result = await assess('reproducibility', syntheticRun({ models, methods }))
    const row = headlineRow(result, 'lesion', 'b1')
    expect(row.models).toEqual(['a1', 'a2', 'b1'])
    expect(row.verdict.state).toBe('pass')
    expect(row.notes.filter((note) => note.includes('compared on'))).toHaveLength(2)
    expect(headlineRow(result, 'noise', 'b1').verdict.state).not.toBe('pass')
  })

  test('a map that one architecture lacks is named, with what would help', async () => {
    const run = syntheticRun({ models, methods })
    const onlyA = run.spec.methods.map((method) =>
      method.id === 'lesion' ? { ...method, models: ['a1', 'a2', 'token'] } : method
    )
    const result = await assess('reproducibility', { ...run, spec: { ...run.spec, methods: onlyA } })
    const row = headlineRow(result, 'lesion', 'a1')
    expect(row.verdict).toMatchObject({
      state: 'not-assessable',
      reason: expect.stringContaining('computed for a only')
    })
  })

  test('a model without a partner is named; a model trained on other data is a foil without a say', async () => {
    const result = await assess('reproducibility', syntheticRun({ models, methods: { lesion: painters.lesion } }))
    expect(headlineRow(result, 'lesion', 'token').verdict).toMatchObject({
      state: 'not-assessable',
      reason: expect.stringContaining('No other architecture')
    })
    const foil = result.rows.find((row) => row.criterion === 'reproducibility.foil')!
    expect(foil).toMatchObject({ headline: false, models: ['a1', 'token'] })
    expect(foil.verdict.reason).toContain('trained on other data')
  })

  test('maps of different size are named', async () => {
    const run = syntheticRun({ models: [three[0], classifier('b1', 'b', 1)] })
    const small = {
      values: new Float32Array(256).map((_, index) => index / 255),
      shape: [16, 16],
      flat: false,
      activations: 'normal' as const
    }
    const mixed = {
      ...run,
      map: (request: never, job: never) =>
        (request as { modelId: string }).modelId === 'b1' ? Promise.resolve(small) : run.map(request, job)
    }
    const row = headlineRow(await assess('reproducibility', mixed), 'lesion')
    expect(row.verdict.reason).toContain('different grids (32 × 32 and 16 × 16)')
  })
})

describe('references beside agreement', () => {
  const reference = (row: ResultRow, id: string) => row.references.find((one) => one.id === id)!
  /** Follows the image, whatever the weights: what an untrained network does. */
  const follower = ({ item, model, weights }: Scene): Float32Array =>
    sum(spot(item.center, 3), noise(0.05, 'follower', item.id, model.id, JSON.stringify(weights)))

  test('two untrained networks that agree as well say that agreement shows the image', async () => {
    const run = syntheticRun({ models: three.slice(0, 2), methods: { lesion: painters.lesion, follower } })
    const { rows } = await assess('repeatability', run)
    const rowOf = (method: string): ResultRow => rows.find((row) => row.headline && row.method === method)!
    // The published rule decides by random pairs alone: both pass, only one of them by what was learned.
    expect(rowOf('lesion').verdict.state).toBe('pass')
    expect(rowOf('follower').verdict.state).toBe('pass')
    expect(reference(rowOf('lesion'), 'untrained')).toMatchObject({ decides: false })
    expect(reference(rowOf('lesion'), 'untrained').difference!.ci95![0]).toBeGreaterThan(0)
    expect(rowOf('lesion').notes.join(' ')).toContain('More alike than the maps of two networks')
    expect(rowOf('follower').notes.join(' ')).toContain('Not clearly more alike')
    const off = await assess('repeatability', run, { untrained: false })
    expect(reference(headlineRow(off, 'lesion'), 'untrained')).toMatchObject({ value: null, reason: 'not asked for' })
  })

  test('both networks are scrambled with seeds of their own', async () => {
    const asked = new Set<string>()
    const base = syntheticRun({ models: three.slice(0, 2) })
    const run: ExperimentRun = {
      ...base,
      map: (request, job) => {
        if (request.weights.kind === 'randomised') asked.add(`${request.modelId} ${request.weights.seed}`)
        return base.map(request, job)
      }
    }
    await assess('repeatability', run)
    expect([...asked].sort()).toEqual(['a1 1', 'a2 2'])
  })

  test('two localisation models are compared on the same images; one alone is said', async () => {
    const base = syntheticRun({ models: three.slice(0, 2) })
    const localiser = (second: boolean): ExperimentRun => ({
      ...base,
      localiserMap: async (modelId, caseId, replicate = 0) => {
        const { mask, shape } = (await base.mask(modelId, caseId)) as ScoringMask
        if (replicate === 1 && !second) return { unavailable: 'no second one' }
        return { values: Float32Array.from(mask), shape, localiser: `net${replicate}` }
      }
    })
    const two = headlineRow(await assess('repeatability', localiser(true)), 'lesion')
    expect(reference(two, 'localisers').value).toBeCloseTo(1, 10)
    const one = headlineRow(await assess('repeatability', localiser(false)), 'lesion')
    expect(reference(one, 'localisers')).toMatchObject({
      value: null,
      reason: expect.stringContaining('two are needed')
    })
  })

  test('pairs of methods are compared in agreement too', async () => {
    const run = syntheticRun({ models: three.slice(0, 2), methods: { lesion: painters.lesion, token: painters.token } })
    const { comparisons } = await assess('repeatability', run)
    expect(comparisons).toMatchObject([{ criterion: 'repeatability.replicates', a: 'lesion', b: 'token' }])
  })
})
