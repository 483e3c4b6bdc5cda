import { Fault } from '@engine/fault'
import type { Blobs } from './blobs'
import { type Database, bytes, number, text } from './database'
import { DrawingState } from './drawing-state'
import { decodePayload, encodePayload } from './entry-payload'

/** Entries between two checkpoints: so many are replayed at most when a drawing is opened. */
export const entriesPerCheckpoint = 200

/** Where a drawing is kept. */
export interface JournalPlace {
  readonly database: Database
  readonly blobs: Blobs
}

/**
 * A drawing at a place of its history: from the last whole checkpoint before it, entry by entry. Checkpoints only save
 * time: where one is missing or damaged the one before it does. Throws Fault `bad-workspace` for a damaged entry.
 */
export function stateAt({ database, blobs }: JournalPlace, drawing: string, cursor: number): DrawingState {
  const state = new DrawingState()
  const from = newestCheckpoint({ database, blobs }, state, { drawing, cursor })
  const rows = database.all(
    'SELECT payload FROM entry WHERE drawing = ? AND number > ? AND number <= ? ORDER BY number',
    ...[drawing, from, cursor]
  )
  if (rows.length !== cursor - from) {
    throw new Fault('bad-workspace', 'Entries of a drawing are missing.', {
      hint: 'Run "saliscope verify" on the workspace, and restore a backup.'
    })
  }
  for (const row of rows) state.apply(decodePayload(bytes(row, 'payload')))
  return state
}

/** Keeps the state after `number` entries, where it is time to. */
export function keepCheckpoint(
  { database, blobs }: JournalPlace,
  drawing: string,
  at: { number: number; state: DrawingState }
): void {
  if (at.number === 0 || at.number % entriesPerCheckpoint !== 0) return
  const blob = blobs.write(encodePayload(at.state.snapshot()))
  database.run('INSERT OR REPLACE INTO checkpoint (drawing, number, blob) VALUES (?, ?, ?)', drawing, at.number, blob)
}

function newestCheckpoint(
  { database, blobs }: JournalPlace,
  state: DrawingState,
  { drawing, cursor }: { drawing: string; cursor: number }
): number {
  const rows = database.all(
    'SELECT number, blob FROM checkpoint WHERE drawing = ? AND number <= ? ORDER BY number DESC',
    ...[drawing, cursor]
  )
  for (const row of rows) {
    try {
      state.apply(decodePayload(blobs.read(text(row, 'blob'))))
      return number(row, 'number')
    } catch {
      // Decoding fails before anything is applied: the state is still empty.
    }
  }
  return 0
}
