import * as v from 'valibot'

/** The first page: sentences without abbreviations. */
export const Answer = v.object({
  headline: v.string(),
  tested: v.string(),
  reliedOn: v.array(v.string()),
  notReliedOn: v.array(v.string()),
  /** Maps that neither pass nor fail what they must pass; absent in reports of older versions, which count them with those that fail. */
  unclear: v.optional(v.array(v.string()), []),
  notAssessed: v.array(v.string()),
  /** Findings about models rather than maps: "looks at the marker, not at the lesion". */
  models: v.array(v.string())
})
export type Answer = v.InferOutput<typeof Answer>

/** Which pictures to show first; the handler renders them from the maps. */
export const Illustration = v.object({
  case: v.string(),
  method: v.string(),
  models: v.array(v.string()),
  caption: v.string(),
  /** One picture a model, as a PNG data URI: image, map, outlines of the reference standard and of the cues. */
  images: v.optional(
    v.array(
      v.object({
        model: v.string(),
        caption: v.string(),
        png: v.pipe(v.string(), v.startsWith('data:image/png;base64,'))
      })
    )
  )
})
export type Illustration = v.InferOutput<typeof Illustration>
