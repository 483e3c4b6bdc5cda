import type { Progress } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { shell } from './shell.svelte'

/** Before this share is done, or this much time has gone, a forecast would be a guess. */
const FORECAST_SHARE = 0.02
const FORECAST_MS = 1500

export interface OpeningOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** Seconds left at the pace so far; null while nothing can be said. */
export function secondsLeft(progress: Progress, elapsedMs: number): number | null {
  const { done, total } = progress
  if (total <= 1 || done <= 0 || done >= total) return null
  if (done / total < FORECAST_SHARE || elapsedMs < FORECAST_MS) return null

  return ((elapsedMs / 1000) * (total - done)) / done
}

interface Shown {
  readonly words: string
  readonly progress: Progress | null
  readonly left: number | null
}

/** What is being opened, how far it is, and how to stop it. The latest opening is the one that is spoken of. */
class Opening {
  now = $state.raw<Shown | null>(null)
  /** Set when the user stopped an opening, until the next one: nothing of it was added. */
  stopped = $state<string | null>(null)
  #abort: AbortController | null = null

  /** Runs one opening; a fault is shown as a notice, never thrown. */
  async run(words: string, work: (options: OpeningOptions) => Promise<void>): Promise<void> {
    const abort = new AbortController()
    const start = performance.now()
    this.#abort = abort
    this.stopped = null
    this.now = { words, progress: null, left: null }
    try {
      await work({
        signal: abort.signal,
        onProgress: (progress) => {
          // Cancelled or overtaken by another opening: it goes on, or ends, without the line.
          if (this.#abort !== abort || abort.signal.aborted) return
          this.now = { words, progress, left: secondsLeft(progress, performance.now() - start) }
        }
      })
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      if (fault.code === 'cancelled') this.stopped = words
      shell.report(fault)
    } finally {
      if (this.#abort === abort) {
        this.now = null
        this.#abort = null
      }
    }
  }

  stop(): void {
    this.#abort?.abort()
  }
}

export const opening = new Opening()
