import { defaultMemoryLimit } from '@engine/runtime/memory-limit'

const tried = [1, 2, 4, 8]
/** Runs per size; the first makes room for the new shape and is not counted. */
const runsPerSize = 2
/** Rows a request needs before it is worth trying sizes with it. */
const longRequest = 12
/** How much faster another size has to be than the usual one: a few percent are noise. */
const gain = 0.95
/** Share of the inference process's memory that one run's intermediate values may take. */
const memoryShare = 0.25

/** Sizes whose intermediate values fit the memory budget; `bytesPerRow` is what one row leaves behind in a run. */
export function candidateRows(bytesPerRow: number, limit: number = defaultMemoryLimit()): readonly number[] {
  return tried.filter((rows) => rows === 1 || rows * bytesPerRow <= memoryShare * limit)
}

/**
 * Finds out how many rows at once a session computes fastest, on the rows of the first long request itself: nothing is computed twice.
 * Results differ by float noise only.
 */
export class RowCalibration {
  private readonly trials: readonly number[]
  private readonly secondsPerRow = new Map<number, number>()
  private trial = 0
  private best: number

  /** `usual` rows are taken until the answer is there, and kept unless another size is clearly faster. */
  constructor(
    candidates: readonly number[],
    private readonly usual: number
  ) {
    this.trials = candidates.flatMap((rows) => new Array<number>(runsPerSize).fill(rows))
    this.best = usual
  }

  /** Rows of the next run of a request of `total` rows with `remaining` to go. */
  next(remaining: number, total: number): number {
    const wanted = this.trials[this.trial]
    if (wanted === undefined) return Math.min(remaining, this.best)
    const tries = total >= longRequest && wanted <= remaining
    return Math.min(remaining, tries ? wanted : this.usual)
  }

  /** Takes the time of a run inside the runtime. */
  record(rows: number, seconds: number): void {
    const wanted = this.trials[this.trial]
    if (rows !== wanted) return
    this.trial += 1
    if (this.trial % runsPerSize !== 0) return
    this.secondsPerRow.set(rows, seconds / rows)
    if (this.trial === this.trials.length) this.best = this.fastest()
  }

  private fastest(): number {
    const pace = (rows: number): number => this.secondsPerRow.get(rows) ?? Infinity
    const [first] = [...this.secondsPerRow.keys()].sort((a, b) => pace(a) - pace(b))
    return pace(first) < gain * pace(this.usual) ? first : this.usual
  }
}
