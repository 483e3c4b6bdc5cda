import { asFault } from '@engine/fault'
import type { Job } from '@engine/job'

/**
 * Work that is done once for all who ask. A failure is not kept; who waits for work that another asker stopped begins it
 * again under his own job instead of being told that it was stopped.
 */
export function sharedWork<Value>(work: (job: Job) => Promise<Value>): (job: Job) => Promise<Value> {
  let running: Promise<Value> | null = null
  return async (job) => {
    for (;;) {
      const mine = (running ??= work(job))
      try {
        return await mine
      } catch (thrown) {
        if (running === mine) running = null
        if (asFault(thrown).code !== 'cancelled' || job.signal.aborted) throw thrown
      }
    }
  }
}
