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
import { collectDistribution, type DistributionCollector } from '@engine/criteria/distributions'
import { adjustRows } from '@engine/criteria/families'
import { scoreMap, scoredMetricIds, type Scores } from '@engine/criteria/localisation-metrics'
import {
  createReferenceScorer,
  type ReferenceScorer,
  type SharedReference
} from '@engine/criteria/localisation-references'
import {
  emptyOutline,
  localisationRow,
  lostOutline,
  noFindingThere,
  notOutlined,
  type ScoredImage
} from '@engine/criteria/localisation-rows'
import { compareMethods } from '@engine/criteria/method-pairs'
import { noFindingRows } from '@engine/criteria/no-finding'
import { createPace, type Pace } from '@engine/criteria/pace'
import { reasons } from '@engine/criteria/prepared-maps'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { createStatistics, type Statistics } from '@engine/criteria/summary'
import type { Comparison, ResultRow } from '@shared/report'
import type { Distribution } from '@shared/trust-evidence'

const Params = v.strictObject({
  ...thresholdEntries,
  tolerance: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0)), 0),
    v.description('Pointing game: distance in pixels from the outline that still counts as a hit.')
  ),
  hitTolerance: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0)), 15),
    v.description('Hit rate: the same with the distance of the original paper, on its larger images.')
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
    const distributions: Distribution[] = []
    const scoreReferences = createReferenceScorer(source, { ...params, seed: run.spec.seed })
    for (const model of classifiers(run.spec)) {
      const stages = await source.ask({ modelId: model.id, caseId: '' }, () => run.stages(model.id))
      const known = typeof stages === 'string' ? [] : stages
      const pace = createPace(job)
      const assessment = { source, params, statistics, pace, model, stages: known, scoreReferences }
      const found = await assessModel(run, assessment)
      rows.push(...found.rows)
      comparisons.push(...found.comparisons)
      distributions.push(...found.distributions)
    }
    return { ...nothingFound, rows, comparisons, distributions, failed: source.failed }
  }
}

async function assessModel(
  run: ExperimentRun,
  assessment: Assessment
): Promise<Pick<CriterionResult, 'rows' | 'comparisons' | 'distributions'>> {
  const { model, source } = assessment
  const methods = methodsOf(run.spec, model.id)
  await prefetchMethod(run, assessment, methods[0])
  const { images, excluded } = await prepareImages(run, assessment)
  const rowsOf: ResultRow[] = []
  const apart: ResultRow[] = []
  const distributions: Distribution[] = []
  for (const [index, method] of methods.entries()) {
    await prefetchMethod(run, assessment, methods[index + 1])
    const collected = collectDistribution(model.id, method.id)
    const scored = await scoreMethod(assessment, { method, images, collected })
    const frame = { model, method, grid: run.spec.grid, rule: localisation.rule(assessment.params), excluded }
    const rows = scoredMetricIds.map((metric) => localisationRow(frame, metric, scored, assessment.statistics))
    const lone = await noFindingRows(source, frame, assessment.statistics)
    for (const row of [...rows, ...lone]) source.job.partial?.({ row })
    rowsOf.push(...rows)
    apart.push(...lone)
    distributions.push(...[collected.finish()].filter((found) => found !== null))
    source.job.progress(`Localisation, ${model.title}`, index + 1, methods.length)
  }
  const rows = adjustRows(
    scoredMetricIds.flatMap((metric) => rowsOf.filter((row) => row.metric === metric)),
    run.spec
  )
  return {
    rows: [...rows, ...apart],
    comparisons: compareMethods(rows, run.spec, assessment.statistics),
    distributions
  }
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
      excluded.push(item.label === null ? noFindingThere : notOutlined)
      continue
    }
    const reference = await source.ask({ modelId: model.id, caseId: item.id }, () => run.mask(model.id, item.id))
    if (typeof reference === 'string') excluded.push(reference)
    else if (!reference.mask.includes(1)) excluded.push(reference.lost > 0 ? lostOutline : emptyOutline)
    else {
      const shared = await scoreReferences({ modelId: model.id, item, reference })
      images.push({ item, reference, shared })
    }
    await pace()
  }
  return { images, excluded }
}

async function scoreMethod(
  assessment: Assessment,
  {
    method,
    images,
    collected
  }: { method: RunMethod; images: readonly PreparedImage[]; collected: DistributionCollector }
): Promise<ScoredImage[]> {
  const { model, source, pace, params } = assessment
  const randomised = untrainedState(source.run, assessment, method)
  const request = (item: RunCase, weights: WeightState): MapRequest => ({
    modelId: model.id,
    caseId: item.id,
    methodId: method.id,
    weights
  })
  const scored: ScoredImage[] = []
  for (const image of images) {
    const own = await scoreImage(source, request(image.item, trained), image, { params, collected })
    const untrained =
      randomised === null
        ? noStages(method)
        : (await scoreImage(source, request(image.item, randomised), image, { params })).scores
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
  { item, reference }: PreparedImage,
  { params, collected }: { params: LocalisationParams; collected?: DistributionCollector }
): Promise<{ scores: Scores | string; flat: boolean }> {
  const map = await source.map(request)
  if (typeof map === 'string') return { scores: map, flat: false }
  // Weights with which no signal gets through make no reference: an empty map is beaten by every other.
  if (map.activations !== 'normal') return { scores: reasons[map.activations], flat: false }
  const { values, peak, flat } = map
  const { mask, shape } = reference
  if (values.length !== mask.length) return { scores: 'map and outline lie on different grids', flat: false }
  const inputs = { map: values, peak, shape, mask }
  collected?.add(item.id, inputs)
  return { scores: scoreMap(inputs, params), flat }
}

function noStages(method: RunMethod): string {
  return method.imported ? 'the maps were made elsewhere' : 'the layers could not be re-initialised'
}
