import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import { appendAudit } from '@engine/project/audit'
import { stateAt } from '@engine/project/checkpoints'
import { copiesOf, copyStudy, type DrawingRow, listEntries, newDrawing } from '@engine/project/drawing-rows'
import { changeBetween, type DrawingState } from '@engine/project/drawing-state'
import type { Unwritten } from '@engine/project/held-changes'
import type { Journal } from '@engine/project/journal'
import { keepValue, keptValue } from '@engine/project/kept-values'
import type { Workspace } from '@engine/project/workspace'
import type { DrawingCopy, drawingCopyCommands } from '@shared/drawing-copies'
import { readCaseNote } from './case-note'
import { madeEntry, nothingChanged } from './drawing-changes'
import { mergedCopy, touched } from './merged-copy'
import type { Workbench } from './workbench'

type CopyHandlers = Pick<Handlers, keyof typeof drawingCopyCommands>

/** A copy's history: the outline as it was last written, and what was held, which is its last entry. */
const entriesOfCopy = 2

/** A drawing beside another one, for what can no longer be written into it. The moment it is made tells several of them apart. */
export function copyRow(drawing: DrawingRow, now: number): DrawingRow {
  return newDrawing({ ...drawing, study: copyStudy(drawing), reading: now }, drawing.caseId, drawing.grid)
}

/** Draws the copy. */
export function drawCopy(journal: Journal, { written, shown, changes }: Unwritten): void {
  const plain = { tool: null, slice: null }
  journal.commit({ name: 'Outline as it was last written', ...plain, ...written.snapshot() })
  journal.commit({ name: heldWords(changes), ...plain, ...changeBetween(written, shown.snapshot()) })
}

const heldWords = (changes: number): string => (changes === 1 ? '1 held change' : `${changes} held changes`)

/** Said when it happens; the same words for every case, so that nothing can be told from them. */
export function copiedSentence({ changes }: Unwritten): string {
  const were = changes === 1 ? '1 change of yours was' : `${changes} changes of yours were`
  return `${were} not written before this case was taken over elsewhere. Nothing is lost: they are kept in a copy, and the case offers it as soon as it is free.`
}

const awayName = (copy: string): string => `copy put away ${copy}`

/** What was held of a drawing, looked at, added to it, put away. */
export function drawingCopyHandlers({ drawings, workspace }: Workbench): CopyHandlers {
  const required = (journal: Journal, copy: string): DrawingRow => {
    const row = offered(workspace, journal.drawing).find(({ id }) => id === copy)
    if (row !== undefined) return row
    throw new Fault('not-found', 'There is no such copy of this drawing.', { hint: 'It was put away.' })
  }
  const list = ({ drawing }: Journal): DrawingCopy[] =>
    offered(workspace, drawing).map((row) => shownCopy(workspace, row))
  return {
    async 'drawing.copies'({ drawing, window }) {
      return list(drawings.require(drawing, window).journal)
    },

    async 'drawing.addCopy'({ drawing, window, copy }) {
      const { journal } = drawings.writable(drawing, window)
      const [columns, rows] = journal.drawing.grid.size
      const { written, held } = statesOf(workspace, required(journal, copy))
      const { name, ...change } = mergedCopy(journal.shown, { written, held }, columns * rows)
      if (change.deltas.length === 0 && change.changes.length === 0) return nothingChanged(journal)
      return madeEntry(journal, { name, tool: null, slice: null, ...change })
    },

    async 'drawing.putCopyAway'({ drawing, window, copy }) {
      const { journal, reader } = drawings.writable(drawing, window)
      const { id: subject } = required(journal, copy)
      const { database, id } = workspace
      database.transaction(() => {
        keepValue(database, awayName(copy), true)
        const event = { who: reader.id, name: reader.name, what: 'copy put away', subject, payload: '', detail: {} }
        appendAudit(database, event, id)
      })
      return list(journal)
    }
  }
}

/** Copies that nobody has put away. */
function offered({ database }: Workspace, drawing: DrawingRow): DrawingRow[] {
  return copiesOf(database, drawing).filter(
    ({ id, cursor }) => cursor === entriesOfCopy && keptValue(database, awayName(id)) !== true
  )
}

function statesOf(workspace: Workspace, { id }: DrawingRow): { written: DrawingState; held: DrawingState } {
  return { written: stateAt(workspace, id, 1), held: stateAt(workspace, id, entriesOfCopy) }
}

function shownCopy(workspace: Workspace, row: DrawingRow): DrawingCopy {
  const words = listEntries(workspace.database, row.id).at(-1)?.name ?? ''
  return {
    copy: row.id,
    made: new Date(row.reading).toISOString(),
    changes: Number.parseInt(words, 10) || 1,
    segments: touched(statesOf(workspace, row)).map(({ name }) => name),
    comment: readCaseNote(workspace, row.id).comment
  }
}
