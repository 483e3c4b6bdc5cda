import * as v from 'valibot'
import {
  cascadePoints,
  independentPoints,
  namedPoints,
  runCascade,
  type CascadePlan,
  type CascadePoint
} from '@engine/criteria/cascade'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { classifiers, comparedCases, sampledCases } from '@engine/criteria/case-choice'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import {
  initialisations,
  methodsOf,
  type ExperimentRun,
  type RunMethod,
  type RunModel
} from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { mapTaken } from '@engine/criteria/map-taken'
import { compareMethods } from '@engine/criteria/method-pairs'
import { missingRow, type RowFrame } from '@engine/criteria/row'
import { cascadeCurve, cascadeRow, firstOf, independentRow } from '@engine/criteria/randomisation-rows'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { similarityIds, type SimilarityId } from '@engine/criteria/similarities'
import { createStatistics, type Statistics } from '@engine/criteria/summary'
import { counted } from '@engine/criteria/wording'
import type { Comparison, Curve, ResultRow } from '@shared/report'

/** Comma list of names, empty for none. */
const namesOf = (list: string): string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

const Similarities = v.pipe(
  v.string(),
  v.check(
    (list) => namesOf(list).every((name) => similarityIds.includes(name as SimilarityId)),
    `Give a comma list of ${similarityIds.join(', ')}.`
  )
)

const Params = v.strictObject({
  ...thresholdEntries,
  images: v.pipe(
    v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
    v.description('Images the cascade runs on, drawn by patient; all when empty.')
  ),
  randomPairs: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 50),
    v.description('Random pairs of different patients per image; 0 for all.')
  ),
  every: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    v.description('Stages scrambled between two points of the curve; the last point always has all of them scrambled.')
  ),
  repeats: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    v.description('Independent re-initialisations; the similarities are averaged per image.')
  ),
  stages: v.pipe(
    v.optional(v.string(), ''),
    v.description(
      'Stages at which the curve has points, a comma list of names; all when empty. What lies below the last one stays trained.'
    )
  ),
  similarities: v.pipe(
    v.optional(Similarities, similarityIds.join(',')),
    v.description('How maps are compared; SSIM is always among them and alone decides.')
  ),
  initialisation: v.pipe(
    v.optional(v.picklist(initialisations), 'torch'),
    v.description(
      'New weights: uniform in ±1/√fan_in (torch), Glorot’s uniform, a normal like the trained ones, or the trained ones shuffled.'
    )
  ),
  independentImages: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 10),
    v.description('Images on which each stage is also scrambled alone, drawn by patient; 0 for none.')
  )
})
export type RandomisationParams = v.InferOutput<typeof Params>

/** Cascading randomisation of the weights, from the output to the stem: does the map show the model or the image? */
export const randomisation: Criterion<RandomisationParams> = {
  id: 'randomisation',
  title: 'Sensitivity to weights, cascading randomisation',
  area: 'randomisation',
  question: 'Depends on training',
  limit: 'similarity of maps of different patients',
  citation:
    'Adebayo J, Gilmer J, Muelly M, Goodfellow I, Hardt M, Kim B. Sanity checks for saliency maps. NeurIPS 2018; threshold: Arun N, et al. Radiology: Artificial Intelligence 2021;3(6):e200267.',
  needs: ['stages'],
  params: Params,
  rule: (params) => `${ruleTexts.randomisation}${variantWords(params)} ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const rows: ResultRow[] = []
    const curves: Curve[] = []
    const comparisons: Comparison[] = []
    const statistics = createStatistics(params, run.spec.seed)
    for (const model of classifiers(run.spec)) {
      const found = await assessModel({ run, source, params, statistics }, model)
      rows.push(...found.rows)
      curves.push(...found.curves)
      comparisons.push(...compareMethods(found.rows, run.spec, statistics))
    }
    return { ...nothingFound, rows, curves, comparisons, failed: source.failed }
  }
}

/** What departs from the published way: printed with the rule. */
function variantWords({ initialisation, stages }: RandomisationParams): string {
  const weights = initialisation === 'torch' ? '' : ` Weights drawn anew: ${initialisation}.`
  return `${weights}${stages === '' ? '' : ` Stages named: ${stages}.`}`
}

interface Assessment {
  readonly run: ExperimentRun
  readonly source: CaseSource
  readonly params: RandomisationParams
  readonly statistics: Statistics
}

interface Found {
  readonly rows: ResultRow[]
  readonly curves: Curve[]
}

async function assessModel(assessment: Assessment, model: RunModel): Promise<Found> {
  const { run, source, params } = assessment
  const stages = await source.ask({ modelId: model.id, caseId: '' }, () => run.stages(model.id))
  const cascading = await runPoints(assessment, model, {
    kind: 'cascading',
    stages,
    images: params.images,
    points: (known) =>
      params.stages === '' ? cascadePoints(known, params.every) : namedPoints(known, namesOf(params.stages))
  })
  if (params.independentImages === 0) return cascading
  const limit = Math.min(params.independentImages, params.images ?? Infinity)
  const independent = await runPoints(assessment, model, {
    kind: 'independent',
    stages,
    images: limit,
    points: (known) =>
      independentPoints(params.stages === '' ? known : known.filter((name) => namesOf(params.stages).includes(name)))
  })
  return {
    rows: [...cascading.rows, ...independent.rows],
    curves: [...cascading.curves, ...independent.curves]
  }
}

interface PointsAsked {
  readonly kind: 'cascading' | 'independent'
  readonly stages: readonly string[] | string
  readonly images: number | null
  points(stages: readonly string[]): CascadePoint[]
}

/** Rows and curves of one model, all methods, for one way of scrambling. */
async function runPoints(assessment: Assessment, model: RunModel, asked: PointsAsked): Promise<Found> {
  const { run, source, params, statistics } = assessment
  const { kind, stages } = asked
  const cases = sampledCases(comparedCases(run.spec), asked.images, run.spec.seed)
  const methods = methodsOf(run.spec, model.id)
  const similarities = similarityIds.filter((id) => id === 'ssim' || namesOf(params.similarities).includes(id))
  const planOf = (method: RunMethod | undefined): CascadePlan | null =>
    method === undefined || whyNot(params, stages, method) !== null
      ? null
      : { model, method, cases, points: asked.points(stages as readonly string[]), similarities, params }
  const rule = randomisation.rule(params)
  const rows: ResultRow[] = []
  const curves: Curve[] = []
  for (const [index, method] of methods.entries()) {
    const frame = frameOf(run, { model, method, kind })
    const plan = planOf(method)
    if (plan === null) {
      // What is missing is said once, by the cascade.
      if (kind === 'cascading') rows.push(missingRow(frame, rule, whyNot(params, stages, method) ?? ''))
      continue
    }
    for (const [similarity, cascade] of await runCascade(source, plan, planOf(methods[index + 1]))) {
      const own = {
        ...frame,
        metric: similarity,
        headline: frame.headline && similarity === 'ssim',
        ...(similarity === 'spearman' ? { reduction: mapTaken.signedSum } : {})
      }
      const context = {
        frame: own,
        similarity,
        rule,
        model,
        method,
        kept: [...keptStages(params, stages as readonly string[]), ...(model.leftTrained ?? [])],
        notes: [...notesOf(params, stages as readonly string[]), ...leftTrainedNotes(model)]
      }
      const row = (kind === 'cascading' ? cascadeRow : independentRow)(context, cascade, statistics)
      rows.push(row)
      curves.push(cascadeCurve(row, cascade, { statistics, similarity, alone: kind === 'independent' }))
      source.job.partial?.({ row })
    }
  }
  const bySimilarity = similarities.flatMap((id) => rows.filter(({ metric }) => metric === id))
  return { rows: adjustRows(bySimilarity, run.spec), curves }
}

/** Stages below the last one named: they keep their trained weights to the end of the cascade. */
function keptStages(params: RandomisationParams, stages: readonly string[]): string[] {
  const named = namesOf(params.stages)
  return named.length === 0 ? [] : stages.slice(stages.findLastIndex((stage) => named.includes(stage)) + 1)
}

/** Says where a cascade of named stages ends. */
function notesOf(params: RandomisationParams, stages: readonly string[]): string[] {
  const kept = keptStages(params, stages)
  const last = stages.length - kept.length - 1
  return kept.length === 0 ? [] : [`The cascade ends at ${stages[last]}: ${kept.join(', ')} kept the trained weights.`]
}

/** Says which layers the card's cascade does not name. */
const leftTrainedNotes = ({ leftTrained = [] }: RunModel): string[] =>
  leftTrained.length === 0
    ? []
    : [
        `The card’s cascade leaves out ${counted(leftTrained.length, 'layer')}: ${firstOf(leftTrained)} kept the trained weights.`
      ]

function whyNot(params: RandomisationParams, stages: readonly string[] | string, method: RunMethod): string | null {
  if (method.imported) return 'The maps were made elsewhere: there are no weights to scramble.'
  if (typeof stages === 'string') return `The layers could not be re-initialised: ${stages}.`
  if (stages.length === 0) return 'The layers could not be re-initialised: the model names no stages.'
  const unknown = namesOf(params.stages).filter((name) => !stages.includes(name))
  return unknown.length === 0
    ? null
    : `The model has no stage ${unknown.join(', ')}; its stages are ${stages.join(', ')}.`
}

function frameOf(
  run: ExperimentRun,
  { model, method, kind }: { model: RunModel; method: RunMethod; kind: PointsAsked['kind'] }
): RowFrame {
  return {
    criterion: `randomisation.${kind}`,
    metric: 'ssim',
    method: method.id,
    models: [model.id],
    grid: run.spec.grid,
    headline: kind === 'cascading',
    better: 'lower'
  }
}
