import type { ReaderProgress } from '@shared/reading-results'
import type { ReadingRecord, StudyReader } from '@shared/reading-study'

/** The row of one reader in the progress table; `records` are those that were opened so far. */
export function readerProgress(
  { id, name }: StudyReader,
  records: readonly ReadingRecord[],
  total: number
): ReaderProgress {
  const done = records.filter(({ state, versions }) => state === 'done' || versions.length > 0)
  return {
    readerId: id,
    name,
    done: done.length,
    total,
    medianSeconds: median(done.map(({ seconds }) => seconds)),
    flags: records.filter(({ flagged }) => flagged).length,
    noFinding: done.filter(({ noFinding }) => noFinding).length,
    comments: records.filter(({ comment }) => comment !== '').length,
    changedAfterMap: records.filter(({ change }) => change !== null && change.dice !== null && change.dice < 1).length,
    mapShown: records.filter(({ mapShown }) => mapShown !== null).length
  }
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
