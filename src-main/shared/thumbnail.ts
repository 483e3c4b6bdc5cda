import * as v from 'valibot'

/** The middle slice of a case, small and grey, as it is stored, with what is needed to show it the usual way round. */
export const Thumbnail = v.object({
  width: v.number(),
  height: v.number(),
  grey: v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'Expected bytes.'),
  /** At the edges of the stored slice; empty where the file does not say. */
  letters: v.object({ left: v.string(), right: v.string(), top: v.string(), bottom: v.string() }),
  /** Of the whole case. */
  slices: v.number()
})
export type Thumbnail = v.InferOutput<typeof Thumbnail>
