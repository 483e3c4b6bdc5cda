import { describe, expect, test } from 'vitest'
import { assess, headlineRow } from '../../support/assess'
import { classifier, honestLogit, painters, syntheticRun, type SyntheticCase } from '../../support/synthetic-run'
import type { RunModel } from '@engine/criteria/experiment-run'

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
