import type { Volume } from '@engine/geometry/volume'
import type { ValueScaling } from '@shared/model-card'

/** Linear map from voxel values to 0…1 (or the value itself for `none`), with the ends it clips to. */
export interface UnitScale {
  readonly low: number
  readonly high: number
  /** `none`: values pass as they are. */
  readonly raw: boolean
}

/** The smallest and largest finite voxel of a volume; [0, 0] when there is none. */
export function valueRange(voxels: ArrayLike<number>): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < voxels.length; i++) {
    const value = voxels[i]
    if (value < low) low = value
    if (value > high && value !== Infinity) high = value
  }
  return low <= high ? [low, high] : [0, 0]
}

/** The scale a card's value rule means for one volume. `image` uses the extremes of the whole volume, so slices stay comparable. */
export function unitScale(scaling: ValueScaling, volume: Pick<Volume, 'voxels'>): UnitScale {
  switch (scaling.from) {
    case 'range':
      return { low: scaling.low, high: scaling.high, raw: false }
    case 'window':
      return { low: scaling.center - scaling.width / 2, high: scaling.center + scaling.width / 2, raw: false }
    case 'image': {
      const [low, high] = valueRange(volume.voxels)
      return { low, high, raw: false }
    }
    case 'none': {
      const [low, high] = valueRange(volume.voxels)
      return { low, high, raw: true }
    }
  }
}

/**
 * Voxels as the model expects them before mean and standard deviation: 0…1, clipped, or raw.
 * NaN voxels (holes) become the low end. `inverted` swaps black and white (MONOCHROME1 data for a MONOCHROME2 model).
 */
export function scaleValues(values: ArrayLike<number>, scale: UnitScale, inverted: boolean): Float32Array {
  const out = new Float32Array(values.length)
  const span = scale.high - scale.low
  for (let i = 0; i < values.length; i++) {
    let value = Number.isFinite(values[i]) ? values[i] : scale.low
    if (scale.raw) {
      out[i] = inverted ? scale.low + scale.high - value : value
      continue
    }
    value = span === 0 ? 0 : (value - scale.low) / span
    value = value < 0 ? 0 : value > 1 ? 1 : value
    out[i] = inverted ? 1 - value : value
  }
  return out
}
