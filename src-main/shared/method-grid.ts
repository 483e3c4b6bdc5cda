import * as v from 'valibot'

/** One case of one model under many maps: a picture of panels, and the score in the title of each. */
export const MethodGrid = v.object({
  model: v.string(),
  case: v.string(),
  /** What the score of a panel is. */
  metric: v.string(),
  caption: v.string(),
  columns: v.number(),
  panels: v.array(
    v.object({
      method: v.string(),
      title: v.string(),
      value: v.number()
    })
  ),
  png: v.pipe(v.string(), v.startsWith('data:image/png;base64,'))
})
export type MethodGrid = v.InferOutput<typeof MethodGrid>

/** Name of its files, without what ends them. */
export const methodGridId = ({ model }: MethodGrid): string => `method-grid-${model.replaceAll(/[^\w.-]+/gu, '-')}`
