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

export function ranksOf(values: Float32Array, low: number, high: number, signed: boolean): ValueRanks {
  const counts = new Float64Array(BINS + 1)
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
  for (let bin = BINS - 1; bin >= 0; bin--) counts[bin] += counts[bin + 1]

  return { low, high, above: counts, count: values.length - holes, zeros, tops, holes }
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

/** Sizes that are shown: above the threshold, up to the upper limit. */
interface ShownSizes {
  readonly threshold: number
  readonly upper?: number
}

/** Sum of the sizes of a map's values in each slice; of those that are shown, where a band is given. */
export function sliceEnergy(
  values: Float32Array,
  size: readonly [number, number, number],
  { threshold, upper = Infinity }: ShownSizes = { threshold: -1 }
): Float64Array {
  const perSlice = size[0] * size[1]
  const energy = new Float64Array(size[2])

  for (let slice = 0; slice < size[2]; slice++) {
    let sum = 0
    for (let index = slice * perSlice; index < (slice + 1) * perSlice; index++) {
      const height = Math.abs(values[index])
      // A place without a value adds nothing.
      if (height > threshold && height <= upper) sum += height
    }
    energy[slice] = sum
  }

  return energy
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
