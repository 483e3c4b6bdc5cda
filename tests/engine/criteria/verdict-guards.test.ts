import { describe, expect, it } from 'vitest'
import { answerFor, isCorrect } from '@engine/criteria/correctness'
import type { ExperimentRun, MapRequest, ReducedMap, RunCase } from '@engine/criteria/experiment-run'
import { meansNoFinding } from '@engine/criteria/no-finding-labels'
import { gridRegions } from '@engine/handlers/region-sets'
import { activationsOf } from '@engine/handlers/activation-probe'
import { cliffDelta, hedgesG } from '@engine/metrics/statistics/effect-size'
import { assess, headlineRow } from '../../support/assess'
import { classifier, syntheticRun } from '../../support/synthetic-run'

const regionsOf = () => Promise.resolve(gridRegions({ rows: 1, columns: 2 }, [32, 32], (_, fallback) => fallback))

/** The world with its maps changed. */
function withMaps(change: (map: ReducedMap, request: MapRequest) => ReducedMap, run = syntheticRun()): ExperimentRun {
  return {
    ...run,
    map: async (request, job) => {
      const map = await run.map(request, job)
      return 'values' in map ? change(map, request) : map
    }
  }
}

const withCases = (run: ExperimentRun, change: (item: RunCase, index: number) => RunCase): ExperimentRun => ({
  ...run,
  spec: { ...run.spec, cases: run.spec.cases.map(change) }
})

describe('a verdict', () => {
  it('rests on as many patients as its smallest deciding difference has', async () => {
    const run = syntheticRun()
    const known = (count: number): ExperimentRun => ({
      ...run,
      averageMask: (model, id) =>
        Number(id.slice(1)) < count ? run.averageMask(model, id) : Promise.resolve({ unavailable: 'no average here' })
    })
    const { verdict } = headlineRow(await assess('localisation', known(3)), 'lesion')
    expect(verdict).toMatchObject({
      state: 'not-assessable',
      reason: 'Only 3 patients to compare with the average of all outlines: at least 10 are needed.'
    })
    expect(headlineRow(await assess('localisation', known(10)), 'lesion').verdict.state).toBe('pass')
  })

  it('is not helped by a scrambled network that says nothing', async () => {
    for (const activations of ['vanished', 'exploded'] as const) {
      const broken = withMaps((map, { weights }) =>
        weights.kind === 'trained' ? map : { ...map, values: map.values.map(() => 0), flat: true, activations }
      )
      const { verdict } = headlineRow(await assess('localisation', broken), 'lesion')
      expect(verdict.state).toBe('not-assessable')
      expect(verdict.reason).toMatch(/Nothing to compare with: .*the activations (vanish|explode)/)
    }
  })

  it('is refused where one of two re-initialisations breaks the network', async () => {
    const once = withMaps((map, { weights }) =>
      weights.kind === 'randomised' && weights.seed === 2 ? { ...map, activations: 'vanished', flat: true } : map
    )
    const { verdict } = headlineRow(await assess('randomisation', once, { repeats: 2 }), 'lesion')
    expect(verdict).toMatchObject({ state: 'not-assessable', reason: expect.stringContaining('vanish') as string })
  })

  it('counts an empty map of a working network as an empty map: one of 24 does not refuse the row', async () => {
    const empty = withMaps((map, { weights, caseId }) =>
      weights.kind === 'randomised' && caseId === 'c0' ? { ...map, values: map.values.map(() => 0), flat: true } : map
    )
    expect(headlineRow(await assess('randomisation', empty), 'lesion').verdict.state).toBe('pass')
  })
})

describe('the probe of re-initialised weights', () => {
  it.each([
    [
      'normal',
      [
        [1, 2],
        [1.1, 2],
        [0, 0]
      ]
    ],
    [
      'vanished',
      [
        [1, 2],
        [1, 2],
        [1, 2]
      ]
    ],
    [
      'vanished',
      [
        [1e3, 0],
        [1e3 + 5e-5, 0]
      ]
    ],
    ['vanished', [[0], [0]]],
    ['exploded', [[NaN], [1]]],
    ['exploded', [[Infinity], [1]]],
    ['exploded', [[2e7], [1]]]
  ] as const)('finds %s for %j', (state, answers) => {
    expect(activationsOf(answers, [[3], [-4]])).toBe(state)
  })
})

describe('labels that mean no finding', () => {
  it('are those in use, capitals or not, or the ones the experiment states and no others', () => {
    for (const label of ['NORMAL', 'CN', 'No finding', 'no_finding', 'Healthy', 'control'])
      expect(meansNoFinding(label)).toBe(true)
    for (const label of ['AD', 'lesion', 'abnormal', 'normal pressure hydrocephalus'])
      expect(meansNoFinding(label)).toBe(false)
    expect(meansNoFinding('sMCI', ['smci'])).toBe(true)
    expect(meansNoFinding('NORMAL', ['smci'])).toBe(false)
  })

  it('are known to a softmax of two named classes, and labels are found whatever their capitals', () => {
    const model = { ...classifier('a', 'a', 1), labels: ['Normal', 'Lesion'], activation: 'softmax' as const }
    const answer = (first: number) => ({ logits: [0, 0], probabilities: [first, 1 - first], target: 0 })
    const item = { ...syntheticRun().spec.cases[0], label: null, statedLabel: 'NORMAL' }
    expect([0.9, 0.1].map((first) => isCorrect(model, item, answer(first)))).toEqual([true, false])
    const lesion = { ...item, label: 'lesion', statedLabel: 'lesion' }
    expect([0.9, 0.1].map((first) => isCorrect(model, lesion, answer(first)))).toEqual([false, true])
    expect(answerFor(model, lesion, 'LESION', answer(0.1))).toMatchObject({ probability: 0.9, present: true })
    expect(isCorrect({ ...model, labels: ['A', 'B'] }, { ...item, statedLabel: null }, answer(0.9))).toBeNull()
  })
})

describe('regions between groups', () => {
  /** Scores by image: the left region, patients `p0`… with the finding, `p24`… without. */
  const rowOf = async (run: ExperimentRun, params = {}) => {
    const { rows } = await assess('regions', { ...run, regions: regionsOf }, params)
    return rows.find(({ criterion }) => criterion === 'regions.group-difference')!
  }

  it('compare one value a patient in estimate, effect sizes and intervals alike', async () => {
    const base = syntheticRun({ patients: 8, negatives: 6 })
    // Sixty images of the first patient, all dark: they weigh as one.
    const many = { ...base.spec.cases[0] }
    const cases = [...base.spec.cases, ...Array.from({ length: 60 }, () => many)].map((item, index) => ({
      ...item,
      id: `${item.id}-${index}`
    }))
    const run = withMaps((map) => map, {
      ...base,
      spec: { ...base.spec, cases },
      map: async (request, job) => {
        const own = { ...request, caseId: request.caseId.split('-')[0] }
        const map = await base.map(own, job)
        if (!('values' in map)) return map
        const patient = Number(own.caseId.slice(1))
        const value = patient === 0 ? 0 : patient < 8 ? 0.5 + patient / 100 : 0.2 + patient / 100
        return { ...map, values: map.values.map((_, index) => (index % 32 < 16 ? value : 1 - value)), flat: false }
      }
    })
    const row = await rowOf(run)
    const there = [0, ...[1, 2, 3, 4, 5, 6, 7].map((patient) => 0.5 + patient / 100)]
    const absent = [8, 9, 10, 11, 12, 13].map((patient) => 0.2 + patient / 100)
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(row.value).toBeCloseTo(mean(there) - mean(absent), 5)
    expect(row.patients).toBe(14)
    const notes = row.notes.join(' ')
    const sign = (value: number | null): string => String(value!.toFixed(2))
    expect(notes).toContain(`Cliff’s δ ${sign(cliffDelta(there, absent).value)} (`)
    expect(notes).toMatch(new RegExp(`Hedges’ g ${sign(hedgesG(there, absent).value)} \\([\\d.]+–[\\d.]+\\)`))
  })

  it('leave out and count a patient on both sides', async () => {
    const base = syntheticRun({ patients: 12, negatives: 12 })
    const run = withCases(base, (item, index) => ({ ...item, patient: index === 12 ? 'p0' : item.patient }))
    const row = await rowOf(run)
    expect(row.patients).toBe(22)
    expect(row.notes).toContain('1 patient with images on both sides left out.')
  })

  it('compare two labels where every case has one', async () => {
    const base = syntheticRun({ patients: 24, negatives: 0 })
    const run = withCases(base, (item, index) => ({ ...item, label: index % 2 === 0 ? 'AD' : 'MCI' }))
    const row = await rowOf(run)
    expect(row.verdict.reason).toMatch(/in AD and .* in MCI/)
    expect(row.patients).toBe(24)
    expect(row.references[0].difference).toMatchObject({ adjustment: 'bonferroni over the regions' })
    expect(row.references[0].difference!.p).not.toBeNull()
  })
})

it('the answer key takes the swapped cue where no image without it is offered', async () => {
  const run = withCases(syntheticRun(), (item) => ({
    ...item,
    variants: item.variants.filter((variant) => variant !== 'cue-removed')
  }))
  const [row] = (await assess('answer-key', run)).rows
  expect(row.verdict).toMatchObject({
    state: 'pass',
    reason: expect.stringContaining('when the cue is swapped') as string
  })
  expect(row.references[0].id).toBe('cue-swapped')
})
