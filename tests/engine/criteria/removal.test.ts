import { describe, expect, test } from 'vitest'
import { completeness } from '@engine/criteria/completeness'
import { fidelity } from '@engine/criteria/fidelity'
import { parseCriterionParams } from '@engine/criteria/parameters'
import type { Criterion, CriterionResult } from '@engine/criteria/criterion'
import type { ExperimentRun, ReducedMap, ScoringMask } from '@engine/criteria/experiment-run'
import { quietJob } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'
import { painters, syntheticRun, type SyntheticOptions } from '../../support/synthetic-run'

/** A model whose logit is the brightness of the lesion: what lies elsewhere changes nothing. */
function brightnessRun(options: SyntheticOptions): ExperimentRun {
  const run = syntheticRun(options)
  const logitOf = async (caseId: string, input: Tensor): Promise<number> => {
    const { mask } = (await run.mask('a1', caseId)) as ScoringMask
    let sum = 0
    mask.forEach((inside, index) => (sum += inside === 0 ? 0 : input.data[index]))
    return (
      (8 * sum) /
        Math.max(
          1,
          mask.reduce((count, inside) => count + inside, 0)
        ) -
      4
    )
  }
  const answer = (logit: number) => ({ logits: [logit], probabilities: [1 / (1 + Math.exp(-logit))] })
  return {
    ...run,
    prediction: async (modelId, caseId) => ({
      ...answer(await logitOf(caseId, await run.input(modelId, caseId))),
      target: 0
    }),
    perturbed: (_modelId, caseId, inputs) =>
      Promise.all(inputs.map(async (input) => answer(await logitOf(caseId, input))))
  }
}

const methods = { lesion: painters.lesion, token: painters.token, flat: painters.flat }
const assess = <P>(criterion: Criterion<P>, run: ExperimentRun, params: object = {}): Promise<CriterionResult> =>
  criterion.assess(
    run,
    parseCriterionParams(criterion as never, { draws: 200, images: 16, ...params }) as never,
    quietJob()
  )

describe('completeness', () => {
  test('a map on what the model uses passes, one elsewhere does not, a flat one is said', async () => {
    const { rows } = await assess(completeness, brightnessRun({ methods, negatives: 0 }))
    const state = (method: string): string => rows.find((row) => row.method === method && row.headline)!.verdict.state
    expect(state('lesion')).toBe('pass')
    expect(['fail', 'inconclusive']).toContain(state('token'))
    expect(state('flat')).toBe('not-assessable')
    const flat = rows.find((row) => row.method === 'flat' && row.headline)!
    expect(flat.excluded).toEqual([{ reason: 'the map is the same everywhere', n: 16 }])
  })

  test('the curves hold what the figures average: ROAD at every share removed, deletion and insertion at every step', async () => {
    const params = { noise: 0, percentiles: '30,60,90', steps: 4 }
    const { rows, curves } = await assess(completeness, brightnessRun({ methods, negatives: 0 }), params)
    const curve = (metric: string, method = 'lesion') =>
      curves.find((one) => one.method === method && one.metric === metric)!
    const value = (metric: string): number =>
      rows.find((one) => one.method === 'lesion' && one.metric === metric)!.value!
    const means = (metric: string): number[] => curve(metric).points.map((point) => point.value!)
    for (const metric of ['road-morf', 'road-lerf']) {
      expect(curve(metric).points.map(({ x, n }) => [x, n])).toEqual(['10 %', '40 %', '70 %'].map((x) => [x, 16]))
      expect(means(metric).reduce((sum, one) => sum + one, 0) / 3).toBeCloseTo(value(metric), 10)
    }
    for (const metric of ['deletion-area', 'insertion-area']) {
      const [first, ...others] = means(metric)
      const last = others.at(-1)!
      expect(curve(metric).points[4].x).toBe('100 %')
      expect((others.reduce((sum, one) => sum + one, 0) + (first - last) / 2) / 4).toBeCloseTo(value(metric), 10)
    }
    expect(curve('road-morf', 'random-map').points).toHaveLength(3)
    expect(curve('road-morf', 'flat').points.map((point) => point.value)).toEqual([null, null, null])
  })

  test('MoRF falls, LeRF stays, combined is half their difference, case by case', async () => {
    const { rows } = await assess(completeness, brightnessRun({ methods, negatives: 0 }), { noise: 0 })
    const row = (metric: string) => rows.find((one) => one.method === 'lesion' && one.metric === metric)!
    expect(row('road-morf').value!).toBeLessThan(row('road-lerf').value!)
    row('road-combined').perCase.forEach(({ value }, index) => {
      const [lerf, morf] = [row('road-lerf').perCase[index].value!, row('road-morf').perCase[index].value!]
      expect(value).toBeCloseTo((lerf - morf) / 2, 12)
    })
    expect(row('deletion-area').value!).toBeLessThan(row('deletion-area').references[0].value!)
    expect(row('insertion-area').value!).toBeGreaterThan(row('insertion-area').references[0].value!)
  })

  test('the same run twice gives the same numbers; the published removal gives others', async () => {
    const [first, second, published] = await Promise.all([
      assess(completeness, brightnessRun({ negatives: 0 })),
      assess(completeness, brightnessRun({ negatives: 0 })),
      assess(completeness, brightnessRun({ negatives: 0 }), {
        removal: 'percentile',
        noiseOf: 'unit',
        score: 'sigmoid'
      })
    ])
    expect(first.rows).toEqual(second.rows)
    expect(published.rows[0].verdict.rule).toMatch(/percentile removal, sigmoid/)
  })

  test('AOPC, what a kept map leaves, and infidelity: better on what the model uses', async () => {
    const { rows } = await assess(completeness, brightnessRun({ methods, negatives: 0 }))
    const row = (metric: string, method = 'lesion') =>
      rows.find((one) => one.method === method && one.metric === metric)!
    expect(row('aopc').verdict.state).toBe('pass')
    expect(row('aopc').value!).toBeGreaterThan(row('aopc', 'token').value!)
    expect(row('infidelity').value!).toBeLessThan(row('infidelity', 'token').value!)
    expect(row('infidelity').verdict.state).toBe('pass')
    expect(row('infidelity').reduction).toBe('sum of signed values over the channels, unscaled')
    expect(row('aopc').reduction).toBeUndefined()
    for (const { value } of row('average-drop').perCase) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(100)
    }
    expect(row('average-drop').better).toBe('lower')
    expect(row('average-increase').perCase.every(({ value }) => value === 0 || value === 1)).toBe(true)
  })

  test('a map that is the model itself has no infidelity', async () => {
    const base = brightnessRun({ methods, negatives: 0 })
    // The logit is 8 × the mean over the lesion: its gradient is 8 / area inside and 0 elsewhere.
    const run: ExperimentRun = {
      ...base,
      map: async (request, job) => {
        const map = (await base.map(request, job)) as ReducedMap
        const { mask } = (await base.mask('a1', request.caseId)) as ScoringMask
        return { ...map, signed: Float32Array.from(mask) }
      }
    }
    const { rows } = await assess(completeness, run)
    for (const { value } of rows.find((row) => row.metric === 'infidelity')!.perCase) expect(value).toBeLessThan(1e-8)
  })

  test('what a map’s sum misses is printed where the method promises a sum', async () => {
    const base = brightnessRun({ negatives: 0 })
    const run: ExperimentRun = {
      ...base,
      map: async (request, job) => ({ ...((await base.map(request, job)) as ReducedMap), missedChange: 0.25 })
    }
    const row = (await assess(completeness, run)).rows.find((one) => one.metric === 'convergence-delta')!
    expect(row.reduction).toContain('over channels and pixels')
    expect(row).toMatchObject({ value: 0.25, criterion: 'completeness.sum', verdict: { state: 'not-assessable' } })
    expect((await assess(completeness, base)).rows.some((one) => one.metric === 'convergence-delta')).toBe(false)
  })

  test('mednet’s settings stand above the parameters and in the rule', async () => {
    const [mednet, spelled] = await Promise.all([
      assess(completeness, brightnessRun({ negatives: 0 }), { settings: 'mednet' }),
      assess(completeness, brightnessRun({ negatives: 0 }), {
        removal: 'percentile',
        noiseOf: 'unit',
        score: 'sigmoid'
      })
    ])
    expect(mednet.rows.map(({ perCase }) => perCase)).toEqual(spelled.rows.map(({ perCase }) => perCase))
    expect(mednet.rows[0].verdict.rule).toContain('percentile removal, sigmoid, mednet’s settings')
  })

  test('a model that cannot be asked again says why', async () => {
    const { rows } = await assess(completeness, syntheticRun({}))
    expect(rows[0].verdict.state).toBe('not-assessable')
    expect(rows[0].excluded[0].reason).toMatch(/answers no changed images/)
  })

  test('percentages are checked', () => {
    expect(() => parseCriterionParams(completeness as never, { percentiles: '20;40' })).toThrow(/percentiles/)
  })
})

describe('fidelity', () => {
  test('the answer falls faster along the map on the lesion, and the curve rises', async () => {
    const { rows, curves } = await assess(fidelity, brightnessRun({ methods, negatives: 0 }))
    const state = (method: string): string => rows.find((row) => row.method === method)!.verdict.state
    expect(state('lesion')).toBe('pass')
    expect(['fail', 'inconclusive']).toContain(state('token'))
    const curve = curves.find(({ method }) => method === 'lesion')!
    expect(curve.points.map(({ x }) => x)).toEqual(['2 %', '5 %', '10 %', '20 %', '30 %', '50 %'])
    expect(curve.points[0].value!).toBeLessThan(curve.points[3].value!)
    expect(rows[0].notes).toEqual(['Removed pixels were replaced by: mean.'])
  })

  test('every replacement has a row and a curve, and the random map a curve beside it', async () => {
    const { rows, curves } = await assess(fidelity, brightnessRun({ negatives: 0 }))
    expect(rows.map(({ metric, headline }) => [metric, headline])).toEqual([
      ['fidelity-area', true],
      ['fidelity-area-zero', false],
      ['fidelity-area-blur', false],
      ['fidelity-area-road', false]
    ])
    for (const { metric } of rows) {
      const own = curves.filter((curve) => curve.metric === metric)
      expect(own.map(({ method }) => method).sort()).toEqual(['lesion', 'random-map'])
    }
    const alone = await assess(fidelity, brightnessRun({ negatives: 0 }), { others: '' })
    expect(alone.rows).toEqual([rows[0]])
    expect(() => parseCriterionParams(fidelity as never, { others: 'black' })).toThrow(/others/)
  })

  test.each(['road', 'mean', 'zero', 'blur'])('replacement by %s', async (replacement) => {
    const { rows } = await assess(fidelity, brightnessRun({ negatives: 0 }), { replacement })
    expect(rows[0].value!).toBeGreaterThan(0)
    expect(rows[0].verdict.rule).toContain(`replaced by ${replacement}`)
  })
})
