import type { Job } from '@engine/job'
import { asFault } from '@engine/fault'
import type { Report } from '@shared/report'

/**
 * Runs an assessment; when it is stopped (Ctrl+C, the time limit of a cluster), `keep` is given the report as far as it
 * was, if anything had been scored. Throws what the run throws, Fault `cancelled` included.
 */
export async function keptWhenStopped(
  job: Job,
  run: (job: Job) => Promise<Report>,
  keep: (reached: Report) => Promise<void>
): Promise<Report> {
  let reached: Report | null = null
  const watched: Job = {
    signal: job.signal,
    progress: (...said) => job.progress(...said),
    // The window shows the report while it fills in; here nobody looks before the end, so it is only made on the last call.
    get partial() {
      return job.signal.aborted ? (value: unknown) => (reached = value as Report) : undefined
    }
  }
  try {
    return await run(watched)
  } catch (thrown) {
    if (asFault(thrown).code === 'cancelled' && reached !== null && hasFigures(reached)) await keep(reached)
    throw thrown
  }
}

const hasFigures = ({ results, models }: Report): boolean =>
  results.length > 0 || models.some(({ performance }) => performance.length > 0)
