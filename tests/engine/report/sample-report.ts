import type { AnswerKey, MatrixRow, Report, ReportMethod, ReportModel } from '@shared/report'
import { caseId, cascadeCurve, IMAGES, methods, models, results } from './sample-rows'

/** A small made-up report with every part in it: two honest networks, one that learned a marker, 12 images. */

/** 1 × 1 black pixel. */
export const blackPixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=='

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
      unclear: [],
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
