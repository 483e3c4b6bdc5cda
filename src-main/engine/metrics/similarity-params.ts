import * as v from 'valibot'

/** Signed maps are compared as they are, or by their absolute values. */
export const SimilarityParams = v.strictObject({
  absolute: v.pipe(v.optional(v.boolean(), false), v.description('Compare absolute values.'))
})
export type SimilarityParams = v.InferOutput<typeof SimilarityParams>

/** The map, or its absolute values. */
export function magnitudes(map: Float32Array, absolute: boolean): Float32Array {
  return absolute ? map.map(Math.abs) : map
}

export const flatMap = 'a map that is the same everywhere has no correlation'
