import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import type { DrawingEntry } from '@shared/drawing'
import { type Database, type Row, number, text, textOrNull } from './database'

/** The voxels a drawing lies on. */
export interface DrawingGrid {
  /** `[columns, rows, slices]`. */
  readonly size: readonly [number, number, number]
  /** (i, j, k) to LPS millimetres, row major, 16 numbers. */
  readonly affine: readonly number[]
  readonly spacingMm: readonly [number, number, number] | null
}

/** Which drawing: one reader's, of one image, in one reading of one study. */
export interface DrawingKey {
  /** SHA-256 over the voxels and where they lie: the same image is found again under any path, on any machine. */
  readonly image: string
  /** Id of the profile. */
  readonly reader: string
  readonly study: string | null
  readonly reading: number
}

/** A drawing as its row tells it. */
export interface DrawingRow extends DrawingKey {
  readonly id: string
  /** The case it was opened from last. */
  readonly caseId: string
  readonly grid: DrawingGrid
  readonly cursor: number
}

const Numbers = v.array(v.number())

/** A new drawing that is not written yet. */
export function newDrawing(key: DrawingKey, caseId: string, grid: DrawingGrid): DrawingRow {
  return { ...key, id: randomUUID(), caseId, grid, cursor: 0 }
}

export function findDrawing(database: Database, { image, reader, study, reading }: DrawingKey): DrawingRow | null {
  const row = database.one(
    `SELECT * FROM drawing WHERE image = ? AND reader = ? AND ifnull(study, '') = ? AND reading = ?`,
    ...[image, reader, study ?? '', reading]
  )
  return row === undefined ? null : drawingOf(row)
}

/** The study under which copies of a drawing are kept: they are nobody's reading. */
export const copyStudy = ({ study, reading }: Pick<DrawingKey, 'study' | 'reading'>): string =>
  `#copy of reading ${reading} of ${study ?? ''}`

/** The study that a copy is of; null where it is no copy. */
export const copyStudyOf = (study: string): string | null =>
  /^#copy of reading -?\d+ of (.*)$/su.exec(study)?.[1] ?? null

/** Copies of a drawing, oldest first. */
export function copiesOf(database: Database, { image, reader, ...key }: DrawingKey): DrawingRow[] {
  return database
    .all(
      'SELECT * FROM drawing WHERE image = ? AND reader = ? AND study = ? ORDER BY reading',
      image,
      reader,
      copyStudy(key)
    )
    .map(drawingOf)
}

/** Every drawing of the workspace, in the order they were begun. */
export function allDrawings(database: Database): DrawingRow[] {
  return database.all('SELECT * FROM drawing ORDER BY made').map(drawingOf)
}

/** Drawings of no study, in the order they were begun. */
export function drawingsWithoutStudy(database: Database): DrawingRow[] {
  return database.all('SELECT * FROM drawing WHERE study IS NULL ORDER BY made').map(drawingOf)
}

export function insertDrawing(database: Database, drawing: DrawingRow): void {
  const { id, image, caseId, reader, study, reading, grid, cursor } = drawing
  database.run(
    `INSERT INTO drawing (id, image, case_id, reader, study, reading, columns, rows, slices, affine, spacing, cursor, made)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, image, caseId, reader, study, reading, ...grid.size, JSON.stringify(grid.affine)],
    ...[grid.spacingMm === null ? null : JSON.stringify(grid.spacingMm), cursor, new Date().toISOString()]
  )
}

/** The names of the history; what the entries do is read when it is needed. */
export function listEntries(database: Database, drawing: string): DrawingEntry[] {
  return database
    .all('SELECT number, name, tool, slice, saved FROM entry WHERE drawing = ? ORDER BY number', drawing)
    .map((row) => ({
      entry: number(row, 'number'),
      name: text(row, 'name'),
      tool: textOrNull(row, 'tool'),
      slice: row['slice'] === null ? null : number(row, 'slice'),
      savedAt: text(row, 'saved')
    }))
}

/** Tells whether a drawing is the one that was opened: it is another text after anything was written into it. */
export function historyMark(database: Database, drawing: string): string {
  const row = database.one(
    `SELECT cursor, (SELECT count(*) || ' ' || ifnull(max(saved), '') FROM entry WHERE drawing = id) AS entries
     FROM drawing WHERE id = ?`,
    drawing
  )
  return JSON.stringify(row ?? null)
}

/** When an entry was saved; null where there is none. Entries are never changed: one that takes another's place has another time. */
export function entrySavedAt(database: Database, drawing: string, entry: number): string | null {
  const row = database.one('SELECT saved FROM entry WHERE drawing = ? AND number = ?', drawing, entry)
  return row === undefined ? null : text(row, 'saved')
}

function drawingOf(row: Row): DrawingRow {
  const spacing = textOrNull(row, 'spacing')
  return {
    id: text(row, 'id'),
    image: text(row, 'image'),
    caseId: text(row, 'case_id'),
    reader: text(row, 'reader'),
    study: textOrNull(row, 'study'),
    reading: number(row, 'reading'),
    grid: {
      size: [number(row, 'columns'), number(row, 'rows'), number(row, 'slices')],
      affine: v.parse(Numbers, JSON.parse(text(row, 'affine'))),
      spacingMm: spacing === null ? null : (v.parse(Numbers, JSON.parse(spacing)) as [number, number, number])
    },
    cursor: number(row, 'cursor')
  }
}
