import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { percentile } from '@engine/tensor/percentile'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** How a signed map becomes one channel for scoring and display; recorded with every result. */
export const Reduction = v.object({
  /** Over the channels. */
  reduce: v.optional(v.picklist(['none', 'sum-abs', 'max-abs', 'sum', 'max', 'mean']), 'sum-abs'),
  /** Percentile at which large values are cut; 100 cuts nothing. */
  clip: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), 99),
  normalise: v.optional(v.picklist(['none', 'min-max', 'max', 'diverging']), 'min-max')
})
export type Reduction = v.InferOutput<typeof Reduction>

/** For scoring and the magnitude overlay: PAIR's grey visualisation (definitions A1-13). */
export const scoringReduction: Reduction = { reduce: 'sum-abs', clip: 99, normalise: 'min-max' }

/** For the signed view. */
export const signedReduction: Reduction = { reduce: 'sum', clip: 99, normalise: 'diverging' }

export interface ReducedMap {
  /** `[N, 1, ...spatial]`, or all channels for `none`. */
  readonly map: Tensor
  /** True when the map has one value everywhere: there is nothing to score; the values are then 0. */
  readonly flat: boolean
  /** Values in the unit of the attribution that became the ends of the scale. */
  readonly low: number
  readonly high: number
  /** Value at the clip percentile in the unit of the attribution; null when nothing is clipped. */
  readonly clippedAt: number | null
  /** Index of the first largest value before clipping; 0 for a flat map. */
  readonly peak: number
}

/**
 * Applies a reduction to `[N, C, ...spatial]`: channels, then percentile clip, then normalisation; the N slices of a volume share one
 * clip and one scale. Throws Fault `bad-image` for a map with values that are not finite.
 */
export function reduceMap(attribution: Tensor, reduction: Reduction): ReducedMap {
  const single = reduceChannels(attribution, reduction.reduce)
  const { low, high } = extent(single.data)
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw new Fault('bad-image', 'The map holds values that are not numbers, so it cannot be scored or shown.', {
      hint: 'Check that the input has no missing values.'
    })
  }
  if (low === high) {
    return {
      map: { data: new Float32Array(single.data.length), shape: single.shape },
      flat: true,
      low,
      high,
      clippedAt: null,
      peak: 0
    }
  }
  return reduction.normalise === 'diverging'
    ? diverging(single, reduction.clip)
    : magnitude(single, reduction, { low, high })
}

/** Values above the percentile are cut; min–max puts [low, cut] on [0, 1], max puts [0, cut] there. */
function magnitude(single: Tensor, { clip, normalise }: Reduction, range: { low: number; high: number }): ReducedMap {
  const cut = clip < 100 ? percentile(single.data, clip) : range.high
  // A map that is nonzero in fewer pixels than the clip removes would lose everything: it is not clipped.
  const high = cut > range.low ? cut : range.high
  const low = normalise === 'max' ? Math.min(0, range.low) : range.low
  const clippedAt = high < range.high ? high : null
  const peak = single.data.indexOf(range.high)
  const offset = normalise === 'none' || normalise === 'max' ? 0 : range.low
  const span = normalise === 'none' ? 1 : high - offset
  const data = new Float32Array(single.data.length)
  if (span > 0) for (let i = 0; i < data.length; i++) data[i] = (Math.min(single.data[i], high) - offset) / span
  return { map: { data, shape: single.shape }, flat: span <= 0, low, high, clippedAt, peak }
}

/** Zero stays zero; the percentile of the magnitude becomes ±1. */
function diverging(single: Tensor, clip: number): ReducedMap {
  const magnitudes = single.data.map(Math.abs)
  const largest = extent(magnitudes).high
  const cut = clip < 100 ? percentile(magnitudes, clip) : largest
  const span = cut > 0 ? cut : largest
  const data = single.data.map((value) => Math.max(-1, Math.min(1, value / span)))
  return {
    map: { data, shape: single.shape },
    flat: false,
    low: -span,
    high: span,
    clippedAt: span < largest ? span : null,
    peak: magnitudes.indexOf(largest)
  }
}

function reduceChannels(attribution: Tensor, kind: Reduction['reduce']): Tensor {
  if (kind === 'none') return attribution
  const [rows, channels, ...spatial] = attribution.shape
  const size = elementCount(spatial)
  const combine = combiners[kind]
  const data = new Float32Array(rows * size)
  for (let position = 0; position < data.length; position++) {
    const rowIndex = Math.floor(position / size)
    const first = rowIndex * channels * size + (position % size)
    let value = kind === 'max' ? -Infinity : 0
    for (let channel = 0; channel < channels; channel++)
      value = combine(value, attribution.data[first + channel * size])
    data[position] = kind === 'mean' ? value / channels : value
  }
  return { data, shape: [rows, 1, ...spatial] }
}

const combiners = {
  'sum-abs': (total: number, value: number) => total + Math.abs(value),
  'max-abs': (total: number, value: number) => Math.max(total, Math.abs(value)),
  sum: (total: number, value: number) => total + value,
  mean: (total: number, value: number) => total + value,
  max: (total: number, value: number) => Math.max(total, value)
} as const

function extent(values: Float32Array): { low: number; high: number } {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (Number.isNaN(value)) return { low: NaN, high: NaN }
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, high }
}

const reduceWords: Record<Reduction['reduce'], string> = {
  none: 'all channels',
  'sum-abs': 'sum of absolute values',
  'max-abs': 'largest absolute value',
  sum: 'sum of signed values',
  max: 'largest value',
  mean: 'mean of signed values'
}
const normaliseWords: Record<Reduction['normalise'], string> = {
  none: 'unscaled',
  'min-max': '0–1',
  max: 'divided by its maximum',
  diverging: '−1 to 1 around zero'
}

/** The reduction in words: "sum of absolute values over the channels, clipped at the 99th percentile, 0–1". */
export function describeReduction({ reduce, clip, normalise }: Reduction): string {
  const channels = reduce === 'none' ? reduceWords.none : `${reduceWords[reduce]} over the channels`
  const clipped = clip < 100 ? `, clipped at the ${ordinal(clip)} percentile` : ''
  return `${channels}${clipped}, ${normaliseWords[normalise]}`
}

function ordinal(value: number): string {
  const teens = value % 100 >= 11 && value % 100 <= 13
  const suffix = teens || !Number.isInteger(value) ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')
  return `${value}${suffix}`
}
