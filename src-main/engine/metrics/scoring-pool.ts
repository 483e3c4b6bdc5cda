import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { type Scored, scoreWith, type ScoringThreads } from '@engine/metrics/scoring-work'

const mostThreads = 8

/**
 * Threads that score, of the built worker entry; they start on demand and leave after half a minute without work.
 * As many as there are cores: the thread that asks only waits meanwhile.
 */
export function scoringPool(
  workerFile: string,
  count = Math.min(mostThreads, availableParallelism())
): ScoringThreads & { close(): Promise<void> } {
  const pool = new Piscina({ filename: workerFile, minThreads: 0, maxThreads: count, idleTimeout: 30_000 })
  return {
    count,
    run: (request) => pool.run(request) as Promise<Scored>,
    close: () => pool.destroy()
  }
}

/** Makes this process score in threads; where the worker entry was not built, in the calling one. */
export function scoreInWorkers(workerFile: string): void {
  if (existsSync(workerFile)) scoreWith(scoringPool(workerFile))
}
