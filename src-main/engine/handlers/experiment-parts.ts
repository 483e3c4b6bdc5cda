import { parseExpression, type MethodExpression } from '@engine/attribution/expression'
import { type GivenParams, resolveParameters } from '@engine/attribution/parameters'
import { type Reduction, scoringReduction } from '@engine/attribution/reduction'
import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Experiment } from '@shared/experiment'
import type { SegmentationModel } from '@shared/region-set'
import { CaseShelf } from './case-shelf'
import { type BodyModel, bodyModelKey, openBodyModel } from './body-models'
import { experimentCases } from './experiment-cases'
import type { LoadedExperiment } from './experiment-file'
import { elsewhereIds, withStandIns } from './made-elsewhere'
import type { ProviderWish } from './explainable-for'
import { ExperimentModels } from './experiment-models'
import { openLocaliser, type Localiser } from './localisers'
import { type MapPlaces, mapPaths } from './map-folders'
import { type ModelEntry, ModelShelf } from './model-shelf'

/** A method as the run computes it: an expression of ours, or maps that were made elsewhere. */
export type RunnableMethod =
  | {
      readonly kind: 'expression'
      readonly id: string
      readonly expression: MethodExpression
      readonly params: GivenParams
      readonly reduction: Reduction
      /** null: for all models. */
      readonly models: readonly string[] | null
    }
  | ({
      readonly kind: 'files'
      readonly id: string
      readonly maps: string
      readonly models: readonly string[] | null
    } & MapPlaces)

/** An experiment with its models open and its cases on a shelf of their own. */
export interface ExperimentParts {
  readonly experiment: Experiment
  readonly loaded: LoadedExperiment
  readonly models: ModelShelf
  readonly cases: CaseShelf
  /** Models of the role `localiser`: the upper reference. */
  readonly localisers: readonly Localiser[]
  /** Models that draw the body or place the regions, by `bodyModelKey`. */
  readonly bodyModels: ReadonlyMap<string, BodyModel>
  readonly weights: ExperimentModels
  readonly methods: readonly RunnableMethod[]
  /** Maps worth computing side by side: while one is prepared or reduced here, others keep the inference processes busy. */
  readonly mapsAtOnce: number
  readonly signal: AbortSignal
  /** Throws Fault `bad-experiment` for an unknown id. */
  method(id: string): RunnableMethod
}

/** Maps between two calls, on this thread. */
const preparing = 2

interface OpeningTools {
  readonly host: InferenceHost
  readonly threads: number
  readonly job: Job
  /** Cases and models that are open already. */
  readonly opened?: { readonly models: ModelShelf; readonly cases: CaseShelf }
  readonly wish?: ProviderWish
}

/**
 * Opens everything an experiment names, before anything is computed: a wrong method, model or card is known at once.
 * Throws Fault `bad-experiment`, `usage`, `bad-parameter`, and what opening a model throws.
 */
export async function openExperiment(
  stated: LoadedExperiment,
  { host, threads, job, opened, wish }: OpeningTools
): Promise<ExperimentParts> {
  const loaded = withStandIns(stated)
  const { experiment } = loaded
  const methods = await runnableMethods(loaded, job)
  const models = opened?.models ?? new ModelShelf(host, threads, wish)
  const localisers: Localiser[] = []
  for (const [index, model] of experiment.models.entries()) {
    const cardPath = model.card === null || model.card === undefined ? undefined : loaded.path(model.card)
    if (model.onnx !== '') {
      const place = { id: model.id, path: loaded.path(model.onnx), cardPath }
      if (model.role === 'localiser') localisers.push(await openLocaliser(place, { host, threads, job }))
      else if (opened === undefined) await models.open(place.path, job, { cardPath, modelId: model.id })
    }
    job.progress('opening models', index + 1, experiment.models.length)
  }
  const cases = opened?.cases ?? new CaseShelf()
  if (opened === undefined) cases.add(experimentCases(loaded, { source: 'own', prefix: '' }))
  return {
    experiment,
    loaded,
    models,
    cases,
    localisers,
    bodyModels: await openBodyModels(loaded, { host, threads, job }),
    weights: new ExperimentModels(),
    methods,
    mapsAtOnce: host.callsAtOnce + preparing,
    signal: job.signal,
    method(id) {
      const found = methods.find((method) => method.id === id)
      if (found === undefined) throw new Fault('bad-experiment', `The experiment has no method "${id}".`)
      return found
    }
  }
}

/** Ends the sessions of the models that only this experiment opened: those that draw, in place of those that are explained. */
export function closeSegmenters({ localisers, bodyModels }: Pick<ExperimentParts, 'localisers' | 'bodyModels'>): void {
  for (const model of [...localisers, ...bodyModels.values()]) model.close()
}

/** The models by which an experiment draws the body and places its regions. */
export function bodyModelOrders({ body, regions }: Pick<Experiment, 'body' | 'regions'>): SegmentationModel[] {
  const fit = regions?.fit ?? null
  const masks = [body?.mask, fit?.by === 'mask' ? fit.mask : undefined]
  return masks.flatMap((mask) => (typeof mask === 'object' ? [mask] : []))
}

async function openBodyModels(
  loaded: LoadedExperiment,
  tools: Pick<OpeningTools, 'host' | 'threads' | 'job'>
): Promise<Map<string, BodyModel>> {
  const models = new Map<string, BodyModel>()
  for (const order of bodyModelOrders(loaded.experiment)) {
    const key = bodyModelKey(order)
    const model = models.get(key) ?? (await openBodyModel({ order, path: (name) => loaded.path(name) }, tools))
    models.set(key, model)
    model.checkChannels(order.labels)
  }
  return models
}

async function runnableMethods(loaded: LoadedExperiment, job: Job): Promise<RunnableMethod[]> {
  const { experiment } = loaded
  const methods: RunnableMethod[] = []
  for (const method of experiment.methods) {
    if (typeof method === 'string') {
      const expression = parseExpression(method)
      methods.push({
        kind: 'expression',
        id: method,
        expression,
        params: {},
        reduction: scoringReduction,
        models: null
      })
    } else if ('maps' in method) {
      const { id, maps, models = null } = method
      methods.push({ kind: 'files', id, maps, models, ...(await mapPaths(loaded, maps, job)) })
    } else {
      const expression = parseExpression(method.expr)
      resolveParameters(expression, method.params)
      const id = method.id ?? method.expr
      const reduction = method.reduction ?? scoringReduction
      const models = method.models ?? null
      methods.push({ kind: 'expression', id, expression, params: method.params, reduction, models })
    }
  }
  const twice = methods.find((method, index) => methods.findIndex((other) => other.id === method.id) !== index)
  if (twice !== undefined)
    throw new Fault('bad-experiment', `The experiment has two methods with the id "${twice.id}".`, {
      hint: 'Give one of them an "id" of its own.'
    })
  return methods
}

/** A model the experiment names: a classifier, or a localisation model; null where its file is not at hand. Throws Fault `not-found`. */
export function statedModel(
  { experiment, models, localisers }: Pick<ExperimentParts, 'experiment' | 'models' | 'localisers'>,
  modelId: string
): ModelEntry | Localiser | null {
  if (elsewhereIds(experiment).has(modelId)) return null
  return localisers.find(({ id }) => id === modelId) ?? models.require(modelId)
}
