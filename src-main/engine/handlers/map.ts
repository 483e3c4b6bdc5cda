import { expressionTitle, parseExpression } from '@engine/attribution/expression'
import { checkRequest, resolveParameters } from '@engine/attribution/parameters'
import { describeReduction, scoringReduction } from '@engine/attribution/reduction'
import { expressionPasses } from '@engine/attribution/run-expression'
import { parseTarget } from '@engine/attribution/target'
import type { WeightState } from '@engine/criteria/experiment-run'
import { asFault, Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import { prepareImage, takesVolumes } from '@engine/preprocessing/prepare'
import type { Handlers } from '@engine/engine'
import type { ModelCard } from '@shared/model-card'
import type { MapRequest } from '@shared/protocol'
import type { MapSummary } from '@shared/vocabulary'
import { attachedMap, attachedPlace, attachedSummaries, isAttachedMap } from './attached-maps'
import { cardBackground } from './background'
import { computeMap, explainedAnswer, type RefinedMap, volumeTargets } from './compute-map'
import { labelsOf, predictVolume } from './predict'
import { mapRecipe } from './map-recipe'
import type { FinishedMap } from './map-shelf'
import { placeMap } from './map-on-image'
import { isReadingCase } from './reading/reading-place'
import { saveMaps } from './save-maps'
import type { ModelEntry } from './model-shelf'
import type { Workbench } from './workbench'

type Randomised = Extract<WeightState, { kind: 'randomised' }>

type MapHandlers = Pick<
  Handlers,
  'map.forecast' | 'map.compute' | 'map.list' | 'map.read' | 'map.keep' | 'map.remove' | 'map.save'
>

/** Maps of the open cases: forecast, compute as a job, read, remove, save. */
export function mapHandlers(workbench: Workbench): MapHandlers {
  const { maps, cases, options } = workbench
  return {
    async 'map.forecast'(request, job) {
      return forecast(workbench, request, job)
    },

    async 'map.compute'(request) {
      return queueMaps(workbench, request)
    },

    async 'map.list'({ caseId }) {
      return [...maps.list(caseId), ...attachedSummaries(cases.require(caseId))]
    },

    async 'map.read'({ mapId, view }) {
      if (!isAttachedMap(mapId)) return maps.display(mapId, view)
      const { caseId, index } = attachedPlace(mapId)
      return attachedMap(cases.require(caseId), { mapId, index, view }, await cases.volume(caseId))
    },

    async 'map.keep'({ mapId }) {
      return maps.keep(mapId)
    },

    async 'map.remove'({ mapId }) {
      maps.remove(mapId)
      return {}
    },

    async 'map.save'({ mapIds, grant, as, identity, threshold, positiveOnly }, job) {
      return saveMaps(
        workbench,
        { mapIds, as, threshold, positiveOnly },
        { folder: options.resolveGrant(grant), identity, job }
      )
    }
  }
}

interface MapUnit {
  readonly summary: MapSummary
  readonly request: MapRequest
}

/** Puts one map per case × model × method on the shelf and one job in the queue. Throws before anything is queued when the request is wrong. */
export function queueMaps(workbench: Workbench, request: MapRequest): { jobId: string; maps: MapSummary[] } {
  const { cases, models, maps, jobs } = workbench
  for (const { expression, params } of request.methods) checkRequest([expression], params)
  const units: MapUnit[] = []
  for (const caseId of request.cases) {
    cases.require(caseId)
    for (const modelId of request.models) {
      const { card } = models.require(modelId)
      for (const { expression, params } of request.methods) {
        const parsed = parseExpression(expression)
        const summary = maps.place({
          caseId,
          modelId,
          expression,
          title: mapTitle(parsed, request.scrambled),
          params: resolveParameters(parsed, params).all,
          target: {
            index: -1,
            label:
              request.target === 'predicted' && card.outputs[0].labels.length === 1
                ? card.outputs[0].labels[0]
                : request.target
          },
          reduction: describeReduction(scoringReduction),
          ...(isScrambled(request) ? { scrambled: request.scrambled } : {})
        })
        units.push({ summary, request: { ...request, methods: [{ expression, params }] } })
      }
    }
  }
  const jobId = jobs.add({
    title: jobTitle(workbench, units),
    kind: 'attribution',
    units: units.map(
      ({ summary }) =>
        `${summary.title}, ${models.require(summary.modelId).card.name}, ${cases.require(summary.caseId).title}`
    ),
    run: (unit, job) => runUnit(workbench, units[unit], job),
    finish: (outcome) => {
      if (outcome === 'cancelled') cancelRest(workbench, units)
    },
    cases: request.cases,
    // The case of a reading is there while it is read: nothing of it is offered at the next start.
    request: request.cases.some(isReadingCase) ? null : { kind: 'maps', request, ...restorable(workbench, request) }
  })
  return { jobId, maps: units.map(({ summary }) => summary) }
}

/** Paths with which the cases and models can be opened again after a restart. */
function restorable(
  { cases, models }: Workbench,
  request: Pick<MapRequest, 'cases' | 'models'>
): { casePaths: string[]; modelPaths: string[] } {
  return {
    casePaths: [...new Set(request.cases.flatMap((caseId) => cases.require(caseId).paths))],
    modelPaths: request.models.map((modelId) => models.require(modelId).path)
  }
}

async function runUnit(workbench: Workbench, unit: MapUnit, job: Job): Promise<void> {
  const { maps } = workbench
  const { mapId } = unit.summary
  maps.change(mapId, { state: 'computing' })
  try {
    await computeUnit(workbench, unit, {
      signal: job.signal,
      progress: (stage, done, total) => {
        maps.change(mapId, { done, total })
        job.progress(stage, done, total)
      }
    })
  } catch (thrown) {
    const fault = asFault(thrown)
    maps.change(mapId, { state: fault.code === 'cancelled' ? 'cancelled' : 'failed', fault: fault.report() })
    throw fault
  }
}

async function computeUnit(workbench: Workbench, { summary, request }: MapUnit, job: Job): Promise<void> {
  const { cases, models, maps, options } = workbench
  const model = models.require(summary.modelId)
  const volume = await cases.volume(summary.caseId)
  const prepared = prepareImage(volume, model.card)
  const trained = await model.explainable(job)
  const output = model.card.outputs[0]
  // What is explained is settled by the trained model, so that scrambled maps can be compared with its own.
  const { logits } = await predictVolume(trained, prepared, output, job)
  const wanted =
    request.target === 'label'
      ? caseTarget(cases.require(summary.caseId).label, labelsOf(output, logits.length))
      : request.target
  const [target] = volumeTargets(parseTarget(wanted), logits, output)
  const [{ expression, params }] = request.methods
  const { of = 'logit', seed = 1 } = request
  const weights = weightsOf(workbench, model, request)
  const explainable = weights === null ? trained : await workbench.scrambled.explainable(model, weights, job)
  const computed = await computeMap(
    {
      model: explainable,
      prepared,
      expression: parseExpression(expression),
      params: params ?? {},
      of,
      seed,
      background: () => cardBackground(model)
    },
    target,
    refining(maps, summary.mapId, { job, prepared, size: volume.size })
  )
  const recipe = mapRecipe({
    ...{ model, volume, computed, of, seed, expression, version: options.version, provider: trained.provider },
    ...(weights === null ? {} : { weights: scrambledWords(weights) })
  })
  const answer = explainedAnswer(target, logits, output)
  const finished = { computed, prepared, size: volume.size, recipe, answer }
  const placed = placeMap(computed, prepared, volume.size, scoringReduction)
  maps.finish(summary.mapId, finished, {
    target: { index: target.index, label: target.label },
    done: 1,
    total: 1,
    flat: placed.flat,
    answer,
    seconds: computed.seconds,
    cells: [...placed.cellCount],
    notes: { ...computed.notes },
    recipe: JSON.stringify(recipe)
  })
}

type Scrambled = MapRequest & { scrambled: string }
const isScrambled = (request: MapRequest): request is Scrambled => typeof request.scrambled === 'string'

const mapTitle = (parsed: ReturnType<typeof parseExpression>, scrambled: string | null | undefined): string =>
  scrambled === null || scrambled === undefined
    ? expressionTitle(parsed)
    : `${expressionTitle(parsed)}, scrambled to ${scrambled}`

/** The weights of a request: every stage from the output to the named one drawn anew, as the cascade does. Throws Fault `bad-parameter`. */
function weightsOf({ scrambled }: Workbench, model: ModelEntry, request: MapRequest): Randomised | null {
  if (!isScrambled(request)) return null
  const stages = scrambled.stages(model).map(({ name }) => name)
  const last = stages.indexOf(request.scrambled)
  if (last < 0) {
    throw new Fault('bad-parameter', `The model has no stage "${request.scrambled}" that could be scrambled.`, {
      hint: stages.length === 0 ? 'Its layers cannot be re-initialised.' : `Stages: ${stages.join(', ')}.`
    })
  }
  return { kind: 'randomised', stages: stages.slice(0, last + 1), seed: request.seed ?? 1 }
}

const scrambledWords = ({ stages, seed }: Randomised): string => `scrambled ${stages.join(', ')}; seed ${seed}`

/** The job of a map whose refinements go to the shelf. */
function refining(
  maps: Workbench['maps'],
  mapId: string,
  { job, ...about }: Pick<FinishedMap, 'prepared' | 'size'> & { readonly job: Job }
): Job {
  return {
    ...job,
    partial: (value) => {
      const { computed, ...count } = value as RefinedMap
      maps.refine(mapId, { ...about, computed }, count)
    }
  }
}

/** The output that stands for a case's label; the predicted one where the label is no output of the model. */
function caseTarget(label: string | null, labels: readonly string[]): string {
  if (label === null) return 'predicted'
  return labels.some((candidate) => candidate.toLowerCase() === label.toLowerCase()) ? label : 'predicted'
}

function cancelRest({ maps }: Workbench, units: readonly MapUnit[]): void {
  for (const { summary } of units) {
    const now = maps.list(summary.caseId).find((candidate) => candidate.mapId === summary.mapId)
    if (now?.state === 'waiting' || now?.state === 'computing') maps.change(summary.mapId, { state: 'cancelled' })
  }
}

function jobTitle({ cases }: Workbench, units: readonly MapUnit[]): string {
  const titles = [...new Set(units.map(({ summary }) => summary.title))]
  const caseIds = [...new Set(units.map(({ summary }) => summary.caseId))]
  const what = titles.length > 3 ? `${titles.length} methods` : titles.join(', ')
  return `${what} · ${caseIds.length === 1 ? cases.require(caseIds[0]).title : `${caseIds.length} images`}`
}

/** Time of one forward-and-backward pass, measured once per model, times the passes each method takes. */
async function forecast(
  workbench: Workbench,
  request: MapRequest,
  job: Job
): Promise<{ maps: number; seconds: number }> {
  const { cases, models } = workbench
  let seconds = 0
  for (const modelId of request.models) {
    const entry = models.require(modelId)
    const explainable = await entry.explainable(job)
    const pace = await entry.secondsPerPass(job)
    for (const { expression, params } of request.methods) {
      const passes = expressionPasses(parseExpression(expression), params ?? {}, explainable.inputShape)
      for (const caseId of request.cases) seconds += pace * passes * partCount(cases.require(caseId).size, entry.card)
    }
  }
  return { maps: request.cases.length * request.models.length * request.methods.length, seconds }
}

/** About how many inputs a model is given of an image. */
function partCount([columns, rows, slices]: readonly [number, number, number], { mode, input }: ModelCard): number {
  if (mode.kind === 'patch') {
    const perPatch = mode.stride.reduce((product, step) => product * step, 1)
    return Math.max(1, Math.round((columns * rows * slices) / perPatch))
  }
  if (mode.kind === 'roi') return mode.boxes.length
  return takesVolumes(input) ? 1 : slices
}
