import { Fault } from '@engine/fault'
import type { Database } from './database'
import { allDrawings, copyStudyOf, type DrawingRow } from './drawing-rows'
import { heldElsewhere } from './lease'
import type { Holder } from './holder'

/** Everything drawn for a study: its readings and corrections of its consensus, and what was held of them in copies. */
export interface StudyDrawings {
  readonly drawings: readonly DrawingRow[]
  readonly copies: readonly DrawingRow[]
}

/** Corrections of a consensus are kept under the study's id and this. */
export const consensusMark = '#consensus'

export function drawingsOfStudy(database: Database, study: string): StudyDrawings {
  const of = (name: string | null): boolean =>
    name !== null && (name === study || name.startsWith(`${study}${consensusMark}`))
  const all = allDrawings(database)
  return {
    drawings: all.filter((row) => of(row.study)),
    copies: all.filter((row) => row.study !== null && of(copyStudyOf(row.study)))
  }
}

/** Throws Fault `locked` while another program draws one of them. */
export function requireNotDrawn(database: Database, rows: readonly DrawingRow[], holder: Holder): void {
  if (!rows.some(({ id }) => heldElsewhere(database, `drawing ${id}`, holder))) return
  throw new Fault('locked', 'Somebody draws a case of it in another window of this workspace.', {
    hint: 'Close it there, then try again.'
  })
}

/** Takes drawings away with their histories, checkpoints and what was said of their cases; call inside a transaction. */
export function deleteDrawings(database: Database, rows: readonly DrawingRow[]): void {
  for (const { id } of rows) {
    for (const table of ['entry', 'checkpoint', 'named_point'])
      database.run(`DELETE FROM ${table} WHERE drawing = ?`, id)
    database.run('DELETE FROM drawing WHERE id = ?', id)
    database.run('DELETE FROM lease WHERE scope = ?', `drawing ${id}`)
    for (const kept of ['case note', 'copy put away'])
      database.run('DELETE FROM property WHERE name = ?', `${kept} ${id}`)
  }
}
