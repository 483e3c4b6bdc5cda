import * as v from 'valibot'

/** How far the current reader is with a case, outside any study. */
export const ReadingProgress = v.picklist(['to do', 'started', 'done'])
export type ReadingProgress = v.InferOutput<typeof ReadingProgress>

/** What the list of cases says of one beside what its files say. */
export const WorklistLine = v.object({
  caseId: v.string(),
  /** Finished maps that were computed or came with the study. */
  maps: v.number(),
  reading: ReadingProgress
})
export type WorklistLine = v.InferOutput<typeof WorklistLine>

export const worklistCommands = {
  /** Lines of the open cases that have a map or an outline begun; the others have none and are to do. */
  'worklist.read': { input: v.object({}), output: v.object({ lines: v.array(WorklistLine) }) }
} as const
