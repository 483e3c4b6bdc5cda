import * as v from 'valibot'
import { Count, Finite, Undefinable } from './verdict'

/** Evidence of the trust criteria beside rows and curves: what a map holds on either side of the outline. */

export const SideFigures = v.object({ count: Count, mean: Finite, sd: Undefinable, min: Finite, max: Finite })
export type SideFigures = v.InferOutput<typeof SideFigures>

/** A test between the pixels of one image: it describes the image and decides nothing, pixels are no independent samples. */
export const PixelTest = v.object({ statistic: Undefinable, p: Undefinable, reason: v.optional(v.string()) })
export type PixelTest = v.InferOutput<typeof PixelTest>

/** Histograms of the maps of one model and method inside and outside the outline, and the figures of every image. */
export const Distribution = v.object({
  criterion: v.string(),
  model: v.string(),
  method: v.string(),
  /** Images behind the histograms. */
  n: Count,
  /** Share of an image's pixels in each equal bin over [0, 1], averaged over the images: every image weighs alike. */
  inside: v.array(Finite),
  outside: v.array(Finite),
  perCase: v.array(
    v.object({ case: v.string(), inside: SideFigures, outside: SideFigures, welch: PixelTest, student: PixelTest })
  )
})
export type Distribution = v.InferOutput<typeof Distribution>
