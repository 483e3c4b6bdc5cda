import * as v from 'valibot'

/** How the values of a PET become standardised uptake by body weight: times `factor`; or a sentence why they cannot. */
export const Uptake = v.union([v.object({ factor: v.number() }), v.object({ reason: v.string() })])
export type Uptake = v.InferOutput<typeof Uptake>

export const SUV_BY_WEIGHT = 'SUVbw'

interface Valued {
  readonly unit: string
  readonly uptake?: Uptake | null
}

/** In which unit values are read off an image, and what they are multiplied with for it: uptake where it can be computed. */
export function readIn({ unit, uptake }: Valued): { readonly factor: number; readonly unit: string } {
  return uptake && 'factor' in uptake ? { factor: uptake.factor, unit: SUV_BY_WEIGHT } : { factor: 1, unit }
}
