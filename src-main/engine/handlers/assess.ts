import { criteria } from '@engine/criteria/index'
import type { CriterionResult } from '@engine/criteria/criterion'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import { parseCriterionParams } from '@engine/criteria/parameters'
import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Report } from '@shared/report'
import type { Running } from '@shared/report-progress'
import { type AnswerNote, AssessmentMemory } from './assessment-memory'
import type { CaseShelf } from './case-shelf'
import type { LoadedExperiment } from './experiment-file'
import { experimentFiles } from './experiment-hashes'
import type { ProviderWish } from './explainable-for'
import { closeSegmenters, type ExperimentParts, openExperiment, type RunnableMethod } from './experiment-parts'
import { forecastRun } from './forecast/forecast-run'
import { runSpec } from './experiment-spec'
import { keepMapsIn } from './keep-maps'
import type { MapPrints } from './map-prints'
import type { ModelShelf } from './model-shelf'
import { assembleReport } from './report-assembly'
import { withPictures } from './report-pictures'
import { type Chosen, runCriteria, stageOnly } from './run-criteria'

/** Cases and models that are open already; the experiment then names them by id. */
export interface OpenedParts {
  readonly models: ModelShelf
  readonly cases: CaseShelf
}

export interface AssessmentTools {
  readonly host: InferenceHost
  readonly threads: number
  readonly version: string
  readonly opened: OpenedParts | undefined
  /** For models that are opened here. */
  readonly wish?: ProviderWish
  /** What earlier assessments found: only what depends on a change is computed again. Not used where volumes are kept. */
  readonly memory?: AssessmentMemory
  /** Told how each answer came about: computed now, or remembered. */
  readonly answered?: (note: AnswerNote) => void
  /** Puts something between the criteria and the run: answers that are there already. */
  readonly through?: (run: ExperimentRun) => ExperimentRun
  /** Takes down what the maps look like, for a later `verify --rerun`. */
  readonly prints?: MapPrints
  /** Folder of the report, where volumes that belong to it are kept; without it there are none. */
  readonly out?: string
}

/**
 * Runs the criteria of an experiment one after the other and returns the report; `job.partial` is given the report so
 * far as rows come. Throws Fault `bad-experiment` and what opening throws before anything is computed; a case
 * that fails is listed in the report.
 */
export async function assessExperiment(loaded: LoadedExperiment, tools: AssessmentTools, job: Job): Promise<Report> {
  const chosen = chosenCriteria(loaded)
  const parts = await openExperiment(loaded, { ...tools, job: stageOnly(job) })
  try {
    return await assessParts(parts, { chosen, tools }, job)
  } finally {
    closeSegmenters(parts)
  }
}

async function assessParts(
  parts: ExperimentParts,
  { chosen, tools }: { chosen: readonly Chosen[]; tools: AssessmentTools },
  job: Job
): Promise<Report> {
  checkScales(parts, chosen)
  const spec = runSpec(parts)
  const keep = tools.out === undefined ? undefined : keepMapsIn(tools.out)
  const memory = keep === undefined ? (tools.memory ?? new AssessmentMemory()) : new AssessmentMemory()
  const watched = forecastRun({ parts, spec, keep, memory })
  const answered = tools.through?.(watched.run) ?? watched.run
  const run = tools.prints?.watch(answered) ?? answered
  // Where answers are there already nothing is to be counted.
  const plan = tools.through === undefined ? watched.plan : (): Promise<void> => Promise.resolve()
  const facts = { parts, run, spec, chosen, files: await experimentFiles(parts), version: tools.version }
  const assemble = (found: CriterionResult, running: Running | null): Promise<Report> =>
    assembleReport({ ...facts, found, complete: false, running })
  const how = { ...watched, plan, run, parts, memory, assemble, answered: tools.answered }
  const found = await runCriteria(chosen, how, job)
  const complete = await assembleReport({ ...facts, found, complete: true })
  const partial = (value: unknown): void => job.partial?.(value)
  return withPictures(complete, { parts, run, spec }, { ...stageOnly(job), partial })
}

/** The criteria the experiment names, or all of them (regions only where it has some); parameters are checked now. Throws Fault `bad-experiment`. */
export function chosenCriteria({ experiment }: LoadedExperiment): Chosen[] {
  const asked = criteria.filter(({ needs }) => !needs.includes('regions') || experiment.regions !== null)
  const wanted = experiment.criteria.length > 0 ? experiment.criteria : asked.map(({ id }) => ({ id, params: {} }))
  return wanted.map(({ id, params }) => {
    const criterion = criteria.find((candidate) => candidate.id === id)
    if (criterion === undefined) {
      throw new Fault('bad-experiment', `There is no criterion "${id}".`, {
        hint: `Criteria: ${criteria.map((candidate) => candidate.id).join(', ')}.`
      })
    }
    return { criterion, params: parseCriterionParams(criterion, params) as Record<string, unknown> }
  })
}

/** Criteria that compare maps by SSIM, whose constants are for values from 0 to 1. */
const comparing = ['randomisation', 'repeatability', 'reproducibility', 'robustness']

/** Maps that stay in their own unit cannot be compared by similarity. Throws Fault `bad-experiment`. */
export function checkScales({ methods }: Pick<ExperimentParts, 'methods'>, chosen: readonly Chosen[]): void {
  const similarity = chosen.find(({ criterion }) => comparing.includes(criterion.id))
  const unscaled = methods.find((method) => method.kind === 'expression' && isUnscaled(method))
  if (similarity === undefined || unscaled === undefined) return
  throw new Fault(
    'bad-experiment',
    `The map "${unscaled.id}" keeps its own unit, so ${similarity.criterion.title.toLowerCase()} cannot compare it.`,
    { subject: unscaled.id, hint: 'Give it a "reduction" with "normalise": "min-max", or leave that criterion out.' }
  )
}

/** Class activation maps in the scaling of pytorch-grad-cam are 0–1 already. */
function isUnscaled({ reduction, params }: Extract<RunnableMethod, { kind: 'expression' }>): boolean {
  const scaled = Object.entries(params).some(([name, value]) => name.endsWith('.scaling') && value === 'pgc')
  return !scaled && (reduction.normalise === 'none' || reduction.normalise === 'diverging')
}
