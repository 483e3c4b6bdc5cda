import type { ExperimentRun, GroupMap, MapRequest, RunSpec } from '@engine/criteria/experiment-run'
import type { Job } from '@engine/job'
import { type AssessmentMemory, contentKey, keptMapBytes } from '../assessment-memory'
import type { ExperimentParts } from '../experiment-parts'
import { experimentRunOf } from '../elsewhere-run'
import { isBlind } from '../run-inputs'
import { AssessmentForecast } from './assessment-forecast'
import { meteredRun } from './metered-run'
import { planAssessment, type PlannedCriterion } from './plan-assessment'

interface ForecastParts {
  readonly parts: ExperimentParts
  readonly spec: RunSpec
  readonly keep: ((path: readonly string[], map: GroupMap) => Promise<string>) | undefined
  readonly memory: AssessmentMemory
}

/** The run of an experiment, the forecast that watches it, and what tells the forecast how much is to be done. */
export interface ForecastRun {
  readonly run: ExperimentRun
  readonly forecast: AssessmentForecast
  plan(chosen: readonly PlannedCriterion[], job: Job): Promise<void>
}

export function forecastRun({ parts, spec, keep, memory }: ForecastParts): ForecastRun {
  const forecast = new AssessmentForecast(memory.costs)
  const opened = new Set<string>()
  const computed = (request: MapRequest, since: number): void => {
    const { modelId, methodId, weights } = request
    const opening = JSON.stringify([modelId, methodId, weights])
    forecast.computed({ kind: opened.has(opening) ? 'map' : 'opening', modelId, methodId, count: 1 }, since)
    opened.add(opening)
  }
  const files = experimentRunOf(parts, spec, keep, { maps: memory.maps, key: contentKey(parts), computed })
  const run = meteredRun(files, forecast)
  const blind = (methodId: string): boolean => {
    const method = parts.method(methodId)
    return method.kind === 'expression' && isBlind(method)
  }
  return {
    run,
    forecast,
    async plan(chosen, job) {
      job.progress('Counting what is to be computed', 0, 0)
      const open: PlannedCriterion[] = []
      for (const one of chosen) if (!(await memory.remembers({ ...one, run }, parts))) open.push(one)
      const known = (request: MapRequest): boolean => files.knows(request)
      forecast.plan(await planAssessment(open, { run, keptBytes: keptMapBytes, known, blind }, job))
    }
  }
}
