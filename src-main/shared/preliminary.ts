import * as v from 'valibot'

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
