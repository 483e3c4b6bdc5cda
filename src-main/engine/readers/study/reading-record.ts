import { Fault } from '@engine/fault'
import { dice } from '@engine/metrics/overlap'
import { extentOf } from '@engine/readers/study/extent'
import { unionOf } from '@engine/readers/study/outline-runs'
import type { OutlineRuns, ReadingRecord, ReadingVersion, RevealChange, StudyDefinition } from '@shared/reading-study'

export const waitingRecord = (reading: number): ReadingRecord => ({
  reading,
  state: 'waiting',
  opened: null,
  finished: null,
  seconds: 0,
  noFinding: false,
  certainty: null,
  flagged: false,
  comment: '',
  mapShown: null,
  versions: [],
  change: null,
  revision: 0
})

/** What a reader may say of a case besides the outline. */
export type ReadingNote = Partial<Pick<ReadingRecord, 'noFinding' | 'certainty' | 'flagged' | 'comment'>>

/** The record once its case is on the screen; the first time counts. */
export const openedRecord = (record: ReadingRecord, at: string): ReadingRecord =>
  record.state === 'done' ? record : { ...record, state: 'open', opened: record.opened ?? at }

export const noted = (record: ReadingRecord, note: ReadingNote): ReadingRecord => ({ ...record, ...note })

/** A reading that is done is taken up again, before a map was shown: the version made then is made anew. */
export function reopened(record: ReadingRecord): ReadingRecord {
  if (record.mapShown !== null) return record
  return { ...record, state: 'open', finished: null, versions: [] }
}

/** What is outlined now, with its hash. */
export interface OutlinesNow {
  readonly runs: OutlineRuns
  readonly sha256: string
  readonly extents: ReadingVersion['extents']
}

/** Whether a case may be left as done; the sentence is what to do otherwise, null when nothing is missing. */
export function missingFor(
  record: ReadingRecord,
  outlined: boolean,
  { askCertainty }: Pick<StudyDefinition, 'askCertainty'>
): string | null {
  if (!outlined && !record.noFinding) return 'Draw an outline, or say that there is no finding.'
  if (outlined && record.noFinding) return 'There is an outline and “no finding”. Take one of them away.'
  if (askCertainty && record.certainty === null) return 'Say how sure you are, from 1 to 5.'
  return null
}

/**
 * The record when its reader is done: the outlines are kept as the first version, or as the one after the map was shown.
 * Throws Fault `usage` with what is missing.
 */
export function finished(
  record: ReadingRecord,
  outlines: OutlinesNow,
  { at, seconds, study }: { at: string; seconds: number; study: Pick<StudyDefinition, 'askCertainty'> }
): ReadingRecord {
  const missing = missingFor(record, outlines.runs.segments.length > 0, study)
  if (missing !== null) throw new Fault('usage', missing)
  const version: ReadingVersion = {
    kind: record.mapShown === null ? 'first' : 'after-map',
    at,
    seconds,
    extents: outlines.extents,
    noFinding: record.noFinding,
    certainty: record.certainty,
    sha256: outlines.sha256
  }
  const before = record.mapShown === null ? [] : record.versions.filter(({ kind }) => kind === 'first')
  return { ...record, state: 'done', finished: at, seconds, versions: [...before, version] }
}

/** The record once the map is shown; the first version is fixed from now on. Throws Fault `usage` before the reader is done. */
export function revealed(record: ReadingRecord, at: string): ReadingRecord {
  if (record.mapShown !== null) return record
  if (record.state !== 'done' || record.versions.length === 0) {
    throw new Fault('usage', 'The map is shown once the case is done.', { hint: 'Finish the case first.' })
  }
  return { ...record, mapShown: at, state: 'open' }
}

/** What a reader changed after the map was shown: size, overlap of before and after, time. */
export function changeAfterMap(
  record: ReadingRecord,
  runs: { readonly before: OutlineRuns; readonly after: OutlineRuns },
  spacingMm: readonly [number, number, number] | null
): RevealChange | null {
  const [before, after] = record.versions
  if (before === undefined || after === undefined) return null
  const [first, second] = [unionOf(runs.before), unionOf(runs.after)]
  let [both, selected, area] = [0, 0, 0]
  for (let index = 0; index < first.length; index++) {
    if (first[index] !== 0) area++
    if (second[index] !== 0) selected++
    if (first[index] !== 0 && second[index] !== 0) both++
  }
  const grid = { size: runs.before.size, spacingMm }
  const difference = extentOf(selected - area, grid)
  return {
    ...difference,
    dice: area + selected === 0 ? null : dice({ both, selected, area }),
    seconds: Math.max(0, after.seconds - before.seconds),
    certainty: { before: before.certainty, after: after.certainty }
  }
}
