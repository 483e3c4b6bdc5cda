import type { JobSummary } from '@shared/vocabulary'
import { isOpen, jobs } from './jobs.svelte'
import { registerKeys } from './keys.svelte'
import { reports } from './report.svelte'
import { shell } from './shell.svelte'

/** Goes to what a job made. */
export function showJob(job: JobSummary): void {
  if (job.kind === 'assessment' && job.resultId) {
    reports.open(job.resultId)
    shell.show('report')
  } else {
    shell.show('view')
  }
}

/** Which job of the list the keys act on. */
class JobChoice {
  #id = $state<string | null>(null)

  get #rows(): readonly JobSummary[] {
    return jobs.grouped.flatMap(({ rows }) => rows)
  }

  /** The job that was chosen, as long as it is listed; null before one is. */
  get chosen(): JobSummary | null {
    return this.#rows.find(({ jobId }) => jobId === this.#id) ?? null
  }

  /** The one job Tab comes to. */
  get stop(): string | null {
    return (this.chosen ?? this.#rows[0])?.jobId ?? null
  }

  choose(jobId: string): void {
    this.#id = jobId
  }

  /** The next job of the list; the first or last where none is chosen. Ends at both ends. */
  step(by: 1 | -1): void {
    const rows = this.#rows
    const at = rows.findIndex(({ jobId }) => jobId === this.#id)
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))
    if (rows[next] !== undefined) this.#id = rows[next].jobId
  }

  /** Does a waiting job earlier or later; others stay where they are. */
  move(by: 1 | -1): void {
    const job = this.chosen
    if (job !== null && jobs.mayMove(job.jobId, by)) jobs.move(job.jobId, by)
  }

  /** What it made; one that stands still goes on. */
  show(): void {
    const job = this.chosen
    if (job === null) return
    if (job.state === 'paused' || job.state === 'unfinished') jobs.resume(job.jobId)
    else showJob(job)
  }

  /** Stops a job; one that has ended goes off the list, and its neighbour is chosen. */
  cancel(): void {
    const job = this.chosen
    if (job === null || job.state === 'stopping') return
    if (isOpen(job)) return jobs.cancel(job.jobId)
    const rows = this.#rows
    const at = rows.indexOf(job)
    this.#id = (rows[at + 1] ?? rows[at - 1])?.jobId ?? null
    jobs.dismiss(job.jobId)
  }
}

export const jobChoice = new JobChoice()

/** Keys of the list of jobs. Returns the function that takes them back. */
export function registerJobKeys(): () => void {
  return registerKeys('jobs', {
    'job-previous': () => jobChoice.step(-1),
    'job-next': () => jobChoice.step(1),
    'job-earlier': () => jobChoice.move(-1),
    'job-later': () => jobChoice.move(1),
    'job-show': () => jobChoice.show(),
    'job-cancel': () => jobChoice.cancel()
  })
}
