import { basename } from 'node:path'
import { describeReduction, scoringReduction } from '@engine/attribution/reduction'
import { resolveParameters } from '@engine/attribution/parameters'
import { outputOf } from '@engine/criteria/correctness'
import type { Criterion } from '@engine/criteria/criterion'
import { changedRules } from '@engine/criteria/parameters'
import { questionsOf } from '@engine/criteria/questions'
import type { RunSpec } from '@engine/criteria/experiment-run'
import type { Report, ReportMethod, ReportModel } from '@shared/report'
import { criteriaCitations } from './criteria-citations'
import { type ExperimentParts, type RunnableMethod, statedModel } from './experiment-parts'
import { hashJson } from './recipe'

export interface Settled {
  readonly parts: ExperimentParts
  readonly spec: RunSpec
  readonly chosen: readonly { readonly criterion: Criterion; readonly params: Record<string, unknown> }[]
}

type SettledModel = Omit<ReportModel, 'performance'>

/** What a report says of its experiment: settled before anything is computed, so that it can be held against the experiment later. */
export interface SettledParts extends Pick<Report, 'title' | 'questions' | 'methods' | 'limits'> {
  readonly models: SettledModel[]
  readonly citations: NonNullable<Report['citations']>
  readonly recipe: SettledRecipe
  /** Id of the published study that was followed. */
  readonly preset: string | null
}

type Recipe = Report['recipe']

/** A recipe without its number, and without the version, files and provider, which another run may have otherwise. */
export interface SettledRecipe {
  readonly seed: number
  readonly target: string
  readonly grid: string
  readonly explained: Recipe['explained']
  readonly reduction: string
  readonly bootstrap: Recipe['bootstrap']
  readonly ssim: Recipe['ssim']
  readonly changedRules: string[]
  readonly preprocessing: Record<string, string>
  readonly methods: Record<string, unknown>[]
  /** SHA-256 of what the experiment states but its title. */
  readonly experiment: string
  readonly criteria: { id: string; params: Record<string, unknown> }[]
}

/** Questions with their rules, models, methods, sources, what the report cannot say, and its recipe. */
export function settledParts({ parts, spec, chosen }: Settled): SettledParts {
  return {
    title: parts.experiment.title,
    questions: questionsOf(chosen),
    models: spec.models.map((model) => settledModel(model, parts)),
    methods: parts.methods.map((method) => reportMethod(method, spec)),
    limits: [...limitsOf(spec, parts), ...averageWords({ parts, spec, chosen })],
    citations: criteriaCitations(chosen.map(({ criterion }) => criterion)),
    recipe: settledRecipe(parts, chosen),
    preset: parts.experiment.preset
  }
}

function settledRecipe(parts: ExperimentParts, chosen: Settled['chosen']): SettledRecipe {
  const { experiment } = parts
  return {
    seed: experiment.seed,
    target: String(experiment.target),
    grid: experiment.grid,
    explained: 'logit' as const,
    reduction: describeReduction(scoringReduction),
    bootstrap: {
      draws: thresholdOf(chosen, 'draws', 2000),
      level: thresholdOf(chosen, 'level', 0.95),
      unit: 'patient' as const
    },
    ssim: { window: '7 × 7 uniform', dataRange: 1, covariance: 'sample' },
    changedRules: chosen.flatMap(({ criterion, params }) => changedRules(criterion, params)),
    preprocessing: preprocessingOf(parts),
    methods: parts.methods.map(recipeMethod),
    // Cases, labels, boxes, cues, splits, groups, regions, references and what else the file states.
    experiment: hashJson({ ...experiment, title: null }),
    criteria: chosenParams(chosen)
  }
}

function settledModel(model: RunSpec['models'][number], parts: ExperimentParts): SettledModel {
  const entry = statedModel(parts, model.id)
  const targetLayer = entry?.card.targetLayers.at(0)?.tensor
  return {
    id: model.id,
    title: model.title,
    architecture: model.architecture,
    replicate: model.replicate,
    role: model.role,
    sha256: entry?.sha256 ?? '',
    foldedBatchNorm: model.foldedBatchNorm,
    ...(targetLayer === undefined ? {} : { targetLayer }),
    ...(model.sees === undefined ? {} : { prepared: { ...model.sees.place, ...model.sees.values } }),
    card: entry?.card.performance.map((figures) => ({ ...figures })) ?? []
  }
}

function reportMethod(method: RunnableMethod, spec: RunSpec): ReportMethod {
  const known = spec.methods.find((candidate) => candidate.id === method.id)
  const shared = {
    id: method.id,
    title: known?.title ?? method.id,
    role: known?.role ?? ('method' as const),
    reduction: describeReduction(method.kind === 'files' ? scoringReduction : method.reduction)
  }
  if (method.kind === 'files') {
    return {
      ...shared,
      expr: 'maps made elsewhere',
      params: {},
      citation: { text: 'Made elsewhere; Saliscope scored the files.', bibtex: '' }
    }
  }
  const { expression, params } = method
  return {
    ...shared,
    expr: expression.text,
    params: { ...resolveParameters(expression, params).all },
    citation: { text: expression.base.citation.text, bibtex: expression.base.citation.bibtex }
  }
}

/** Criteria by id with their parameters. */
export const chosenParams = (chosen: Settled['chosen']): { id: string; params: Record<string, unknown> }[] =>
  chosen.map(({ criterion, params }) => ({ id: criterion.id, params }))

function recipeMethod(method: RunnableMethod): Record<string, unknown> {
  const { id, models } = method
  if (method.kind === 'files') return { id, models, maps: method.maps, reduction: describeReduction(scoringReduction) }
  const { expression, params, reduction } = method
  const stated = { expression: expression.text, params: resolveParameters(expression, params).all }
  return { id, models, ...stated, reduction: describeReduction(reduction) }
}

/** By model: hash of what its card does to an image before the model sees it. */
function preprocessingOf(parts: ExperimentParts): Record<string, string> {
  return Object.fromEntries(
    parts.experiment.models.map(({ id }) => {
      const card = statedModel(parts, id)?.card
      return [id, card === undefined ? 'the image as it is' : hashJson([card.input, card.mode, card.channels])]
    })
  )
}

function thresholdOf(chosen: Settled['chosen'], name: string, preset: number): number {
  const value = chosen.map(({ params }) => params[name]).find((candidate) => typeof candidate === 'number')
  return typeof value === 'number' ? value : preset
}

/** Said of the embedded sample, which is known by its place. */
export const drawnByAProgram = 'The images are drawn by a program, not taken of patients.'

/** What this report cannot say. */
function limitsOf(spec: RunSpec, parts: ExperimentParts): string[] {
  const patients = new Set(spec.cases.map((item) => item.patient)).size
  const readers = new Set(parts.experiment.cases.flatMap((item) => item.masks.map((mask) => mask.reader)))
  const marked = spec.cases.filter((item) => item.hasMask).length
  return [
    `${spec.cases.length} images of ${patients} patients, ${marked} of them outlined: what holds here need not hold elsewhere.`,
    ...negativeWords(spec, parts.experiment.negative),
    ...unknownLabels(spec),
    ...drawnWords(parts, spec.cases.length),
    ...(spec.cases.length === patients ? ['One image per patient.'] : []),
    ...(readers.size === 1
      ? [`One reference standard (${[...readers][0]}): agreement between readers is not known.`]
      : []),
    ...(parts.loaded.folder.replaceAll('\\', '/').endsWith('resources/sample') ? [drawnByAProgram] : []),
    ...(spec.models.some((model) => model.foldedBatchNorm)
      ? [
          'Some models have convolutions without normalisation behind them: there was none, or it was merged into them and could not be reset on its own.'
        ]
      : [])
  ]
}

/** Says which labels no output of a model stands for: of those cases it cannot be told whether the model is right. */
function unknownLabels({ models, cases }: RunSpec): string[] {
  const labels = [...new Set(cases.flatMap(({ label }) => (label === null ? [] : [label])))]
  return models
    .filter(({ role, elsewhere }) => role === 'classifier' && elsewhere !== true)
    .flatMap((model) => {
      const unknown = labels.filter((label) => outputOf(model, label) < 0).map((label) => `“${label}”`)
      if (unknown.length === 0) return []
      const outputs = model.labels.length === 0 ? 'its card names none' : model.labels.join(', ')
      return [`${model.title} has no output for ${unknown.join(', ')} (outputs: ${outputs}): not scored for it.`]
    })
}

/** Says which labels were taken for "nothing there", and how to say otherwise. */
function negativeWords({ cases }: RunSpec, stated: readonly string[] | null): string[] {
  const labels = [
    ...new Set(
      cases.flatMap(({ label, statedLabel }) =>
        label === null && typeof statedLabel === 'string' ? [statedLabel] : []
      )
    )
  ]
  if (labels.length === 0) return []
  const how = stated === null ? '; “negative” in the experiment says otherwise' : ''
  return [`No finding means the label ${labels.map((label) => `“${label}”`).join(', ')}${how}.`]
}

/** Says whose outlines the average is made of that maps are measured against. */
function averageWords({ parts, spec, chosen }: Settled): string[] {
  if (!chosen.some(({ criterion }) => criterion.id === 'localisation') || !spec.cases.some(({ hasMask }) => hasMask))
    return []
  const reference = parts.experiment.references.averageMask
  const of =
    reference === null
      ? 'the other patients of this experiment (leave one patient out): no split was named for it'
      : 'path' in reference
        ? `the file ${basename(reference.path)}`
        : `the split “${reference.split}”, which is not scored`
  return [`The average of all outlines that maps are measured against is that of ${of}.`]
}

/** Says which images were scored where not all were. */
function drawnWords({ experiment }: ExperimentParts, scored: number): string[] {
  const { n, seed, positivesOnly } = experiment.sample
  const words = [
    ...(n === null ? [] : [`${scored} of ${experiment.cases.length} images were drawn at random, seed ${seed}`]),
    ...(positivesOnly ? ['only images with a finding were taken'] : [])
  ].join('; ')
  return words === '' ? [] : [`${words[0].toUpperCase()}${words.slice(1)}.`]
}
