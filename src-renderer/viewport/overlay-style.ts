import type { DisplayMap } from '@shared/vocabulary'
import type { BlendRule, OverlayStyle } from './blend'
import { percentileOf, RankCounter, type ValueRanks } from './map-statistics'
import { SliceEnergies } from './slice-energies'
import { valueText } from './ticks'

/** A map with what is measured of it once: where its values lie, and how much each slice holds. */
export interface MeasuredMap {
  readonly map: DisplayMap
  readonly ranks: ValueRanks
  readonly energies: SliceEnergies
}

/** As much of a map as its scale needs. */
export type ScaledMap = Pick<DisplayMap, 'mapId' | 'view' | 'low' | 'high' | 'unit'>

/** Values run 0…1, signed ones −1…1; `low` and `high` of the map say what the ends stand for. */
const lowestOf = (map: ScaledMap): number => (map.view === 'signed' ? -1 : 0)

/** Longest that measuring a map may keep the window from drawing, in milliseconds. */
const TURN_MS = 8

/** Measures a map slice by slice, with pauses in which the window draws: a volume of 300 slices takes a second. */
export async function measured(
  map: DisplayMap,
  pause: () => Promise<void> = () => new Promise((done) => setTimeout(done, 0))
): Promise<MeasuredMap> {
  const [columns, rows, slices] = map.size
  const ranks = new RankCounter(0, 1, map.view === 'signed')
  const energies = new SliceEnergies(slices)
  let since = performance.now()
  for (let slice = 0; slice < slices; slice++) {
    if (performance.now() - since > TURN_MS) {
      await pause()
      since = performance.now()
    }
    const values = map.values.subarray(slice * columns * rows, (slice + 1) * columns * rows)
    ranks.add(values)
    energies.add(slice, values)
  }

  return { map, ranks: ranks.ranks(), energies }
}

/** The ends of a colour scale in the map's own numbers, and how these become the numbers shown. */
export interface ColourScale {
  readonly low: number
  readonly high: number
  /** Shown value = offset + factor · value. */
  readonly offset: number
  readonly factor: number
  /** Of the numbers shown; empty for the map's own 0…1. */
  readonly unit: string
  /** Whether other maps lie on the same scale. */
  readonly shared: boolean
  /** Why not, where sharing was asked for. */
  readonly note: string | null
}

export function ownScale(map: ScaledMap): ColourScale {
  return { low: lowestOf(map), high: 1, offset: 0, factor: 1, unit: '', shared: false, note: null }
}

/**
 * One scale for the maps of one method, in the unit of the attribution, so that models, labels and settings can be
 * compared. Values of different methods mean different things; they never share a scale.
 */
export function sharedScale(map: ScaledMap, ofSameMethod: readonly ScaledMap[]): ColourScale {
  const others = ofSameMethod.filter((other) => other.mapId !== map.mapId && other.view === map.view)
  const own = ownScale(map)
  if (others.length === 0) return { ...own, note: 'no other map of this method' }

  const group = [map, ...others]
  const most = Math.max(...group.map((one) => one.high))
  if (map.view === 'signed') {
    const high = map.high > 0 ? most / map.high : 1

    return { ...own, low: -high, high, factor: map.high, unit: map.unit, shared: true }
  }

  const least = Math.min(...group.map((one) => one.low))
  const span = map.high - map.low
  if (!(span > 0)) return own

  return {
    ...own,
    low: (least - map.low) / span,
    high: (most - map.low) / span,
    offset: map.low,
    factor: span,
    unit: map.unit,
    shared: true
  }
}

/** A limit is a place on the scale, or the share of the pixels that lie below it. */
export type LimitKind = 'value' | 'percentile'

export interface OverlayChoice {
  readonly rule: BlendRule
  readonly opacity: number
  /** Shares of the scale or of the pixels, as `limits` says. */
  readonly hideBelow: number
  /** Default 1: nothing. */
  readonly hideAbove?: number
  /** What the shares count; default the scale, and the pixels for the rule by value. */
  readonly limits?: LimitKind
}

/** The style in the map's own numbers. */
export function styleOf({ map, ranks }: MeasuredMap, scale: ColourScale, choice: OverlayChoice): OverlayStyle {
  const signed = map.view === 'signed'
  const { rule, opacity, hideBelow, hideAbove = 1, limits = rule === 'by-value' ? 'percentile' : 'value' } = choice
  const placeOf = (share: number): number => {
    if (limits === 'percentile') return percentileOf(ranks, share)

    return signed ? share * scale.high : scale.low + share * (scale.high - scale.low)
  }
  const upper = hideAbove < 1 ? { upper: placeOf(hideAbove) } : {}

  return { rule, opacity, threshold: placeOf(hideBelow), ...upper, low: scale.low, high: scale.high, signed }
}

/** The number shown for a value of the map. */
export const shownNumber = (value: number, scale: ColourScale): number => scale.offset + scale.factor * value

/** A value of the map as the colour bar and the probe write it. */
export function shownValue(value: number, scale: ColourScale): string {
  return valueText(shownNumber(value, scale), shownNumber(scale.high, scale)).replace('-', '−')
}

/** "this map, 0–1", "shared scale 0–0.041 logit per grey level". */
export function scaleWords(scale: ColourScale): string {
  const end = (value: number): string => {
    const shown = shownNumber(value, scale)

    return Number.isInteger(shown) ? String(shown).replace('-', '−') : shownValue(value, scale)
  }
  const unit = scale.unit === '' ? '' : ` ${scale.unit}`

  return `${scale.shared ? 'shared scale' : 'this map'}, ${end(scale.low)} to ${end(scale.high)}${unit}`
}
