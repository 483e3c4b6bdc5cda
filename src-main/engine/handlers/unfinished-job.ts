import type { JobSummary } from '@shared/vocabulary'

/** How a job that was not finished before the last shut-down is kept. */
export interface UnfinishedJob {
  readonly jobId: string
  readonly title: string
  readonly kind: JobSummary['kind']
  readonly done: number
  readonly total: number
  readonly request: unknown
}

/** It as a line of the list, to be gone on with or taken off. */
export function offeredSummary(job: UnfinishedJob): JobSummary {
  return {
    jobId: job.jobId,
    title: job.title,
    kind: job.kind,
    state: 'unfinished',
    stage: '',
    done: job.done,
    total: job.total,
    secondsLeft: null,
    seconds: 0,
    failures: [],
    resultId: null
  }
}
