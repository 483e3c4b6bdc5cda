import type { SessionOptions } from '@engine/runtime/messages'

/** Input values up to which a session keeps its memory for the next run; a larger one gives it back. */
const arenaElements = 4_000_000

/** Input values worth working on at once: four images of 224 × 224 × 3; more rows gain nothing on a CPU and cost memory. */
const elementsPerBatch = 602_112
const mostRows = 16

export interface SessionWish {
  readonly provider: SessionOptions['provider']
  readonly threads: number
  /** Values of one input, without the batch. */
  readonly inputElements: number
}

/** Options of a session that will run many times. */
export function sessionOptions({ provider, threads, inputElements }: SessionWish): SessionOptions {
  return { provider, threads, arena: inputElements <= arenaElements, optimisation: 'all' }
}

/** How many rows to give a model with a free batch at once. */
export function rowsPerRun(inputElements: number): number {
  return Math.max(1, Math.min(mostRows, Math.floor(elementsPerBatch / inputElements)))
}
