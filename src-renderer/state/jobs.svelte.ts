import type { JobSummary } from '@shared/vocabulary'
import { call, on, onReconnect } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import { shell } from './shell.svelte'

const open: readonly JobSummary['state'][] = ['waiting', 'running', 'paused', 'stopping']

/** How far a job is: `12 of 100`, or a percentage where it is one long piece; empty while nothing is known. */
export function jobShare({ done, total, state }: JobSummary): string {
  if (total <= 0 || (total === 1 && state === 'done')) return ''

  return total === 1 ? `${Math.floor(100 * done)} %` : `${Math.floor(done)} of ${total}`
}

/** The headings of the list, in their order. */
const jobGroups = ['unfinished', 'now', 'waiting', 'failed', 'done'] as const
type JobGroup = (typeof jobGroups)[number]

const groupOf: Readonly<Record<JobSummary['state'], JobGroup>> = {
  running: 'now',
  stopping: 'now',
  paused: 'now',
  waiting: 'waiting',
  unfinished: 'unfinished',
  done: 'done',
  cancelled: 'done',
  failed: 'failed'
}

/** Whether a job is still to be done. */
export const isOpen = ({ state }: JobSummary): boolean => open.includes(state)

/** The queue as the engine tells it. */
class Jobs {
  list = $state.raw<readonly JobSummary[]>([])
  /** Jobs asked to stop, until the engine confirms: the screen answers at once. */
  #stopping = $state.raw<ReadonlySet<string>>(new Set())

  /** Seconds a job was to take in all, as they were first said. */
  readonly #forecasts = new Map<string, number>()

  /** Changes of drawings that are not on the disk. */
  #held = 0

  get all(): readonly JobSummary[] {
    return this.list.map((job) =>
      this.#stopping.has(job.jobId) && isOpen(job) ? { ...job, state: 'stopping' as const } : job
    )
  }

  /** The list as it is shown: by heading, each with its jobs. */
  get grouped(): readonly { readonly group: JobGroup; readonly rows: readonly JobSummary[] }[] {
    const { all } = this

    return jobGroups
      .map((group) => ({ group, rows: all.filter((job) => groupOf[job.state] === group) }))
      .filter(({ rows }) => rows.length > 0)
  }

  get current(): JobSummary | null {
    return this.all.find((job) => job.state === 'running' || job.state === 'stopping') ?? null
  }

  /** Running and waiting: the badge, and what closing the window would lose. */
  get openCount(): number {
    return this.list.filter(isOpen).length
  }

  get unfinished(): readonly JobSummary[] {
    return this.list.filter((job) => job.state === 'unfinished')
  }

  find(jobId: string): JobSummary | null {
    return this.all.find((job) => job.jobId === jobId) ?? null
  }

  /** Follows the queue; returns the function that stops it. */
  listen(): () => void {
    const stops = [on('jobs', (list) => this.#take(list)), onReconnect(() => this.refresh())]
    this.refresh()

    return () => stops.forEach((stop) => stop())
  }

  /** Asks for the queue anew. */
  refresh(): void {
    call('job.list', {})
      .then((list) => this.#take(list))
      .catch((thrown: unknown) => shell.report(toFaultReport(thrown)))
  }

  /** So many changes of drawings would be lost with the window. */
  hold(changes: number): void {
    if (changes === this.#held) return
    this.#held = changes
    this.#tellBusy()
  }

  cancel(jobId: string): void {
    this.#stopping = new Set([...this.#stopping, jobId])
    this.#ask('job.cancel', jobId)
  }

  /** Between two jobs none runs for a moment: the next one is meant then. */
  cancelCurrent(): void {
    const job = this.current ?? this.all.find(({ state }) => state === 'waiting')
    if (job !== undefined) this.cancel(job.jobId)
  }

  pause(jobId: string): void {
    this.#ask('job.pause', jobId)
  }

  resume(jobId: string): void {
    this.#ask('job.resume', jobId)
  }

  /** Whether a waiting job has another one before or behind it. */
  mayMove(jobId: string, by: 1 | -1): boolean {
    const waiting = this.all.filter(({ state }) => state === 'waiting')
    const at = waiting.findIndex((job) => job.jobId === jobId)

    return at >= 0 && waiting[at + by] !== undefined
  }

  move(jobId: string, by: 1 | -1): void {
    call('job.move', { jobId, by }).catch((thrown: unknown) => shell.report(toFaultReport(thrown)))
  }

  dismiss(jobId: string): void {
    this.#ask('job.dismiss', jobId)
  }

  /** It takes half as long again as it was first said to, and half a minute more at least. */
  takesLonger({ jobId, seconds, secondsLeft }: JobSummary): boolean {
    const first = this.#forecasts.get(jobId)
    const now = seconds + (secondsLeft ?? 0)

    return first !== undefined && now > 1.5 * first && now - first > 30
  }

  #take(list: readonly JobSummary[]): void {
    this.list = list
    for (const { jobId, state, seconds, secondsLeft } of list)
      if (state === 'running' && secondsLeft !== null && !this.#forecasts.has(jobId))
        this.#forecasts.set(jobId, seconds + secondsLeft)
    const still = [...this.#stopping].filter((id) => list.some((job) => job.jobId === id && isOpen(job)))
    if (still.length !== this.#stopping.size) this.#stopping = new Set(still)
    this.#tellBusy()
  }

  /** Closing the window asks first while something would be lost. */
  #tellBusy(): void {
    void windowShell()?.setBusy({ jobs: this.openCount + this.#held })
  }

  #ask(command: 'job.cancel' | 'job.pause' | 'job.resume' | 'job.dismiss', jobId: string): void {
    call(command, { jobId }).catch((thrown: unknown) => {
      this.#stopping = new Set([...this.#stopping].filter((id) => id !== jobId))
      shell.report(toFaultReport(thrown))
    })
  }
}

export const jobs = new Jobs()
