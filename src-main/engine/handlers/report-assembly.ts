import { composeAnswer } from '@engine/criteria/answer'
import type { CriterionResult } from '@engine/criteria/criterion'
import { verdictMatrix } from '@engine/criteria/matrix'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import type { Report } from '@shared/report'
import type { Running } from '@shared/report-progress'
import type { ExperimentParts } from './experiment-parts'
import { hashJson } from './recipe'
import { isElsewhere } from './made-elsewhere'
import { presetComparison } from './preset-comparison'
import { reportCases } from './report-cases'
import { chosenParams, type Settled, settledParts, type SettledRecipe } from './report-settled'

export interface AssemblyFacts extends Settled {
  readonly run: ExperimentRun
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
  const casesDone = scoredCases(facts)
  const { title, questions, models, methods, limits, citations, recipe } = settledParts(facts)
  const { preset, references } = parts.experiment
  const settings = { maps: methods, criteria: chosenParams(chosen), background: references.background }
  return {
    version: 1,
    title,
    recipe: recipeOf(facts, recipe),
    coverage: { complete, casesDone, casesTotal: spec.cases.length, running: facts.running ?? null },
    answer: composeAnswer({
      spec,
      matrix,
      results: found.rows,
      answerKey: found.answerKey,
      performance: found.performance,
      changedRules: recipe.changedRules,
      coverage: { complete, casesDone }
    }),
    questions,
    matrix,
    models: models.map((model) => ({ ...model, performance: [...(performance.get(model.id) ?? [])] })),
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
    limits,
    citations,
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

/** "cpu", or every provider that was used, with the reason where it is not the one that was asked for. */
function providersOf({ models }: ExperimentParts, listed: readonly { readonly id: string }[]): string {
  const records = listed.flatMap(({ id }) => models.require(id).computedOn() ?? [])
  const words = records.map(({ used, reason }) => (reason === null ? used : `${used} (${reason})`))
  return words.length === 0 ? 'cpu' : [...new Set(words)].join(', ')
}

function recipeOf({ parts, files, version }: AssemblyFacts, settled: SettledRecipe): Report['recipe'] {
  const { models } = parts.experiment
  const provider = providersOf(
    parts,
    models.filter((model) => model.role === 'classifier' && !isElsewhere(model))
  )
  const recipe = { saliscope: version, provider, files: { ...files }, ...settled }
  return { ...recipe, id: hashJson(recipe) }
}
