import { Fault } from '@engine/fault'
import type { Segment } from '@engine/formats/segmentation/segmentation'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import { appendAudit } from '@engine/project/audit'
import { sha256 } from '@engine/project/blobs'
import { HeldValues } from '@engine/project/held-values'
import { keepValue, keptValue } from '@engine/project/kept-values'
import type { Journal } from '@engine/project/journal'
import type { Profile } from '@engine/project/profile-rows'
import type { Workspace } from '@engine/project/workspace'
import { CaseNote } from '@shared/drawing-operations'
import * as v from 'valibot'
import { drawnMask, drawnSegments, drawnState, isOutlined } from './drawn-mask'
import type { Workbench } from './workbench'

const blank: CaseNote = { noFinding: false, certainty: null, flagged: false, comment: '', done: false }
const nameOf = (drawing: string): string => `case note ${drawing}`

/** Notes that a full disk keeps from being written: the next change builds on them, not on what the database has. */
const held = new WeakMap<Workspace['database'], HeldValues<CaseNote>>()

/** What the reader said of a case that is drawn outside a study. */
export function readCaseNote({ database }: Pick<Workspace, 'database'>, drawing: string): CaseNote {
  const waiting = held.get(database)?.of(drawing)
  if (waiting !== undefined) return waiting
  const kept = v.safeParse(CaseNote, keptValue(database, nameOf(drawing)))
  return kept.success ? kept.output : blank
}

/**
 * Changes the note and keeps it; a case that is done gives its outlines to the case as the reader's reference mask.
 * Throws Fault `usage` with what is missing for it to be done, `read-only`.
 */
export function caseNote(
  workbench: Workbench,
  { drawing, window }: { drawing: string; window: string },
  change: Partial<CaseNote>
): CaseNote {
  const { drawings, workspace, cases } = workbench
  const before = readCaseNote(workspace, drawing)
  if (Object.keys(change).length === 0) return before
  const { journal, caseId, reader } = drawings.writable(drawing, window)
  const note = { ...before, ...change }
  if (change.done === true) {
    const missing = missingFor(note, isOutlined(journal.shown))
    if (missing !== null) throw new Fault('usage', missing)
  }
  writeNote(workspace, { journal, note, reader })
  workbench.finished.forget()
  if (note.done && isOutlined(journal.shown)) {
    // Read from the drawing when it is asked for: it is never older than the outlines.
    const load = async (image: Volume): Promise<Labelmap> => Promise.resolve(drawnMask(journal, image))
    const segments = async (image: Volume): Promise<Segment[]> =>
      Promise.resolve(drawnSegments(journal, image, reader.name))
    const state = (): string => drawnState(journal.shown)
    cases.addMask(caseId, { reader: reader.name, profile: reader.id, from: 'drawing', load, segments, state })
  }
  return note
}

function writeNote(
  { database, id }: Workspace,
  { journal, note, reader }: { journal: Journal; note: CaseNote; reader: Profile }
): void {
  const drawing = journal.drawing.id
  const waiting = held.get(database) ?? new HeldValues<CaseNote>()
  held.set(database, waiting)
  const written = waiting.hold(drawing, note)
  const payload = sha256(JSON.stringify(note))
  journal.keep(() => {
    keepValue(database, nameOf(drawing), note)
    const event = { who: reader.id, name: reader.name, what: 'case noted', subject: drawing, payload, detail: {} }
    appendAudit(database, event, id)
    return written
  }, written)
}

/** What was said of a drawing and is still held goes along to another one. */
export function carryNote(workspace: Workspace, from: string, to: { journal: Journal; reader: Profile }): void {
  const note = held.get(workspace.database)?.take(from)
  if (note !== undefined) writeNote(workspace, { ...to, note })
}

function missingFor({ noFinding, certainty }: CaseNote, outlined: boolean): string | null {
  if (!outlined && !noFinding) return 'Draw an outline, or say that there is no finding.'
  if (outlined && noFinding) return 'There is an outline and “no finding”. Take one of them away.'
  return certainty === null ? 'Say how sure you are, from 1 to 5.' : null
}
