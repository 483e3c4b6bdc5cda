import * as v from 'valibot'
import { Area, Count } from './verdict'

/** The question that is being computed: how many images of each map are scored. */
export const Running = v.object({
  /** null for figures that carry no verdict about maps. */
  area: v.nullable(Area),
  title: v.string(),
  cells: v.array(v.object({ model: v.string(), method: v.string(), done: Count, total: Count }))
})
export type Running = v.InferOutput<typeof Running>

/** `complete` false: stopped or still running; the figures stand for `casesDone` images, or for fewer where a cell says so. */
export const Coverage = v.object({
  complete: v.boolean(),
  casesDone: Count,
  casesTotal: Count,
  running: v.optional(v.nullable(Running))
})
export type Coverage = v.InferOutput<typeof Coverage>
