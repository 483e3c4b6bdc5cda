import { type Criterion, type CriterionResult, nothingFound } from '@engine/criteria/criterion'
import { asFault } from '@engine/fault'
import { type Job, throwIfCancelled } from '@engine/job'
import type { Report } from '@shared/report'
import type { Running } from '@shared/report-progress'
import type { AnswerNote, AssessmentMemory } from './assessment-memory'
import type { ExperimentParts } from './experiment-parts'
import type { ForecastRun } from './forecast/forecast-run'
import { LiveReport } from './live-report'

export interface Chosen {
  readonly criterion: Criterion
  readonly params: Record<string, unknown>
}

interface CriteriaTools extends ForecastRun {
  readonly parts: ExperimentParts
  readonly memory: AssessmentMemory
  /** Told how each answer came about. */
  readonly answered?: (note: AnswerNote) => void
  /** The report as it is now. */
  assemble(found: CriterionResult, running: Running | null): Promise<Report>
}

/** Asks the criteria one after the other; `job.partial` is given the report as it fills in. Throws Fault `cancelled`, after a last report of what was there. */
export async function runCriteria(
  chosen: readonly Chosen[],
  { run, forecast, plan, parts, memory, assemble, answered }: CriteriaTools,
  job: Job
): Promise<CriterionResult> {
  let found: CriterionResult = nothingFound
  let now: Criterion | null = null
  let planned = false
  const running = (): Running | null =>
    now === null ? null : { area: now.area, title: now.title, cells: forecast.cells() }
  const live = new LiveReport({ assemble, found: () => found, running }, job)
  for (const [index, { criterion, params }] of chosen.entries()) {
    throwIfCancelled(job)
    // How good the classifiers are is there within seconds; counting what the maps will take can wait for it.
    if (!planned && criterion.area !== null) {
      await plan(chosen.slice(index), stageOnly(job))
      planned = true
    }
    const tell = (): void => {
      job.progress(criterion.title, forecast.fraction(), 1, forecast.secondsLeft())
      live.tick()
    }
    now = criterion
    forecast.begin(criterion.id)
    tell()
    const own: Job = { signal: job.signal, progress: tell, partial: (value) => live.row(value) }
    const part = await memory
      .answer({ criterion, params, run }, parts, own, answered)
      .catch(async (thrown: unknown) => {
        // What was there when it was stopped stays: whole questions, and the maps that were scored of the last one.
        if (asFault(thrown).code === 'cancelled') await live.show(null)
        throw thrown
      })
    forecast.finish()
    now = null
    found = joined(found, part)
    live.begin()
    await live.show(null)
  }
  return found
}

/** For work beside the criteria: it has a name but no share in the forecast. */
export function stageOnly(job: Job): Job {
  return { signal: job.signal, progress: (stage) => job.progress(stage, 0, 0) }
}

/** What several criteria ran into is listed once. */
const once = (failed: CriterionResult['failed']): CriterionResult['failed'] => [
  ...new Map(failed.map((one) => [JSON.stringify(one), one])).values()
]

function joined(before: CriterionResult, part: CriterionResult): CriterionResult {
  return {
    rows: [...before.rows, ...part.rows],
    curves: [...before.curves, ...part.curves],
    comparisons: [...before.comparisons, ...part.comparisons],
    answerKey: [...before.answerKey, ...part.answerKey],
    performance: [...before.performance, ...part.performance],
    distributions: [...before.distributions, ...part.distributions],
    failed: once([...before.failed, ...part.failed]),
    groups: [...(before.groups ?? []), ...(part.groups ?? [])],
    mapClusters: [...(before.mapClusters ?? []), ...(part.mapClusters ?? [])]
  }
}
