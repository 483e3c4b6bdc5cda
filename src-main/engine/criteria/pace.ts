import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled, type Job } from '@engine/job'

/** Milliseconds after which a loop gives the thread back, so that progress and cancel are answered at once. */
const sliceMs = 15

/** Called in every turn of a long loop: yields when the slice is used up. Throws Fault `cancelled`. */
export type Pace = () => Promise<void>

export function createPace(job: Job): Pace {
  let since = performance.now()
  return async () => {
    throwIfCancelled(job)
    if (performance.now() - since < sliceMs) return
    await setImmediate()
    since = performance.now()
    throwIfCancelled(job)
  }
}
