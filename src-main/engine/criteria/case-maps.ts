import type { FailedCase } from '@engine/criteria/criterion'
import {
  isUnavailable,
  type ExperimentRun,
  type MapRequest,
  type ReducedMap,
  type Unavailable
} from '@engine/criteria/experiment-run'
import { asFault } from '@engine/fault'
import { throwIfCancelled, type Job } from '@engine/job'

/** Asks the run for things that may not exist or may fail, and keeps the list of what failed. */
export interface CaseSource {
  readonly run: ExperimentRun
  readonly job: Job
  readonly failed: readonly FailedCase[]
  /** The map, or the reason why there is none. */
  map(request: MapRequest): Promise<ReducedMap | string>
  /** Any other answer of the run; `subject` names it in the list of failures. */
  ask<T extends object>(subject: Subject, question: () => Promise<T | Unavailable>): Promise<T | string>
}

export interface Subject {
  readonly modelId: string
  readonly caseId: string
  readonly methodId?: string
}

export function createCaseSource(run: ExperimentRun, job: Job): CaseSource {
  const failures = new Map<string, FailedCase>()

  async function ask<T extends object>(
    subject: Subject,
    question: () => Promise<T | Unavailable>
  ): Promise<T | string> {
    throwIfCancelled(job)
    try {
      const answer = await question()
      return isUnavailable(answer) ? answer.unavailable : answer
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'cancelled') throw fault
      const failure = {
        case: subject.caseId,
        model: subject.modelId,
        method: subject.methodId ?? '',
        reason: fault.message
      }
      failures.set(JSON.stringify(failure), failure)
      // Reasons stand inside sentences.
      return fault.message.replace(/\.$/u, '')
    }
  }

  return {
    run,
    job,
    get failed() {
      return [...failures.values()]
    },
    ask,
    map: (request) => ask(request, () => run.map(request, job))
  }
}
