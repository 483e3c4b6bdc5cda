import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { classifiers } from '@engine/criteria/case-choice'
import { nothingFound, type Criterion, type CriterionResult } from '@engine/criteria/criterion'
import {
  trained,
  type ExperimentRun,
  type MapRequest,
  type RunCase,
  type RunMethod,
  type RunModel,
  type ScoringMask,
  type WeightState,
  methodsOf
} from '@engine/criteria/experiment-run'
import { adjustComparisons, adjustRows, everyPair } from '@engine/criteria/families'
import { scoreMap, scoredMetricIds, type Scores } from '@engine/criteria/localisation-metrics'
import {
  createReferenceScorer,
  type ReferenceScorer,
  type SharedReference
} from '@engine/criteria/localisation-references'
import { localisationRow, type ScoredImage } from '@engine/criteria/localisation-rows'
import { createPace, type Pace } from '@engine/criteria/pace'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { createStatistics, type Statistics } from '@engine/criteria/summary'
import type { Comparison, ResultRow } from '@shared/report'

const Params = v.strictObject({
  ...thresholdEntries,
  tolerance: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0)), 0),
    v.description('Pointing game: distance in pixels from the outline that still counts as a hit.')
  ),
  randomDraws: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 2),
    v.description('Random maps of either kind (uniform, blurred) per image; their scores are averaged.')
  )
})
export type LocalisationParams = v.InferOutput<typeof Params>

/** What one model's assessment carries along. */
interface Assessment {
  readonly source: CaseSource
  readonly params: LocalisationParams
  readonly statistics: Statistics
  readonly pace: Pace
  readonly model: RunModel
  readonly stages: readonly string[]
  readonly scoreReferences: ReferenceScorer
}

/** An image with its reference standard and what the shared references score on it. */
interface PreparedImage {
  readonly item: RunCase
  readonly reference: ScoringMask
  readonly shared: ReadonlyMap<SharedReference, Scores | string>
}

/** Localisation utility: does the map lie on the finding, better than maps that cannot know where it is? */
export const localisation: Criterion<LocalisationParams> = {
  id: 'localisation',
  title: 'Localisation utility',
  area: 'localisation',
  question: 'Points to the finding',
  limit: 'average of all outlines, random map, edges of the image, untrained model',
  citation:
    'Arun N, et al. Assessing the trustworthiness of saliency maps for localizing abnormalities in medical imaging. Radiology: Artificial Intelligence 2021;3(6):e200267.',
  needs: ['masks'],
  params: Params,
  rule: (params) => `${ruleTexts.localisation} ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const statistics = createStatistics(params, run.spec.seed)
    const rows: ResultRow[] = []
    const comparisons: Comparison[] = []
    const { tolerance, randomDraws } = params
    const scoreReferences = createReferenceScorer(source, { tolerance, randomDraws, seed: run.spec.seed })
    for (const model of classifiers(run.spec)) {
      const stages = await source.ask({ modelId: model.id, caseId: '' }, () => run.stages(model.id))
      const known = typeof stages === 'string' ? [] : stages
      const pace = createPace(job)
      const assessment = { source, params, statistics, pace, model, stages: known, scoreReferences }
      const found = await assessModel(run, assessment)
      rows.push(...found.rows)
      comparisons.push(...found.comparisons)
    }
    return { ...nothingFound, rows, comparisons, failed: source.failed }
  }
}

async function assessModel(
  run: ExperimentRun,
  assessment: Assessment
): Promise<Pick<CriterionResult, 'rows' | 'comparisons'>> {
  const { model, source } = assessment
  const methods = methodsOf(run.spec, model.id)
  await prefetchMethod(run, assessment, methods[0])
  const { images, excluded } = await prepareImages(run, assessment)
  const byMethod = new Map<RunMethod, ResultRow[]>()
  for (const [index, method] of methods.entries()) {
    await prefetchMethod(run, assessment, methods[index + 1])
    const scored = await scoreMethod(run, assessment, method, images)
    const frame = { model, method, grid: run.spec.grid, rule: localisation.rule(assessment.params), excluded }
    const rows = scoredMetricIds.map((metric) => localisationRow(frame, metric, scored, assessment.statistics))
    for (const row of rows) source.job.partial?.({ row })
    byMethod.set(method, rows)
    source.job.progress(`Localisation, ${model.title}`, index + 1, methods.length)
  }
  const rows = scoredMetricIds.flatMap((metric) =>
    adjustRows([...byMethod.values()].flat().filter((row) => row.metric === metric))
  )
  const counted = rows.filter((row) => methods.find((method) => method.id === row.method)!.role === 'method')
  return { rows, comparisons: compareMethods(counted, run, assessment.statistics) }
}

/** Images with an outline and the scores of the shared references; the others are counted, never dropped silently. */
async function prepareImages(
  run: ExperimentRun,
  assessment: Assessment
): Promise<{ images: PreparedImage[]; excluded: string[] }> {
  const { model, source, scoreReferences, pace } = assessment
  const images: PreparedImage[] = []
  const excluded: string[] = []
  for (const item of run.spec.cases) {
    if (!item.hasMask) {
      excluded.push(item.label === null ? 'no finding, so nothing to point at' : 'a finding without an outline')
      continue
    }
    const reference = await source.ask({ modelId: model.id, caseId: item.id }, () => run.mask(model.id, item.id))
    if (typeof reference === 'string') excluded.push(reference)
    else if (!reference.mask.includes(1)) excluded.push('the outline is empty on this grid: lost by crop or resize')
    else {
      const shared = await scoreReferences({ modelId: model.id, item, reference })
      images.push({ item, reference, shared })
    }
    await pace()
  }
  return { images, excluded }
}

async function scoreMethod(
  run: ExperimentRun,
  assessment: Assessment,
  method: RunMethod,
  images: readonly PreparedImage[]
): Promise<ScoredImage[]> {
  const { model, source, pace, params } = assessment
  const randomised = untrainedState(run, assessment, method)
  const request = (item: RunCase, weights: WeightState): MapRequest => ({
    modelId: model.id,
    caseId: item.id,
    methodId: method.id,
    weights
  })
  const scored: ScoredImage[] = []
  for (const image of images) {
    const own = await scoreImage(source, request(image.item, trained), image, params)
    const untrained =
      randomised === null
        ? noStages(method)
        : (await scoreImage(source, request(image.item, randomised), image, params)).scores
    const references = new Map([...image.shared, ['randomised-model' as const, untrained]])
    scored.push({ item: image.item, flat: own.flat, scores: own.scores, references })
    await pace()
  }
  return scored
}

/** The fully randomised weights; null where there are none. */
function untrainedState(run: ExperimentRun, { stages }: Assessment, method: RunMethod): WeightState | null {
  return method.imported || stages.length === 0 ? null : { kind: 'randomised', stages, seed: run.spec.seed }
}

/** Asks for the maps of a method that is scored next, so that they are computed while others are scored. */
async function prefetchMethod(
  run: ExperimentRun,
  assessment: Assessment,
  method: RunMethod | undefined
): Promise<void> {
  if (method === undefined) return
  const { model, source } = assessment
  const untrained = untrainedState(run, assessment, method)
  const states = untrained === null ? [trained] : [trained, untrained]
  const requests = states.flatMap((weights) =>
    run.spec.cases
      .filter((item) => item.hasMask)
      .map((item) => ({ modelId: model.id, caseId: item.id, methodId: method.id, weights }))
  )
  await source.ask({ modelId: model.id, caseId: '', methodId: method.id }, async () => {
    await run.prefetch(requests, source.job)
    return {}
  })
}

/** Scores of one map against the outline of its image, or why there are none. */
async function scoreImage(
  source: CaseSource,
  request: MapRequest,
  { reference }: PreparedImage,
  { tolerance }: LocalisationParams
): Promise<{ scores: Scores | string; flat: boolean }> {
  const map = await source.map(request)
  if (typeof map === 'string') return { scores: map, flat: false }
  const { values, peak, flat } = map
  const { mask, shape } = reference
  if (values.length !== mask.length) return { scores: 'map and outline lie on different grids', flat: false }
  return { scores: scoreMap({ map: values, peak, shape, mask }, tolerance), flat }
}

function noStages(method: RunMethod): string {
  return method.imported ? 'the maps were made elsewhere' : 'the layers could not be re-initialised'
}

function compareMethods(rows: readonly ResultRow[], run: ExperimentRun, statistics: Statistics): Comparison[] {
  const patientOf = new Map(run.spec.cases.map((item) => [item.id, item.patient]))
  const numbers = (row: ResultRow) =>
    row.perCase.map((item) => ({ id: item.case, patient: patientOf.get(item.case)!, value: item.value }))
  return scoredMetricIds.flatMap((metric) =>
    adjustComparisons(
      everyPair(rows.filter((row) => row.metric === metric)).map(([a, b]) => ({
        criterion: a.criterion,
        metric,
        model: a.model,
        a: a.method,
        b: b.method,
        difference: statistics.difference(numbers(a), numbers(b))
      }))
    )
  )
}
