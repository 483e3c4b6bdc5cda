import * as v from 'valibot'

/** Words and numbers that every part of the report shares: areas, undefinable figures, verdicts. */

export const Finite = v.pipe(v.number(), v.finite())
export const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** A number, or null where it does not exist; never NaN. */
export const Undefinable = v.nullable(Finite)

/** Areas of trust criteria, in the order in which the report asks its questions. */
export const areas = [
  'localisation',
  'randomisation',
  'repeatability',
  'reproducibility',
  'completeness',
  'fidelity',
  'robustness',
  'human',
  'regions',
  'groups',
  'cues'
] as const
export const Area = v.picklist(areas)
export type Area = v.InferOutput<typeof Area>

/** Percentile interval of the bootstrap by patient, `[low, high]`. */
export const Interval = v.tuple([Finite, Finite])
export type Interval = v.InferOutput<typeof Interval>

/** One number with its interval; `reason` says why it is null. */
export const Figure = v.object({ value: Undefinable, ci95: v.nullable(Interval), reason: v.optional(v.string()) })
export type Figure = v.InferOutput<typeof Figure>

export const verdictStates = ['pass', 'fail', 'inconclusive', 'not-assessable'] as const
export const VerdictState = v.picklist(verdictStates)
export type VerdictState = v.InferOutput<typeof VerdictState>

/** `rule` is the technical rule with its thresholds; `reason` is a clinician's sentence with the figures in it. */
export const Verdict = v.object({ state: VerdictState, rule: v.string(), reason: v.string() })
export type Verdict = v.InferOutput<typeof Verdict>
