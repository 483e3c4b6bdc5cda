import type { GenericSchema } from 'valibot'

/** What a metric looks at. All arrays run over the same pixels. */
export interface MetricInputs {
  /** Saliency, higher is more salient. */
  readonly map: Float32Array
  /** Index of the hottest pixel before the map was clipped; absent when the map was not clipped. */
  readonly peak?: number
  /** `[H, W]` or `[D, H, W]`; its product is the length of the arrays. */
  readonly shape: readonly number[]
  /** 1 inside the reference standard. */
  readonly mask?: Uint8Array
  /** A second map, for similarity metrics. */
  readonly other?: Float32Array
}

/** A number with figures that belong to it (such as the percentile of the best Dice), or the reason why there is none. */
export type Computed =
  | { readonly value: number; readonly detail?: Readonly<Record<string, number>> }
  | { readonly value: null; readonly reason: string }

/** One metric: a plain object in its own file, plus one line in `metrics/index.ts`. Pure; never NaN. */
export interface Metric<Params = unknown> {
  readonly id: string
  readonly title: string
  /** Authors, title, venue, year. */
  readonly citation: string
  readonly needs: readonly ('map' | 'mask' | 'other')[]
  /** Smallest and largest possible value; null when unbounded. */
  readonly range: readonly [number | null, number | null]
  readonly better: 'higher' | 'lower' | 'none'
  /** Valibot object with defaults and descriptions; parameter names carry no prefix. */
  readonly params: GenericSchema<unknown, Params>
  compute(inputs: MetricInputs, params: Params): Computed
}

/** A value if it is a number, else the reason. */
export function defined(value: number, reason: string): Computed {
  return Number.isFinite(value) ? { value } : { value: null, reason }
}

export const emptyMask = 'the reference mask is empty'
export const fullMask = 'the reference mask covers the whole image'
