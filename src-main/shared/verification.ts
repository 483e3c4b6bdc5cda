import * as v from 'valibot'

/** What was found when a workspace or a folder of results was held against what it says of itself. */
export const Verified = v.object({
  /** Id of the kind of thing: `workspace`, `recipes`, … */
  kind: v.string(),
  /** Whole as written: no problem was found. */
  whole: v.boolean(),
  /** How much was looked at, as a sentence. */
  checked: v.string(),
  /** What is not as it was written, worst first: sentences. */
  problems: v.array(v.string()),
  /** What remains to be known: sentences. */
  remarks: v.array(v.string())
})
export type Verified = v.InferOutput<typeof Verified>
