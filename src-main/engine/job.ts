import { setMaxListeners } from 'node:events'
import { asFault, Fault } from '@engine/fault'

/** What every long-running function is given: a way to say how far it is, and to learn that nobody wants the answer any more. */
export interface Job {
  readonly signal: AbortSignal
  /** `done` of `total` units of `stage`; cheap, may be called often. `secondsLeft` where it is known better than from the pace of the units. */
  progress(stage: string, done: number, total: number, secondsLeft?: number | null): void
  /** A finished part of the result, shown before the rest is there (preliminary map, finished cell). */
  partial?(value: unknown): void
}

/** A controller whose signal hundreds of waiting computations may listen to; Node would take that for a leak. */
export function jobController(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}

/** A job nobody watches: tests and one-shot commands. */
export function quietJob(signal: AbortSignal = jobController().signal): Job {
  return { signal, progress: () => undefined }
}

/** Throws Fault `cancelled` when the job was cancelled; call between batches. */
export function throwIfCancelled(job: Job): void {
  if (job.signal.aborted) throw new Fault('cancelled', 'Stopped on request.')
}

/** True when what this job shares was stopped by somebody else: that is no reason to stop this one, it asks again. */
export const stoppedByAnother = (thrown: unknown, job: Job): boolean =>
  asFault(thrown).code === 'cancelled' && !job.signal.aborted

/** A job whose progress is a part of a larger one: `[from, to]` of the parent's stage. */
export function subJob(job: Job, report: (done: number, total: number) => void): Job {
  return { signal: job.signal, progress: (_stage, done, total) => report(done, total), partial: job.partial?.bind(job) }
}
