import type {
  AnswerKey,
  Curve,
  MatrixRow,
  Reference,
  Report,
  ReportMethod,
  ReportModel,
  ResultRow
} from '@shared/report'
import type { VerdictState } from '@shared/verdict'

/** A small made-up report with every part in it: two honest networks, one that learned a marker, 12 images. */

const IMAGES = 12
const models = ['honest-1', 'honest-2', 'token'] as const
const methods = ['gradient', 'gradcam'] as const

/** 1 × 1 black pixel. */
export const blackPixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=='

/** Spreads values about a mean without chance. */
const spread = (mean: number, index: number): number => Number((mean + (((index * 7) % 5) - 2) * 0.02).toFixed(4))

export const caseId = (index: number): string => `p${String(index + 1).padStart(4, '0')}`

function reference(id: string, title: string, value: number, decides: boolean, row: number): Reference {
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
      reference('random', 'random map', 0.02, true, value),
      reference('average-mask', 'average mask', 0.151, true, value),
      reference('edge', 'edges', 0.022, true, value),
      reference('prevalence', 'share outlined', 0.019, false, value)
    ],
    verdict: {
      state,
      rule: 'lower bound above 0',
      reason: state === 'pass' ? 'Points to the finding.' : 'Finds it no better than the average of all outlines.'
    }
  })
}

function results(): ResultRow[] {
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
      references: [reference('random-pairs', 'random pairs', 0.68, true, 0.05)]
    }),
    resultRow({
      criterion: 'repeatability.replicates',
      metric: 'ssim',
      method: 'gradient',
      model: 'honest-1 × honest-2',
      value: 0.81,
      references: [reference('random-pairs', 'random pairs', 0.68, true, 0.81)]
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
      references: [reference('area-share', 'share of the image', 1, true, 7.2)],
      verdict: { state: 'fail', rule: 'upper bound below 1', reason: '26 % of the map lies on the marker.' },
      perCase: [{ case: caseId(0), value: null, reason: 'no marker in this image' }]
    })
  ]
}

const cascadeCurve: Curve = {
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

function matrix(): MatrixRow[] {
  const rows = results()

  return models.flatMap((model) =>
    methods.map((method): MatrixRow => {
      const at = rows.findIndex(
        (row) => row.criterion === 'localisation.utility' && row.model === model && row.method === method
      )
      const row = rows[at]

      return {
        model,
        method,
        role: 'method',
        cells: [
          {
            area: 'localisation',
            state: row.verdict.state,
            metric: row.metric,
            value: row.value,
            ci95: row.ci95,
            limit: { id: 'average-mask', title: 'average mask', value: 0.151 },
            reason: row.verdict.reason,
            row: at
          },
          {
            area: 'reproducibility',
            state: 'not-assessable',
            metric: 'ssim',
            value: null,
            ci95: null,
            limit: null,
            reason: 'one architecture only: open a second',
            row: null
          }
        ],
        conclusion: model === 'token' ? 'do-not-rely' : 'rely',
        reason: row.verdict.reason
      }
    })
  )
}

function answerKey(model: string): AnswerKey {
  const logits = model === 'token' ? [7.2, 7.2, -5.6] : [8.3, -3.7, 8.3]
  const variants: [string, string][] = [
    ['as-is', 'as it is'],
    ['finding-removed', 'finding removed'],
    ['cue-removed', 'marker removed']
  ]

  return {
    model,
    uses: model === 'token' ? 'cue' : 'finding',
    variants: variants.map(([id, title], index) => ({
      id,
      title,
      n: IMAGES,
      meanLogit: { value: logits[index], ci95: [logits[index] - 0.4, logits[index] + 0.4] },
      change: null,
      auc: { value: index === 0 ? 0.99 : null, ci95: null, reason: 'one class only' }
    }))
  }
}

const model = (id: string): ReportModel => ({
  id,
  title: id === 'token' ? 'Inception T' : id === 'honest-1' ? 'Inception A' : 'Inception B',
  architecture: 'inception-like',
  replicate: id === 'honest-2' ? 2 : 1,
  role: 'classifier',
  sha256: 'ab'.repeat(32),
  foldedBatchNorm: false,
  performance: [
    {
      label: 'lesion',
      n: IMAGES,
      patients: IMAGES,
      positives: 8,
      threshold: 0.5,
      auc: { value: 0.99, ci95: [0.97, 1] },
      accuracy: { value: 0.96, ci95: [0.9, 1] },
      sensitivity: { value: 0.95, ci95: null },
      specificity: { value: null, ci95: null, reason: 'no image without the finding' },
      brier: { value: 0.03, ci95: null }
    }
  ],
  card: []
})

const method = (id: string): ReportMethod => ({
  id,
  expr: id,
  title: id === 'gradient' ? 'Gradient' : 'Grad-CAM',
  role: 'method',
  params: id === 'gradcam' ? { layer: 'mixed3' } : {},
  reduction: 'sum of absolute values, clipped at the 99th percentile, 0–1',
  citation: {
    text: 'Simonyan K, et al. Deep inside convolutional networks. 2014.',
    bibtex: `@article{${id},\n  title = {A & B}\n}`
  }
})

/** The report; `change` replaces whole fields. */
export function sampleReport(change: Partial<Report> = {}): Report {
  return {
    version: 1,
    title: 'Opacity on <drawn> chest radiographs',
    recipe: {
      id: '7f3a91c2',
      saliscope: '0.1.0',
      seed: 42,
      provider: 'cpu',
      target: 'label',
      grid: 'model 128 × 128',
      explained: 'logit',
      reduction: 'sum-abs, clip 99, min-max',
      bootstrap: { draws: 2000, level: 0.95, unit: 'patient' },
      ssim: { window: 'uniform 7', dataRange: 1, covariance: 'sample' },
      files: { 'models/honest-1.onnx': 'cd'.repeat(32) },
      changedRules: []
    },
    coverage: { complete: true, casesDone: IMAGES, casesTotal: IMAGES },
    answer: {
      headline: 'Two of two maps may be relied on to show where the finding is.',
      tested: 'Tested with Inception A on 12 drawn radiographs of 12 patients.',
      reliedOn: ['Gradient and Grad-CAM point to the finding.'],
      notReliedOn: [],
      notAssessed: ['Same in another model: one architecture only.'],
      models: ['Inception T is right as often as Inception A, yet 26 % of its Gradient lies on the marker.']
    },
    questions: [
      {
        area: 'localisation',
        question: 'Does the map point to the finding?',
        limit: 'average mask, random map, edges',
        rule: 'the lower bound of the paired difference is above 0 for every reference',
        citation: 'Arun N, et al. 2021.'
      },
      {
        area: 'reproducibility',
        question: 'Does another architecture give the same map?',
        limit: 'random pairs',
        rule: 'the lower bound of the difference is above 0',
        citation: 'Arun N, et al. 2021.'
      }
    ],
    matrix: matrix(),
    models: models.map(model),
    methods: methods.map(method),
    results: results(),
    curves: [cascadeCurve],
    comparisons: [],
    answerKey: models.map(answerKey),
    cases: Array.from({ length: IMAGES }, (_, index) => ({
      id: caseId(index),
      patient: `patient ${index + 1}`,
      label: index < 8 ? 'lesion' : null,
      split: 'test',
      masks: [{ model: 'honest-1', pixels: 198, lost: index === 3 ? 12 : 0 }],
      predictions: models.map((id) => ({ model: id, target: 'lesion', logit: 2.5, probability: 0.92, correct: true })),
      flags: []
    })),
    illustrations: [
      {
        case: caseId(0),
        method: 'gradient',
        models: ['honest-1', 'token'],
        caption: 'One patient; finding outlined in green, marker in cyan.',
        images: [
          { model: 'honest-1', caption: 'Inception A: the finding', png: blackPixel },
          { model: 'token', caption: 'Inception T: the marker', png: blackPixel }
        ]
      }
    ],
    failed: [{ case: caseId(9), model: 'token', method: 'gradcam', reason: 'the map is the same everywhere' }],
    limits: ['The images are drawn; nothing here speaks for patients.'],
    ...change
  }
}
