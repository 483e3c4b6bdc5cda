import { setImmediate } from 'node:timers/promises'
import { asFault } from '@engine/fault'
import type { Area } from '@shared/verdict'
import type { ChangedOutline, ReportAge } from '@shared/report-protocol'
import type { AnswerNote } from './assessment-memory'
import type { CaseEntry, CaseMask, CaseShelf } from './case-shelf'
import { experimentCases } from './experiment-cases'
import { hashArray, hashJson } from './recipe'
import type { OutlinedCase, OutlineStates, ReportCases } from './report-shelf'

/** Who the boxes of a case are said to be of: nobody else is known. */
const boxReader = 'The boxes'

/** Outlines that were read once and can no longer change: their hashes. */
const fixed = new WeakMap<CaseMask, string>()

/** The outlines of cases as they are now; voxels of those that only files can tell of come from `cases`. */
export async function outlineStates(cases: CaseShelf, entries: readonly CaseEntry[]): Promise<OutlineStates> {
  const states = new Map<string, OutlinedCase>()
  for (const entry of entries) {
    // Thousands of cases are asked whenever the window comes to the front: jobs and cancels go on between two of them.
    await setImmediate()
    const told = new Map<string, string[]>()
    for (const mask of entry.masks)
      told.set(mask.reader, [...(told.get(mask.reader) ?? []), await stateOf(mask, entry, cases)])
    if (entry.boxes.length > 0) told.set(boxReader, [...(told.get(boxReader) ?? []), hashJson(entry.boxes)])
    const readers = new Map([...told].map(([reader, found]) => [reader, found.join(' ')]))
    states.set(entry.caseId, { title: entry.title, readers })
  }
  return states
}

/** Cases as a report was asked about them: what comes to the shelf later is not in it. */
export function orderedEntries({ loaded, entries }: ReportCases): readonly CaseEntry[] {
  return entries ?? experimentCases(loaded, { source: 'own', prefix: '' })
}

/** Cases as they lie on the shelf now, or as the experiment's files are now; one that is no longer open is left out. */
export function currentEntries(cases: CaseShelf, about: ReportCases): readonly CaseEntry[] {
  if (about.entries === undefined) return orderedEntries(about)
  const open = new Set(cases.list().map(({ caseId }) => caseId))
  return about.entries.flatMap(({ caseId }) => (open.has(caseId) ? [cases.require(caseId)] : []))
}

/** One that cannot be read has its fault as its state, for as long as it cannot: the criteria list it by case. */
async function stateOf(mask: CaseMask, entry: CaseEntry, cases: CaseShelf): Promise<string> {
  const known = fixed.get(mask)
  if (known !== undefined) return known
  try {
    const told = mask.state?.() ?? hashArray((await mask.load(await cases.volume(entry.caseId))).voxels)
    const state = hashJson([mask.role ?? null, told])
    if (mask.state === undefined) fixed.set(mask, state)
    return state
  } catch (thrown) {
    return hashJson([mask.role ?? null, asFault(thrown).message])
  }
}

/** What differs of the outlines; cases that are not there now cannot be asked again and do not count. */
export function changedOutlines(before: OutlineStates, now: OutlineStates): ChangedOutline[] {
  return [...now].flatMap(([caseId, { title, readers }]) => {
    const old = before.get(caseId)?.readers ?? new Map<string, string>()
    const told = [...readers].flatMap(([reader, state]): ChangedOutline[] => {
      if (old.get(reader) === state) return []
      return [{ caseId, title, reader, how: old.has(reader) ? 'changed' : 'drawn' }]
    })
    const gone = [...old.keys()].filter((reader) => !readers.has(reader))
    return [...told, ...gone.map((reader): ChangedOutline => ({ caseId, title, reader, how: 'gone' }))]
  })
}

/** Which questions of a report look at outlines, and which were computed for it. */
export function questionsOf(notes: readonly AnswerNote[]): Pick<ReportAge, 'questions' | 'depending' | 'computed'> {
  const of = (chosen: readonly AnswerNote[]): Area[] => [
    ...new Set(chosen.flatMap(({ area }) => (area === null ? [] : [area])))
  ]
  return {
    questions: of(notes),
    depending: of(notes.filter(({ sawDrawings }) => sawDrawings)),
    computed: of(notes.filter(({ computed }) => computed))
  }
}
