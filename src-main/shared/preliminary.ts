import * as v from 'valibot'
import { ExplainedAnswer } from './map-notes'

/** How much of a map is there before it is done. */
export const Preliminary = v.object({
  done: v.number(),
  total: v.number(),
  /** samples, masks, patches, steps or slices. */
  of: v.string(),
  /** It was stopped, and the user wants to keep what there is. */
  kept: v.boolean()
})
export type Preliminary = v.InferOutput<typeof Preliminary>

/** What is known of a map beside its values. */
export const mapStanding = {
  /** What there is of it before it is done, or of one that was stopped: shown under the word “preliminary”, never assessed. */
  preliminary: v.optional(v.nullable(Preliminary)),
  /** Same value everywhere: nothing to see, cannot be assessed. */
  flat: v.boolean(),
  /** Of the trained model; absent until the map is done, and for maps that came with the study. */
  answer: v.optional(ExplainedAnswer)
} as const
