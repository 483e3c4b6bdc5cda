import { Fault, asFault } from '@engine/fault'
import { type Job, jobController } from '@engine/job'
import type { JobSummary } from '@shared/vocabulary'
import { offeredSummary, type UnfinishedJob } from './unfinished-job'

/** What a job does: units one after the other; a unit that fails is listed and the others go on. */
export interface JobWork {
  readonly title: string
  readonly kind: JobSummary['kind']
  /** Names of the units, in order: "Phantom 0042, Grad-CAM". */
  readonly units: readonly string[]
  /** Runs one unit; `job.progress` refines the unit. A Fault fails the unit only, unless it is `cancelled`. */
  run(unit: number, job: Job): Promise<void>
  /** After the last unit, or when stopped. */
  finish?(outcome: 'done' | 'cancelled' | 'failed'): Promise<void> | void
  readonly resultId?: string
  /** The cases it is about, where they are known. */
  readonly cases?: readonly string[]
  /** What is needed to offer the job again after a restart; null: not offered. */
  readonly request: unknown
}

interface Entry {
  readonly work: JobWork
  summary: JobSummary
  readonly controller: AbortController
  next: number
  paused: boolean
  wake: (() => void) | null
  startedAt: number
  spentMs: number
}

/**
 * Runs jobs one at a time in the order they came. Pausing takes effect between units; cancelling aborts the unit in
 * flight at once. What is done stays done.
 */
export class JobQueue {
  private readonly entries = new Map<string, Entry>()
  private readonly unfinished = new Map<string, UnfinishedJob>()
  private count = 0
  private working = false

  constructor(private readonly changed: (jobs: readonly JobSummary[]) => void) {}

  /** Puts a job at the end of the queue and returns its id. */
  add(work: JobWork): string {
    this.count += 1
    const jobId = `job-${Date.now().toString(36)}-${this.count}`
    const summary: JobSummary = {
      jobId,
      title: work.title,
      kind: work.kind,
      state: 'waiting',
      stage: '',
      done: 0,
      total: work.units.length,
      secondsLeft: null,
      seconds: 0,
      failures: [],
      resultId: work.resultId ?? null
    }
    this.entries.set(jobId, {
      work,
      summary,
      controller: jobController(),
      next: 0,
      paused: false,
      wake: null,
      startedAt: 0,
      spentMs: 0
    })
    this.tell()
    void this.workOff()
    return jobId
  }

  list(): JobSummary[] {
    const offered = [...this.unfinished.values()].map(offeredSummary)
    return [...offered, ...[...this.entries.values()].map((entry) => entry.summary)]
  }

  /** The cases a job is about; empty where that is not known, or there is no such job. */
  casesOf(jobId: string): readonly string[] {
    return this.entries.get(jobId)?.work.cases ?? []
  }

  /** Stops what is computed of this case alone, and takes it off the list. */
  cancelOf(caseId: string): void {
    for (const [jobId, { work }] of this.entries) {
      if (work.cases === undefined || work.cases.some((one) => one !== caseId)) continue
      this.cancel(jobId)
      this.dismiss(jobId)
    }
  }

  pause(jobId: string): void {
    const entry = this.require(jobId)
    if (entry.summary.state !== 'running' && entry.summary.state !== 'waiting') return
    entry.paused = true
    this.update(entry, { state: 'paused', secondsLeft: null })
  }

  resume(jobId: string): void {
    const entry = this.require(jobId)
    if (!entry.paused) return
    entry.paused = false
    this.update(entry, { state: entry.wake === null ? 'waiting' : 'running' })
    entry.wake?.()
    entry.wake = null
    void this.workOff()
  }

  cancel(jobId: string): void {
    if (this.unfinished.delete(jobId)) {
      this.tell()
      return
    }
    const entry = this.require(jobId)
    if (isOver(entry.summary)) return
    const started = entry.summary.state !== 'waiting' && entry.startedAt > 0
    entry.controller.abort()
    entry.paused = false
    this.update(entry, { state: started ? 'stopping' : 'cancelled', secondsLeft: null })
    if (!started) void entry.work.finish?.('cancelled')
    entry.wake?.()
    entry.wake = null
  }

  /** Moves a job that waits before or behind its neighbour among those that wait; the last one stays. Throws Fault `not-found`, `usage`. */
  move(jobId: string, by: -1 | 1): void {
    const { summary, work } = this.require(jobId)
    if (summary.state !== 'waiting') {
      throw new Fault('usage', `“${work.title}” does not wait any more.`, {
        subject: work.title,
        hint: 'Only jobs that wait change places.'
      })
    }
    const all = [...this.entries]
    const waiting = all.filter(([, entry]) => entry.summary.state === 'waiting').map(([id]) => id)
    const other = waiting[waiting.indexOf(jobId) + by]
    if (other === undefined) return
    const places = all.map(([id]) => (id === jobId ? other : id === other ? jobId : id))
    const entries = new Map(all)
    this.entries.clear()
    for (const id of places) this.entries.set(id, entries.get(id)!)
    this.tell()
  }

  dismiss(jobId: string): void {
    const entry = this.entries.get(jobId)
    if (entry !== undefined && !isOver(entry.summary)) return
    this.entries.delete(jobId)
    this.unfinished.delete(jobId)
    this.tell()
  }

  /** Jobs that were cut off by the last shut-down; shown as `unfinished` until resumed or dismissed. */
  offer(jobs: readonly UnfinishedJob[]): void {
    for (const job of jobs) this.unfinished.set(job.jobId, job)
    this.tell()
  }

  /** Takes an offered job off the list to be started anew; undefined when the id is not an offered one. */
  takeOffered(jobId: string): UnfinishedJob | undefined {
    const job = this.unfinished.get(jobId)
    this.unfinished.delete(jobId)
    return job
  }

  /** What to keep for the next start. */
  open(): UnfinishedJob[] {
    const cut = [...this.entries.values()].filter((entry) => !isOver(entry.summary) && entry.work.request !== null)
    return [
      ...this.unfinished.values(),
      ...cut.map(({ work, summary }) => ({
        jobId: summary.jobId,
        title: work.title,
        kind: work.kind,
        done: summary.done,
        total: summary.total,
        request: work.request
      }))
    ]
  }

  /** Aborts everything without touching what `open` would keep. */
  stopAll(): void {
    for (const entry of this.entries.values()) entry.controller.abort()
  }

  private require(jobId: string): Entry {
    const entry = this.entries.get(jobId)
    if (entry === undefined) throw new Fault('not-found', 'That job is no longer on the list.')
    return entry
  }

  private async workOff(): Promise<void> {
    if (this.working) return
    this.working = true
    // The caller of `add` learns the job's id before its first unit runs.
    await Promise.resolve()
    try {
      for (;;) {
        const entry = [...this.entries.values()].find((candidate) => candidate.summary.state === 'waiting')
        if (entry === undefined) return
        await this.runEntry(entry)
      }
    } finally {
      this.working = false
    }
  }

  private async runEntry(entry: Entry): Promise<void> {
    entry.startedAt = performance.now()
    this.update(entry, { state: 'running' })
    while (entry.next < entry.work.units.length && !entry.controller.signal.aborted) {
      if (entry.paused) await this.untilResumed(entry)
      if (entry.controller.signal.aborted) break
      await this.runUnit(entry)
    }
    const outcome = entry.controller.signal.aborted ? 'cancelled' : this.allFailed(entry) ? 'failed' : 'done'
    await entry.work.finish?.(outcome)
    this.update(entry, { state: outcome, stage: '', secondsLeft: null, seconds: entry.spentMs / 1000 })
  }

  private allFailed(entry: Entry): boolean {
    return entry.summary.failures.length > 0 && entry.summary.failures.length >= entry.work.units.length
  }

  private untilResumed(entry: Entry): Promise<void> {
    return new Promise((resolve) => {
      entry.wake = resolve
    })
  }

  private async runUnit(entry: Entry): Promise<void> {
    const unit = entry.next
    const name = entry.work.units[unit]
    const begun = performance.now()
    this.update(entry, { stage: name })
    const job: Job = {
      signal: entry.controller.signal,
      progress: (stage, done, total, secondsLeft) => {
        // A job of one unit says what it is at; one of many says which unit.
        if (entry.work.units.length === 1) entry.summary = { ...entry.summary, stage }
        if (total > 0 || entry.work.units.length > 1)
          this.forecast(entry, { within: total > 0 ? done / total : 0, begun, secondsLeft })
        else this.tell()
      }
    }
    try {
      await entry.work.run(unit, job)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'cancelled' && entry.controller.signal.aborted) return
      this.update(entry, {
        failures: [...entry.summary.failures, { file: name, fault: fault.report() }],
        fault: fault.report()
      })
    }
    entry.spentMs += performance.now() - begun
    entry.next += 1
    this.forecast(entry, { within: 0, begun: performance.now() })
  }

  /** Time left from the pace of the units so far, including the part of the present one; a job of one unit may know better. */
  private forecast(
    entry: Entry,
    { within, begun, secondsLeft: stated }: { within: number; begun: number; secondsLeft?: number | null }
  ): void {
    const total = entry.work.units.length
    const fraction = (entry.next + Math.min(1, within)) / total
    const spentMs = entry.spentMs + (performance.now() - begun)
    const paced = fraction > 0.02 && spentMs > 200 ? ((spentMs / fraction) * (1 - fraction)) / 1000 : null
    const secondsLeft = total === 1 && stated !== undefined ? stated : paced
    this.update(entry, { done: Number((fraction * total).toFixed(2)), seconds: spentMs / 1000, secondsLeft })
  }

  private update(entry: Entry, change: Partial<JobSummary>): void {
    // A paused or stopping job keeps that word while its last unit runs out.
    entry.summary = { ...entry.summary, ...change }
    this.tell()
  }

  private tell(): void {
    this.changed(this.list())
  }
}

function isOver(job: JobSummary): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled'
}
