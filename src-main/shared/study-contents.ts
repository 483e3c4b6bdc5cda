import * as v from 'valibot'
import { counted, listed } from './number-words'

/** What goes with a study that is taken away. */
export const StudyContents = v.object({ readings: v.number(), drawings: v.number(), copies: v.number() })
export type StudyContents = v.InferOutput<typeof StudyContents>

/**
 * `12 readings and 9 drawings`, or `12 readings (4 done) and …` where it is said how many are done; copies of what could not be written
 * are named where there are any.
 */
export function contentsWords({ readings, drawings, copies }: StudyContents, done?: number): string {
  return listed([
    `${counted(readings, 'reading')}${done === undefined ? '' : ` (${done} done)`}`,
    counted(drawings, 'drawing'),
    ...(copies === 0 ? [] : [counted(copies, 'copy of held changes', 'copies of held changes')])
  ])
}
