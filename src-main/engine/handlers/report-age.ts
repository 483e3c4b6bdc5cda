import { asFault } from '@engine/fault'
import type { Area } from '@shared/verdict'
import type { ChangedOutline, ReportAge } from '@shared/report-protocol'
import type { AnswerNote } from './assessment-memory'
import type { CaseEntry, CaseMask, CaseShelf } from './case-shelf'
import { experimentCases } from './experiment-cases'
import { hashArray, hashJson } from './recipe'
import type { OutlinedCase, OutlineStates, ReportCases } from './report-shelf'
import type { Workbench } from './workbench'

/** Who the boxes of a case are said to be of: nobody else is known. */
const boxReader = 'The boxes'

/** Outlines that were read once and can no longer change: their hashes. */
const fixed = new WeakMap<CaseMask, string>()

/** The outlines that a report of these cases looks at, as they are now; a case that is no longer open is left out. */
export async function outlineStates({ cases }: Pick<Workbench, 'cases'>, about: ReportCases): Promise<OutlineStates> {
  const states = new Map<string, OutlinedCase>()
  for (const entry of currentEntries(cases, about)) {
    const readers = new Map<string, string>()
    for (const mask of entry.masks) readers.set(mask.reader, await stateOf(mask, entry, cases))
    if (entry.boxes.length > 0) readers.set(boxReader, hashJson(entry.boxes))
    states.set(entry.caseId, { title: entry.title, readers })
  }
  return states
}

/** Cases as they lie on the shelf now, or as the experiment's files are now. */
function currentEntries(cases: CaseShelf, { loaded, entries }: ReportCases): readonly CaseEntry[] {
  if (entries === undefined) return experimentCases(loaded, { source: 'own', prefix: '' })
  const open = new Set(cases.list().map(({ caseId }) => caseId))
  return entries.flatMap(({ caseId }) => (open.has(caseId) ? [cases.require(caseId)] : []))
}

/** One that cannot be read has its fault as its state: the criteria list it by case. */
async function stateOf(mask: CaseMask, entry: CaseEntry, cases: CaseShelf): Promise<string> {
  const known = fixed.get(mask)
  if (known !== undefined) return known
  const read = async (): Promise<string> =>
    mask.state?.() ?? hashArray((await mask.load(await cases.volume(entry.caseId))).voxels)
  const found = await read().catch((thrown: unknown) => asFault(thrown).message)
  const state = hashJson([mask.role ?? null, found])
  if (mask.state === undefined) fixed.set(mask, state)
  return state
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
