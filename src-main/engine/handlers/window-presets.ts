import type { Volume } from '@engine/geometry/volume'
import type { DisplayImage } from '@shared/vocabulary'

type Window = DisplayImage['window']
type Preset = DisplayImage['presets'][number]

/** Window presets in Hounsfield units as radiologists use them (centre, width). */
const hounsfield: readonly Preset[] = [
  { name: 'Soft tissue', center: 40, width: 400 },
  { name: 'Lung', center: -600, width: 1500 },
  { name: 'Bone', center: 480, width: 2500 },
  { name: 'Brain', center: 40, width: 80 },
  { name: 'Liver', center: 60, width: 160 },
  { name: 'Mediastinum', center: 50, width: 350 }
]

/** Standardised uptake has a scale of its own; it is always shown from 0. */
const uptake: readonly Preset[] = [5, 7, 10, 15].map((top) => ({
  name: `SUV 0 to ${top}`,
  center: top / 2,
  width: top
}))

/** The windows of uptake as they are of the values in the file. */
const inFileUnits = (factor: number): Preset[] =>
  uptake.map(({ name, center, width }) => ({ name, center: center / factor, width: width / factor }))

interface Shares {
  readonly name: string
  /** Shares of the sampled values that lie below the lower and the upper end. */
  readonly from: number
  readonly to: number
}

/** Values of MR mean nothing from one scanner to the next: windows are shares of the image's own values. */
const magnetic: readonly Shares[] = [
  { name: 'Strong contrast, middle 80 %', from: 0.1, to: 0.9 },
  { name: 'Bright tissue, upper half', from: 0.5, to: 0.998 },
  { name: 'Dark tissue, lower 80 %', from: 0, to: 0.8 }
]

/** Projections: the exposure differs from image to image, so these are shares as well. */
const projections: readonly Shares[] = [
  { name: 'Strong contrast, middle 80 %', from: 0.1, to: 0.9 },
  { name: 'Low values, lower 60 %', from: 0.005, to: 0.6 },
  { name: 'High values, upper 60 %', from: 0.4, to: 0.995 }
]

/** Counts without a unit: shares of the highest value, from 0 on. */
const counts = [25, 50] as const

/** Values of a volume that are enough to see where they lie, in rising order; those that are no numbers are left out. */
export function sampledValues({ voxels }: Pick<Volume, 'voxels'>): Float64Array {
  const step = Math.max(1, Math.floor(voxels.length / 50_000))
  const sample: number[] = []
  for (let at = 0; at < voxels.length; at += step) if (Number.isFinite(voxels[at])) sample.push(voxels[at])
  return Float64Array.from(sample).sort()
}

/** The window from the one value to the other; never without a width. */
export function windowBetween(low: number, high: number): Window {
  return { center: (low + high) / 2, width: Math.max(high - low, 1e-6) }
}

/** Window between two shares of sorted values; the whole of them where these are one value. */
export function windowOfShares(sorted: ArrayLike<number>, from: number, to: number): Window {
  if (sorted.length === 0) return { center: 0, width: 1 }
  const [low, high] = [valueAt(sorted, from), valueAt(sorted, to)]
  return low < high ? windowBetween(low, high) : windowBetween(sorted[0], sorted[sorted.length - 1])
}

const valueAt = (sorted: ArrayLike<number>, share: number): number => sorted[Math.round(share * (sorted.length - 1))]

/** The windows that suit what the values are, by unit and modality; none for colour, or where nothing is known. */
export function modalityPresets(
  volume: Pick<Volume, 'voxels' | 'unit' | 'samples' | 'uptake'>,
  modality: string
): Preset[] {
  const { unit, samples } = volume
  if (samples === 3) return []
  if (unit === 'HU') return [...hounsfield]
  if (/^SUV/iu.test(unit)) return [...uptake]
  if (volume.uptake && 'factor' in volume.uptake) return inFileUnits(volume.uptake.factor)
  const shares = modality === 'MR' ? magnetic : ['CR', 'DX', 'MG', 'XA', 'RF'].includes(modality) ? projections : null
  if (shares === null && modality !== 'PT' && modality !== 'NM') return []
  const sorted = sampledValues(volume)
  // Where most of the picture is one value (a stripped skull on black), a share of it has no width and is no window.
  const windows = shares?.flatMap(({ name, from, to }) => {
    const [low, high] = [valueAt(sorted, from), valueAt(sorted, to)]
    return low < high ? [{ name, ...windowBetween(low, high) }] : []
  })
  if (windows !== undefined) return windows
  const top = Math.max(sorted[sorted.length - 1] ?? 1, 1e-6)
  return counts.map((percent) => ({
    name: `0 to ${percent} % of the highest`,
    ...windowBetween(0, (top * percent) / 100)
  }))
}
