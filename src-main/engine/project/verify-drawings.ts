import * as v from 'valibot'
import { asFault } from '@engine/fault'
import type { AuditEntry } from './audit'
import type { Blobs } from './blobs'
import { sha256 } from './blobs'
import { type Database, bytes, number, text } from './database'
import { hashOfDrawing, hashOfLine } from './drawing-hashes'
import { allDrawings, type DrawingRow, listEntries } from './drawing-rows'
import { DrawingState } from './drawing-state'
import { decodePayload, encodePayload } from './entry-payload'
import { hashOfPoint, listPoints } from './named-points'

const EntryDetail = v.object({ entry: v.number() })
const CursorDetail = v.object({ cursor: v.number() })
const PointDetail = v.object({ point: v.string() })

/** What the trail says a drawing must be. */
interface Expected {
  begun: string
  readonly hashes: string[]
  cursor: number
  readonly signers: Set<string>
  /** Hashes of the checkpoints that were named, by their ids. */
  readonly points: Map<string, string>
}

/**
 * Every drawing against the trail: whose it is, each entry of its history, the place in it, and its checkpoints drawn
 * anew from the first stroke. Returns sentences.
 */
export function verifyDrawings(database: Database, blobs: Blobs, trail: readonly AuditEntry[]): string[] {
  const expected = replay(trail)
  const drawings = allDrawings(database)
  const known = new Set(drawings.map(({ id }) => id))
  const gone = [...expected].filter(([id]) => !known.has(id)).map(([id]) => `Drawing ${short(id)} was taken away.`)
  return [...gone, ...drawings.flatMap((drawing) => verifyOne({ database, blobs }, drawing, expected.get(drawing.id)))]
}

function verifyOne(
  place: { database: Database; blobs: Blobs },
  drawing: DrawingRow,
  expected: Expected | undefined
): string[] {
  const name = `Drawing ${short(drawing.id)}`
  if (expected === undefined) return [`${name} is not in the audit trail.`]
  const problems: string[] = []
  if (hashOfDrawing(drawing) !== expected.begun || [...expected.signers].some((id) => id !== drawing.reader)) {
    problems.push(`${name}: whose it is, or of which image, was changed after it was begun.`)
  }
  if (drawing.cursor !== expected.cursor) problems.push(`${name}: the place in its history was changed.`)
  problems.push(...verifyPoints(place, drawing.id, expected.points).map((problem) => `${name}: ${problem}`))
  const changed = changedEntries(place.database, drawing.id, expected.hashes)
  if (changed !== null) return [...problems, `${name}: ${changed}`]
  return [...problems, ...verifyCheckpoints(place, drawing.id).map((problem) => `${name}: ${problem}`)]
}

/** Why its entries are not those of the trail; null when they are. */
function changedEntries(database: Database, drawing: string, hashes: readonly string[]): string | null {
  const lines = listEntries(database, drawing)
  if (lines.length !== hashes.length)
    return `it has ${lines.length} entries, the audit trail tells of ${hashes.length}.`
  const rows = database.all('SELECT payload FROM entry WHERE drawing = ? ORDER BY number', drawing)
  const at = lines.findIndex((line, index) => hashOfLine(line, bytes(rows[index], 'payload')) !== hashes[index])
  return at < 0 ? null : `its entry ${at + 1} was changed after it was written.`
}

function verifyCheckpoints({ database, blobs }: { database: Database; blobs: Blobs }, drawing: string): string[] {
  const checkpoints = new Map(
    database
      .all('SELECT number, blob FROM checkpoint WHERE drawing = ?', drawing)
      .map((row) => [number(row, 'number'), text(row, 'blob')])
  )
  const state = new DrawingState()
  const problems: string[] = []
  for (const row of database.all('SELECT number, payload FROM entry WHERE drawing = ? ORDER BY number', drawing)) {
    state.apply(decodePayload(bytes(row, 'payload')))
    const blob = checkpoints.get(number(row, 'number'))
    if (blob === undefined) continue
    const fault = blobFault(blobs, blob)
    if (fault !== null) problems.push(fault)
    else if (sha256(encodePayload(state.snapshot())) !== blob) {
      problems.push(`its outline kept at entry ${number(row, 'number')} is not what was drawn.`)
    }
  }
  return problems
}

function verifyPoints(
  { database, blobs }: { database: Database; blobs: Blobs },
  drawing: string,
  named: ReadonlyMap<string, string>
): string[] {
  const rows = listPoints(database, drawing)
  const known = new Set(rows.map(({ point }) => point))
  const gone = [...named.keys()].filter((point) => !known.has(point)).map(() => 'a checkpoint was taken away.')
  const faults = rows.flatMap((row) => {
    const fault = named.get(row.point) === hashOfPoint(row) ? blobFault(blobs, row.blob) : 'a checkpoint was changed.'
    return fault === null ? [] : [fault]
  })
  return [...gone, ...faults]
}

function blobFault(blobs: Blobs, hash: string): string | null {
  try {
    blobs.read(hash)
    return null
  } catch (thrown) {
    return `a part of it (blob ${hash.slice(0, 12)}) is ${/missing/.test(asFault(thrown).message) ? 'missing' : 'damaged'}.`
  }
}

function replay(trail: readonly AuditEntry[]): Map<string, Expected> {
  const drawings = new Map<string, Expected>()
  for (const { what, subject, payload, detail, who } of trail) {
    if (what === 'drawing begun') {
      drawings.set(subject, { begun: payload, hashes: [], cursor: 0, signers: new Set([who]), points: new Map() })
      continue
    }
    const drawing = drawings.get(subject)
    if (drawing === undefined) continue
    if (what === 'stroke') {
      const { entry } = v.parse(EntryDetail, JSON.parse(detail))
      drawing.hashes.length = entry - 1
      drawing.hashes.push(payload)
      drawing.cursor = entry
      drawing.signers.add(who)
    } else if (what === 'drawing removed') drawings.delete(subject)
    else if (what === 'checkpoint named') drawing.points.set(pointOf(detail), payload)
    else if (what === 'checkpoint removed') drawing.points.delete(pointOf(detail))
    else if (what === 'undo' || what === 'redo') drawing.cursor = v.parse(CursorDetail, JSON.parse(detail)).cursor
  }
  return drawings
}

const pointOf = (detail: string): string => v.parse(PointDetail, JSON.parse(detail)).point

const short = (id: string): string => id.slice(0, 8)
