/** Calls that an opening outweighs at most: a session that is opened is used again. */
const mostCalls = 1.5
/** Of a new time in the running mean. */
const share = 0.2

/**
 * What opening a session in another process counts, in calls that wait. Where a call takes long, as a path of gradients on a
 * large image does, it is sooner begun in a process that opens the session first than behind another call.
 */
export class OpeningWeight {
  private opening: number | null = null
  private run: number | null = null

  /** Seconds a session took to open. */
  opened(seconds: number): void {
    this.opening = nearer(this.opening, seconds)
  }

  /** Seconds a call took. */
  ran(seconds: number): void {
    this.run = nearer(this.run, seconds)
  }

  get calls(): number {
    if (this.opening === null || this.run === null || this.run <= 0) return mostCalls
    return Math.min(mostCalls, this.opening / this.run)
  }
}

const nearer = (mean: number | null, seconds: number): number =>
  mean === null ? seconds : mean + share * (seconds - mean)
