/** What is said of a map's values: rank of the one under the cursor, share hidden, sum per slice. Pure numbers. */

const BINS = 16384

/** How many values lie below each of many steps of the scale; made once per map. */
export interface ValueRanks {
  readonly low: number
  readonly high: number
  /** `above[b]`: number of values in bin b or above. */
  readonly above: Float64Array
  readonly count: number
  /** Values that are exactly zero. */
  readonly zeros: number
  /** Values at the upper end: of a clipped map those that lie above it. */
  readonly tops: number
  /** Places without a value. */
  readonly holes: number
}

/** Counts values into ranks, part by part; signed ones by their size. */
export class RankCounter {
  readonly #counts = new Float64Array(BINS + 1)
  #zeros = 0
  #holes = 0
  #tops = 0
  #values = 0

  constructor(
    private readonly low: number,
    private readonly high: number,
    private readonly signed: boolean
  ) {}

  add(values: Float32Array): void {
    const counts = this.#counts
    const { low, high, signed } = this
    const span = high - low
    let zeros = 0
    let holes = 0
    let tops = 0
    for (let index = 0; index < values.length; index++) {
      const value = signed ? Math.abs(values[index]) : values[index]
      if (Number.isNaN(value)) {
        holes++
        continue
      }
      if (value === 0) zeros++
      if (value >= high) tops++
      counts[binOf(value, low, span)]++
    }
    this.#zeros += zeros
    this.#holes += holes
    this.#tops += tops
    this.#values += values.length
  }

  ranks(): ValueRanks {
    const above = this.#counts.slice()
    for (let bin = BINS - 1; bin >= 0; bin--) above[bin] += above[bin + 1]
    const { low, high } = this

    return {
      low,
      high,
      above,
      count: this.#values - this.#holes,
      zeros: this.#zeros,
      tops: this.#tops,
      holes: this.#holes
    }
  }
}

function binOf(value: number, low: number, span: number): number {
  if (!(span > 0)) return 0

  return Math.min(BINS, Math.max(0, Math.floor(((value - low) / span) * BINS)))
}

/** Share of the map, 0…1, that is at least as hot as this value (to 1/16384 of the scale). */
export function shareAtLeast(ranks: ValueRanks, value: number): number {
  if (ranks.count === 0) return 1

  return ranks.above[binOf(value, ranks.low, ranks.high - ranks.low)] / ranks.count
}

/** "hottest 2 %", "hottest 0.3 %", or "among the coolest half". */
export function rankWords(share: number): string {
  const percent = 100 * share
  if (percent > 50) return 'cooler half'
  if (percent < 0.1) return 'hottest 0.1 %'

  return `hottest ${percent < 1 ? percent.toFixed(1) : Math.ceil(percent)} %`
}

/** The value that this share of the map lies below, such as 0.9 for the 90th percentile. */
export function percentileOf(ranks: ValueRanks, below: number): number {
  const keep = ranks.count * (1 - below)
  let bin = BINS
  while (bin > 0 && ranks.above[bin] < keep) bin--

  return ranks.low + (bin / BINS) * (ranks.high - ranks.low)
}

/** Slices from the hottest to the coolest; only those hotter than both neighbours, so that each stop shows something new. */
export function hotSlices(energy: Float64Array): number[] {
  const peaks: number[] = []
  for (let slice = 0; slice < energy.length; slice++) {
    const before = slice === 0 ? -Infinity : energy[slice - 1]
    const after = slice === energy.length - 1 ? -Infinity : energy[slice + 1]
    if (energy[slice] > 0 && energy[slice] >= before && energy[slice] > after) peaks.push(slice)
  }

  return peaks.sort((a, b) => energy[b] - energy[a])
}
