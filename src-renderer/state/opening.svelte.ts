import type { Progress } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { shell } from './shell.svelte'

/** Before this share is done, or this much time has gone, a forecast would be a guess. */
const FORECAST_SHARE = 0.02
const FORECAST_MS = 1500

export interface WatchedOptions {
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

/** Something that takes a while: what it is, how far, and how to stop it. The latest one is spoken of. */
export class WatchedWork {
  now = $state.raw<Shown | null>(null)
  /** Set when the user stopped it, until the next one: nothing of it was done. */
  stopped = $state<string | null>(null)
  #abort: AbortController | null = null

  /** `quietMs`: what is done before is not spoken of. */
  constructor(private readonly quietMs = 0) {}

  /** Runs one piece of work; a fault is shown as a notice, never thrown. */
  async run(words: string, work: (options: WatchedOptions) => Promise<void>): Promise<void> {
    const abort = new AbortController()
    const start = performance.now()
    this.#abort = abort
    this.stopped = null
    let shown: Shown = { words, progress: null, left: null }
    let quiet = this.quietMs > 0
    const timer = setTimeout(() => {
      quiet = false
      if (this.#abort === abort) this.now = shown
    }, this.quietMs)
    if (!quiet) this.now = shown
    try {
      await work({
        signal: abort.signal,
        onProgress: (progress) => {
          // Cancelled or overtaken by another: it goes on, or ends, without the line.
          if (this.#abort !== abort || abort.signal.aborted) return
          shown = { words, progress, left: secondsLeft(progress, performance.now() - start) }
          if (!quiet) this.now = shown
        }
      })
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      if (fault.code === 'cancelled') this.stopped = words
      shell.report(fault)
    } finally {
      clearTimeout(timer)
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

/** What is being opened. */
export const opening = new WatchedWork()
