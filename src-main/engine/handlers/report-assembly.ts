import { basename } from 'node:path'
import { describeReduction, scoringReduction } from '@engine/attribution/reduction'
import { resolveParameters } from '@engine/attribution/parameters'
import { outputOf } from '@engine/criteria/correctness'
import { composeAnswer } from '@engine/criteria/answer'
import type { Criterion, CriterionResult } from '@engine/criteria/criterion'
import { verdictMatrix } from '@engine/criteria/matrix'
import { changedRules } from '@engine/criteria/parameters'
import { questionsOf } from '@engine/criteria/questions'
import type { ExperimentRun, RunSpec } from '@engine/criteria/experiment-run'
import type { Report, ReportMethod, ReportModel } from '@shared/report'
import { type ExperimentParts, type RunnableMethod, statedModel } from './experiment-parts'
import { criteriaCitations } from './criteria-citations'
import type { Running } from '@shared/report-progress'
import { hashJson } from './recipe'
import { isElsewhere } from './made-elsewhere'
import { presetComparison } from './preset-comparison'
import { reportCases } from './report-cases'

export interface AssemblyFacts {
  readonly parts: ExperimentParts
  readonly run: ExperimentRun
  readonly spec: RunSpec
  readonly chosen: readonly { readonly criterion: Criterion; readonly params: Record<string, unknown> }[]
  readonly found: CriterionResult
  readonly files: Readonly<Record<string, string>>
  readonly complete: boolean
  /** The criterion that runs; its figures may stand for fewer images. */
  readonly running?: Running | null
  readonly version: string
}

/** The results of the criteria as a report: matrix, first page, models, methods, cases, recipe. */
export async function assembleReport(facts: AssemblyFacts): Promise<Report> {
  const { parts, spec, chosen, found, complete } = facts
  const matrix = verdictMatrix(spec, found.rows, complete)
  const performance = new Map(found.performance.map(({ modelId, figures }) => [modelId, figures]))
  const changed = chosen.flatMap(({ criterion, params }) => changedRules(criterion, params))
  const casesDone = scoredCases(facts)
  const methods = parts.methods.map((method) => reportMethod(method, spec))
  const { preset, references } = parts.experiment
  const settings = { maps: methods, criteria: chosenParams(chosen), background: references.background }
  return {
    version: 1,
    title: parts.experiment.title,
    recipe: recipeOf(facts, changed),
    coverage: { complete, casesDone, casesTotal: spec.cases.length, running: facts.running ?? null },
    answer: composeAnswer({
      spec,
      matrix,
      results: found.rows,
      answerKey: found.answerKey,
      performance: found.performance,
      changedRules: changed,
      coverage: { complete, casesDone }
    }),
    questions: questionsOf(chosen),
    matrix,
    models: spec.models.map((model) => reportModel(model, { parts, performance })),
    methods,
    results: [...found.rows],
    curves: [...found.curves],
    comparisons: [...found.comparisons],
    answerKey: [...found.answerKey],
    distributions: [...found.distributions],
    groups: [...(found.groups ?? [])],
    mapClusters: [...(found.mapClusters ?? [])],
    cases: await reportCases(facts.run, spec),
    illustrations: [],
    failed: [...found.failed],
    limits: [...limitsOf(spec, parts), ...averageWords(facts)],
    citations: criteriaCitations(chosen.map(({ criterion }) => criterion)),
    preset: preset === null ? null : presetComparison(preset, { spec, found, settings })
  }
}

/** Images that every figure stands for: all of them once a question is answered, else those that each map is scored on. */
function scoredCases({ spec, found, complete, running }: AssemblyFacts): number {
  const cells = running?.area === null || running === undefined || running === null ? [] : running.cells
  const waiting = cells.filter(({ done, total }) => done < total)
  const answered = found.rows.some((row) => row.method !== '' && !row.criterion.startsWith(`${running?.area ?? ''}.`))
  if (complete || answered || waiting.length === 0) return spec.cases.length
  return Math.max(...cells.map(({ done }) => done))
}

function reportModel(
  model: RunSpec['models'][number],
  {
    parts,
    performance
  }: { parts: ExperimentParts; performance: ReadonlyMap<string, readonly ReportModel['performance'][number][]> }
): ReportModel {
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
    performance: [...(performance.get(model.id) ?? [])],
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

/** "cpu", or every provider that was used, with the reason where it is not the one that was asked for. */
function providersOf({ models }: ExperimentParts, listed: readonly { readonly id: string }[]): string {
  const records = listed.flatMap(({ id }) => models.require(id).computedOn() ?? [])
  const words = records.map(({ used, reason }) => (reason === null ? used : `${used} (${reason})`))
  return words.length === 0 ? 'cpu' : [...new Set(words)].join(', ')
}

function recipeOf({ parts, files, chosen, version }: AssemblyFacts, changed: string[]): Report['recipe'] {
  const { experiment } = parts
  const recipe = {
    saliscope: version,
    seed: experiment.seed,
    provider: providersOf(
      parts,
      experiment.models.filter((model) => model.role === 'classifier' && !isElsewhere(model))
    ),
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
    files: { ...files },
    changedRules: changed,
    preprocessing: preprocessingOf(parts),
    methods: parts.methods.map(recipeMethod),
    // Cases, labels, boxes, cues, splits, groups, regions, references and what else the file states.
    experiment: hashJson({ ...experiment, title: null }),
    criteria: chosenParams(chosen)
  }
  return { ...recipe, id: hashJson(recipe) }
}

const chosenParams = (chosen: AssemblyFacts['chosen']): { id: string; params: Record<string, unknown> }[] =>
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

function thresholdOf(chosen: AssemblyFacts['chosen'], name: string, preset: number): number {
  const value = chosen.map(({ params }) => params[name]).find((candidate) => typeof candidate === 'number')
  return typeof value === 'number' ? value : preset
}

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
    ...(parts.loaded.folder.replaceAll('\\', '/').endsWith('resources/sample')
      ? ['The images are drawn by a program, not taken of patients.']
      : []),
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
function averageWords({ parts, spec, chosen }: AssemblyFacts): string[] {
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
