import type { Curve, Reference, ResultRow } from '@shared/report'
import type { VerdictState } from '@shared/verdict'

/** Rows and a curve of the made-up report in `sample-report.ts`. */

export const IMAGES = 12
export const models = ['honest-1', 'honest-2', 'token'] as const
export const methods = ['gradient', 'gradcam'] as const

/** Spreads values about a mean without chance. */
const spread = (mean: number, index: number): number => Number((mean + (((index * 7) % 5) - 2) * 0.02).toFixed(4))

export const caseId = (index: number): string => `p${String(index + 1).padStart(4, '0')}`

function reference(id: string, title: string, [value, row]: [number, number], decides = true): Reference {
  return {
    id,
    title,
    value,
    ci95: [value - 0.01, value + 0.01],
    decides,
    difference: decides
      ? { n: IMAGES, value: row - value, ci95: [row - value - 0.03, row - value + 0.03], p: 0.0004, pHolm: 0.002 }
      : null
  }
}

export function resultRow(
  change: Partial<ResultRow> & Pick<ResultRow, 'criterion' | 'metric' | 'method' | 'model'>
): ResultRow {
  const value = change.value === undefined ? 0.4 : change.value

  return {
    models: change.model.split(' × '),
    n: IMAGES,
    patients: IMAGES,
    value,
    sd: 0.1,
    ci95: value === null ? null : [value - 0.03, value + 0.03],
    references: [],
    verdict: { state: 'pass', rule: 'lower bound above 0', reason: 'The whole interval is above every reference.' },
    headline: true,
    better: 'higher',
    grid: 'model 128 × 128',
    perCase: Array.from({ length: IMAGES }, (_, index) => ({
      case: caseId(index),
      value: value === null ? null : spread(value, index)
    })),
    excluded: [],
    notes: [],
    ...change
  }
}

function localisation(model: string, method: string, value: number, state: VerdictState): ResultRow {
  return resultRow({
    criterion: 'localisation.utility',
    metric: 'average-precision',
    method,
    model,
    value,
    references: [
      reference('random', 'random map', [0.02, value]),
      reference('average-mask', 'average mask', [0.151, value]),
      reference('edge', 'edges', [0.022, value]),
      reference('prevalence', 'share outlined', [0.019, value], false)
    ],
    verdict: {
      state,
      rule: 'lower bound above 0',
      reason: state === 'pass' ? 'Points to the finding.' : 'Finds it no better than the average of all outlines.'
    }
  })
}

export function results(): ResultRow[] {
  const pointing = models.flatMap((model) =>
    methods.map((method) =>
      localisation(model, method, model === 'token' ? 0.03 : 0.38, model === 'token' ? 'fail' : 'pass')
    )
  )

  return [
    ...pointing,
    resultRow({
      criterion: 'randomisation.cascading',
      metric: 'ssim',
      method: 'gradient',
      model: 'honest-1',
      value: 0.05,
      better: 'lower',
      references: [reference('random-pairs', 'random pairs', [0.68, 0.05])]
    }),
    resultRow({
      criterion: 'repeatability.replicates',
      metric: 'ssim',
      method: 'gradient',
      model: 'honest-1 × honest-2',
      value: 0.81,
      references: [reference('random-pairs', 'random pairs', [0.68, 0.81])]
    }),
    resultRow({
      criterion: 'reproducibility.architectures',
      metric: 'ssim',
      method: 'gradient',
      model: 'honest-1',
      value: null,
      ci95: null,
      n: 0,
      perCase: [],
      verdict: { state: 'not-assessable', rule: '', reason: 'one architecture only: open a second' }
    }),
    resultRow({
      criterion: 'cues.energy',
      metric: 'cue-enrichment',
      method: 'gradient',
      model: 'token',
      value: 7.2,
      references: [reference('area-share', 'share of the image', [1, 7.2])],
      verdict: { state: 'fail', rule: 'upper bound below 1', reason: '26 % of the map lies on the marker.' },
      perCase: [{ case: caseId(0), value: null, reason: 'no marker in this image' }]
    })
  ]
}

export const cascadeCurve: Curve = {
  criterion: 'randomisation.cascading',
  metric: 'ssim',
  model: 'honest-1',
  method: 'gradient',
  xTitle: 'layers scrambled so far',
  yTitle: "similarity to the trained model's map",
  points: ['none', 'fc', 'mixed3', 'mixed2', 'mixed1', 'stem'].map((x, index) => {
    const value = [1, 0.94, 0.43, 0.12, 0.09, 0.05][index]

    return { x, n: IMAGES, value, sd: 0.05, ci95: [Math.max(0, value - 0.04), Math.min(1, value + 0.04)] }
  }),
  limits: [{ id: 'random-pairs', title: 'random pairs', value: 0.68, ci95: null }],
  minimum: 0.05,
  end: 0.05
}
