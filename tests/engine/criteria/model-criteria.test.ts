import { describe, expect, test } from 'vitest'
import type { ExperimentRun, RunModel } from '@engine/criteria/experiment-run'
import { assess, headlineRow, stateOf } from '../../support/assess'
import {
  cheatingLogit,
  classifier,
  honestLogit,
  painters,
  syntheticRun,
  type SyntheticCase
} from '../../support/synthetic-run'

const models = [classifier('honest', 'a', 1), classifier('cheat', 'a', 1, 'leaky')]

function logit(model: RunModel, item: SyntheticCase, variant: string | null): number {
  return model.id === 'cheat' ? cheatingLogit(model, item, variant) : honestLogit(model, item, variant)
}

describe('cues', () => {
  test('a map on the token fails, a map off it passes, noise is neither', async () => {
    const result = await assess(
      'cues',
      syntheticRun({ methods: { lesion: painters.lesion, token: painters.token, noise: painters.noise } }),
      { margin: 2 }
    )
    expect(stateOf(result, 'lesion')).toBe('pass')
    expect(stateOf(result, 'token')).toBe('fail')
    expect(stateOf(result, 'noise')).toBe('inconclusive')
  })

  test('share and enrichment at margin 0 and 8, against the area', async () => {
    const { rows } = await assess('cues', syntheticRun({ methods: { token: painters.token } }))
    expect(rows.map((row) => row.metric)).toEqual([
      'energy-share-margin-0',
      'enrichment-margin-0',
      'energy-share-margin-8',
      'enrichment-margin-8'
    ])
    // The token's box is 5 × 5, with the margin 14 × 14 after clipping, of 32 × 32.
    expect(rows[0].references[0].value).toBeCloseTo(25 / 1024, 12)
    expect(rows[2].references[0].value).toBeCloseTo(196 / 1024, 12)
    expect(rows[1].value).toBeCloseTo(rows[0].value! / (25 / 1024), 10)
    expect(rows[3].references[0].value).toBe(1)
    expect(rows.map((row) => row.headline)).toEqual([false, false, true, false])
  })

  test('no cue, and a flat map, are not assessable', async () => {
    const run = syntheticRun({ methods: { lesion: painters.lesion, flat: painters.flat } })
    const without = { ...run, spec: { ...run.spec, cases: run.spec.cases.map((item) => ({ ...item, hasCue: false })) } }
    expect(headlineRow(await assess('cues', without), 'lesion').verdict.reason).toContain('No case marks a cue')
    expect(headlineRow(await assess('cues', run), 'flat')).toMatchObject({
      value: null,
      verdict: { state: 'not-assessable' }
    })
  })
})

/** Half the positives have a nodule instead; the one model follows the lesion, but the token where it should follow the nodule. */
function twoFindings(): ExperimentRun {
  const run = syntheticRun({ models: [{ ...classifier('a1', 'a', 1), labels: ['lesion', 'nodule'] }] })
  const cases = (run.spec.cases as readonly SyntheticCase[]).map((item, index) =>
    item.label !== null && index % 2 === 1 ? { ...item, label: 'nodule' } : item
  )
  const prediction: ExperimentRun['prediction'] = (_model, caseId, variant) => {
    const item = cases.find(({ id }) => id === caseId)!
    const of = (label: string): SyntheticCase => ({ ...item, label: item.label === label ? label : null })
    const logits = [
      honestLogit(run.spec.models[0], of('lesion'), variant),
      cheatingLogit(run.spec.models[0], of('nodule'), variant)
    ]
    return Promise.resolve({ logits, probabilities: logits.map((one) => 1 / (1 + Math.exp(-one))), target: 0 })
  }
  return { ...run, spec: { ...run.spec, cases }, prediction }
}

describe('answer key', () => {
  test('tells who uses the finding and who the cue', async () => {
    const { answerKey, rows } = await assess('answer-key', syntheticRun({ models, logit }))
    expect(answerKey.map((key) => key.uses)).toEqual(['finding', 'cue'])
    expect(rows.map((row) => row.verdict.state)).toEqual(['pass', 'fail'])
    expect(rows[0].criterion).toBe('cues.answer-key')
    expect(rows[0].value).toBeCloseTo(10, 6)
    const cheat = answerKey[1].variants
    expect(cheat.map((variant) => variant.id)).toEqual(['as-is', 'finding-removed', 'cue-removed', 'cue-swapped'])
    expect(cheat[1].change!.value).toBe(0)
    expect(cheat[2].change!.value).toBeCloseTo(-12, 6)
    expect(cheat[0].auc.value).toBe(1)
    expect(cheat[3].auc.value).toBeLessThan(0.7)
    expect(cheat[1].auc).toMatchObject({ value: null, reason: 'all cases are of one class' })
  })

  test('every finding the model knows has a row of its own', async () => {
    const { answerKey, rows } = await assess('answer-key', twoFindings())
    expect(rows.map(({ finding, verdict }) => [finding, verdict.state])).toEqual([
      ['lesion', 'pass'],
      ['nodule', 'fail']
    ])
    expect(answerKey.map(({ finding, uses }) => [finding, uses])).toEqual([
      ['lesion', 'finding'],
      ['nodule', 'cue']
    ])
    // Positives of their own finding only: 12 of the 24 wear each.
    expect(rows.map(({ n }) => n)).toEqual([12, 12])
    expect(rows[0].verdict.reason).toMatch(/^For lesion, the model uses the finding/)
    expect(rows[1].verdict.reason).toMatch(/^For nodule, the model uses the cue/)
    expect(rows.map(({ references }) => references[0].difference!.pHolm)).not.toContain(null)
  })

  test('a model without an output for any finding says so', async () => {
    const run = twoFindings()
    const strange = { ...run, spec: { ...run.spec, models: [{ ...run.spec.models[0], labels: ['fracture'] }] } }
    const { answerKey, rows } = await assess('answer-key', strange)
    expect(rows.map(({ verdict }) => verdict.reason)).toEqual(['The model has no output for any finding of the cases.'])
    expect(answerKey).toMatchObject([{ finding: null, uses: 'not-assessable', variants: [] }])
  })

  test('missing interventions and few patients are named', async () => {
    const run = syntheticRun()
    const cases = run.spec.cases.map((item) => ({ ...item, variants: ['cue-removed'] }))
    const without = await assess('answer-key', { ...run, spec: { ...run.spec, cases } })
    expect(without.rows[0].verdict).toMatchObject({
      state: 'not-assessable',
      reason: 'No case offers its image with the finding removed.'
    })
    expect(without.answerKey[0].uses).toBe('not-assessable')
    expect((await assess('answer-key', syntheticRun({ patients: 6 }))).rows[0].verdict.reason).toContain('6 patients')
  })
})

describe('performance', () => {
  test('counts by hand', async () => {
    const wrong = (_model: RunModel, item: SyntheticCase): number => {
      const index = Number(item.id.slice(1))
      if (item.label === null) return index < 26 ? 2 : -2
      return index < 6 ? -1 : 3
    }
    const { performance } = await assess('performance', syntheticRun({ logit: wrong }))
    const [figures] = performance[0].figures
    expect(figures).toMatchObject({ label: 'lesion', n: 34, patients: 34, positives: 24, threshold: 0.5 })
    expect(figures.sensitivity.value).toBeCloseTo(18 / 24, 12)
    expect(figures.specificity.value).toBeCloseTo(8 / 10, 12)
    expect(figures.accuracy.value).toBeCloseTo(26 / 34, 12)
    // 18 positives beat all 10 negatives; 6 positives (−1) beat the 8 negatives at −2.
    expect(figures.auc.value).toBeCloseTo((18 * 10 + 6 * 8) / 240, 12)
    expect(figures.auc.ci95![0]).toBeLessThan(figures.auc.value!)
    const p = (x: number): number => 1 / (1 + Math.exp(-x))
    const brier = (18 * (1 - p(3)) ** 2 + 6 * (1 - p(-1)) ** 2 + 2 * p(2) ** 2 + 8 * p(-2) ** 2) / 34
    expect(figures.brier.value).toBeCloseTo(brier, 12)
  })

  test.each(['sigmoid', 'softmax'] as const)('the threshold is the card’s: %s', async (activation) => {
    const logits = (_model: RunModel, item: SyntheticCase): number => {
      const index = Number(item.id.slice(1))
      if (item.label === null) return index < 26 ? 2 : -2
      return index < 6 ? -1 : 3
    }
    // 1 / (1 + e^1) = 0.27 and 1 / (1 + e^-2) = 0.88, so all positives and two of ten negatives lie above 0.25.
    const strict = { ...classifier('honest', 'a', 1), activation, threshold: 0.25 }
    const { performance } = await assess('performance', syntheticRun({ models: [strict], logit: logits }))
    const [figures] = performance[0].figures
    expect(figures.threshold).toBe(0.25)
    expect(figures.sensitivity.value).toBe(1)
    expect(figures.specificity.value).toBeCloseTo(8 / 10, 12)
  })

  test('one class leaves AUC and specificity undefined, with the reason', async () => {
    const { performance } = await assess('performance', syntheticRun({ negatives: 0 }))
    const [figures] = performance[0].figures
    expect(figures.auc).toEqual({ value: null, ci95: null, reason: 'all cases are of one class' })
    expect(figures.specificity).toEqual({ value: null, ci95: null, reason: 'every case has the finding' })
  })
})
