import * as v from 'valibot'
import { Count, Figure, Finite, Undefinable } from './verdict'

/** What a classifier says of a case for one label: its figures can be computed again from these. `probability` is null where its card names no activation. */
export const CaseAnswer = v.object({ case: v.string(), logit: Finite, probability: Undefinable })
export type CaseAnswer = v.InferOutput<typeof CaseAnswer>

/** How well a classifier does on the scored cases, for one label. */
export const Performance = v.object({
  label: v.string(),
  n: Count,
  patients: Count,
  positives: Count,
  /** Probability at which the card says yes. */
  threshold: Finite,
  auc: Figure,
  accuracy: Figure,
  sensitivity: Figure,
  specificity: Figure,
  brier: Figure,
  /** What the figures are computed from; absent in older reports. */
  perCase: v.optional(v.array(CaseAnswer))
})
export type Performance = v.InferOutput<typeof Performance>
