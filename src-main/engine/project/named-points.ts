import { Fault } from '@engine/fault'
import type { NamedPoint } from '@shared/drawing'
import { type JournalPlace } from './checkpoints'
import { type Database, number, text } from './database'
import { sha256 } from './blobs'
import { type EntryPayload, decodePayload } from './entry-payload'

/** More names than anybody finds anything by. */
const mostPoints = 200

/** A point with the blob of what was drawn then. */
export interface PointRow extends NamedPoint {
  readonly blob: string
}

/** The points of a drawing in the order they were named; none in a workspace of an earlier layout that cannot be changed. */
export function listPoints(database: Database, drawing: string): PointRow[] {
  if (database.one(`SELECT 1 AS known FROM sqlite_master WHERE name = 'named_point'`) === undefined) return []
  return database.all('SELECT * FROM named_point WHERE drawing = ? ORDER BY made, id', drawing).map((row) => ({
    point: text(row, 'id'),
    name: text(row, 'name'),
    entry: row['number'] === null ? null : number(row, 'number'),
    madeAt: text(row, 'made'),
    blob: text(row, 'blob')
  }))
}

/** SHA-256 of a point as it was named; what is drawn over its entry later does not change it. */
export const hashOfPoint = ({ point, name, madeAt, blob }: PointRow): string =>
  sha256(JSON.stringify([point, name, madeAt, blob]))

/** Checkpoints of one drawing. What is drawn over one's entry takes its place in the history, never what it holds. */
export class NamedPoints {
  private rows: readonly PointRow[]
  /** What was named here: found even where a full disk keeps it from being written. */
  private readonly held = new Map<string, Uint8Array>()

  constructor(
    private readonly place: JournalPlace,
    private readonly drawing: string,
    isWritten: boolean
  ) {
    this.rows = isWritten ? listPoints(place.database, drawing) : []
  }

  get list(): NamedPoint[] {
    return this.rows.map(({ blob: _unsaid, ...point }) => point)
  }

  /** Throws Fault `not-found`. */
  require(point: string): PointRow {
    const row = this.rows.find((one) => one.point === point)
    if (row !== undefined) return row
    throw new Fault('not-found', 'There is no such checkpoint in this drawing.')
  }

  /** All of what was drawn at a point. Throws Fault `bad-workspace` when it is damaged. */
  drawn({ point, blob }: PointRow): EntryPayload {
    return decodePayload(this.held.get(point) ?? this.place.blobs.read(blob))
  }

  /** Adds a point in memory; returns what takes it back. Throws Fault `too-large`. */
  add(row: PointRow, payload: Uint8Array): () => void {
    if (this.rows.length >= mostPoints) {
      throw new Fault('too-large', `A drawing has ${mostPoints} checkpoints at most.`, {
        hint: 'Take away those that are not needed.'
      })
    }
    this.held.set(row.point, payload)
    return this.become([...this.rows, row])
  }

  remove(point: string): () => void {
    return this.become(this.rows.filter((row) => row.point !== point))
  }

  /** Entries from this one on are drawn anew. */
  drawnOver(entry: number): () => void {
    const over = (row: PointRow): boolean => row.entry !== null && row.entry >= entry
    return this.rows.some(over)
      ? this.become(this.rows.map((row) => (over(row) ? { ...row, entry: null } : row)))
      : () => undefined
  }

  writeAdded({ point, name, entry, madeAt, blob }: PointRow, payload: Uint8Array): void {
    this.place.blobs.write(payload)
    this.place.database.run(
      'INSERT INTO named_point (id, drawing, name, number, blob, made) VALUES (?, ?, ?, ?, ?, ?)',
      ...[point, this.drawing, name, entry, blob, madeAt]
    )
  }

  writeRemoved(point: string): void {
    this.place.database.run('DELETE FROM named_point WHERE id = ? AND drawing = ?', point, this.drawing)
  }

  writeDrawnOver(entry: number): void {
    this.place.database.run(
      'UPDATE named_point SET number = NULL WHERE drawing = ? AND number >= ?',
      this.drawing,
      entry
    )
  }

  private become(rows: readonly PointRow[]): () => void {
    const before = this.rows
    this.rows = rows
    return () => {
      this.rows = before
    }
  }
}
