import * as v from 'valibot'

/** What lies on a case besides its voxels: outlines, maps or boxes that were opened with it or attached later. */
export const CaseAttachment = v.object({
  kind: v.picklist(['outline', 'map', 'boxes']),
  /** Kind of file it came from, in words of the field. */
  from: v.picklist(['SEG', 'RTSTRUCT', 'Parametric Map', 'SR', 'presentation state', 'file', 'drawing']),
  /** Name of the segment, the map or the reader. */
  title: v.string()
})
export type CaseAttachment = v.InferOutput<typeof CaseAttachment>

/** The volume of a series with several (time points, echoes): which one this case is. */
export const CasePart = v.object({
  /** The same for all volumes of the series. */
  of: v.string(),
  /** From 0. */
  index: v.number(),
  count: v.number(),
  /** "time 3 of 10" */
  label: v.string()
})
export type CasePart = v.InferOutput<typeof CasePart>

/** The study a case belongs to; cases of one study stand together in the list. */
export const CaseStudy = v.object({ id: v.string(), description: v.string() })
export type CaseStudy = v.InferOutput<typeof CaseStudy>
