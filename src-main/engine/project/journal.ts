import { randomUUID } from 'node:crypto'
import { Fault } from '@engine/fault'
import type { DrawingEntry, Segment, SegmentChange } from '@shared/drawing'
import type { Delta } from '@shared/drawing/deltas'
import { appendAudit } from './audit'
import { sha256 } from './blobs'
import { type JournalPlace, keepCheckpoint, stateAt } from './checkpoints'
import { bytes } from './database'
import { hashOfDrawing, hashOfLine } from './drawing-hashes'
import { type DrawingRow, findDrawing, insertDrawing, listEntries } from './drawing-rows'
import { DrawingState, changeBetween, middleSlice, deltasOf } from './drawing-state'
import { type EntryPayload, decodePayload, encodePayload } from './entry-payload'
import { HeldChanges, type Unwritten } from './held-changes'
import { type Claim, requireLease, takenOver } from './lease'
import { NamedPoints, hashOfPoint } from './named-points'
import type { Saver } from './saver'

/** What a journal is given to write with. */
export interface JournalHands extends JournalPlace {
  readonly saver: Saver
  readonly claim: Claim
  /** Who signs: id and name of the profile. */
  readonly signer: { readonly id: string; readonly name: string }
  readonly workspaceId: string
  /** Called once when somebody else draws it by now; with what was held and can no longer be written, if anything was. */
  readonly lost: (unwritten: Unwritten | null) => void
}

/** An entry to be made. */
export interface NewEntry extends EntryPayload {
  readonly name: string
  readonly tool: string | null
  readonly slice: number | null
}

/** What moving in the history changed. */
export interface Move {
  readonly cursor: number
  readonly entry: DrawingEntry
  readonly deltas: readonly Delta[]
  readonly savedAt: string | null
}

/** One open drawing: its state in memory, its history, and the way both reach the disk. */
export class Journal {
  private readonly state: DrawingState
  private entries: DrawingEntry[]
  private at: number
  /** Payloads this process made or read: what is held in memory only must be found here. */
  private readonly payloads = new Map<number, EntryPayload>()
  private isWritten: boolean
  private isLost = false
  private readonly held = new HeldChanges()
  readonly points: NamedPoints

  /** Throws Fault `bad-workspace` for a damaged history. */
  constructor(
    readonly drawing: DrawingRow,
    private readonly hands: JournalHands,
    isWritten: boolean
  ) {
    this.isWritten = isWritten
    this.at = drawing.cursor
    this.entries = isWritten ? listEntries(hands.database, drawing.id) : []
    this.state = isWritten ? stateAt(hands, drawing.id, this.at) : new DrawingState()
    this.points = new NamedPoints(hands, drawing.id, isWritten)
  }

  get cursor(): number {
    return this.at
  }

  get history(): readonly DrawingEntry[] {
    return this.entries
  }

  get shown(): Pick<DrawingState, 'segments' | 'labelmap' | 'runs' | 'has'> {
    return this.state
  }

  /** Makes an entry, and forgets what was undone before it. `savedAt` null: held in memory. */
  commit(entry: NewEntry): { entry: number; savedAt: string | null } {
    const number = this.at + 1
    const payload = encodePayload(entry)
    this.state.apply(entry)
    const undone = this.entries.slice(this.at)
    const line: DrawingEntry = { entry: number, name: entry.name, tool: entry.tool, slice: entry.slice, savedAt: null }
    this.entries = [...this.entries.slice(0, this.at), line]
    for (const { entry: dropped } of undone) this.payloads.delete(dropped)
    this.payloads.set(number, entry)
    this.at = number
    const pointsBack = this.points.drawnOver(number)
    const takeBack = (): void => {
      pointsBack()
      this.state.revert(entry)
      this.payloads.delete(number)
      this.at = number - 1
      this.entries = [...this.entries.slice(0, number - 1), ...undone]
    }
    const before = (state: DrawingState): void => state.revert(entry)
    const savedAt = this.save(() => this.writeEntry(line, payload), { takeBack, before })
    if (savedAt !== null) this.checkpoint()
    return { entry: number, savedAt }
  }

  /** Goes to any place of the history; null when it is there already, or no such place exists. */
  go(cursor: number): Move | null {
    if (cursor === this.at || cursor < 0 || cursor > this.entries.length) return null
    const [low, high] = [Math.min(cursor, this.at), Math.max(cursor, this.at)]
    const payloads = this.read(low, high)
    const back = cursor < this.at
    const from = this.at
    move(this.state, payloads, back)
    this.at = cursor
    const takeBack = (): void => {
      move(this.state, payloads, !back)
      this.at = from
    }
    const save = { takeBack, before: (state: DrawingState) => move(state, payloads, !back) }
    const savedAt = this.save(() => this.writeCursor(cursor, back ? 'undo' : 'redo'), save)
    return { cursor, entry: this.entries[back ? low : high - 1], deltas: deltasOf(payloads), savedAt }
  }

  /** Gives what is drawn now a name to come back to. Throws Fault `bad-parameter` where nothing is drawn, `too-large`. */
  namePoint(name: string): void {
    if (this.at === 0) {
      throw new Fault('bad-parameter', 'Nothing is drawn yet that a checkpoint could keep.', {
        hint: 'Draw something first.'
      })
    }
    const payload = encodePayload(this.state.snapshot())
    const madeAt = new Date().toISOString()
    const row = { point: randomUUID(), name, entry: this.at, madeAt, blob: sha256(payload) }
    const takeBack = this.points.add(row, payload)
    this.save(
      () => {
        this.points.writeAdded(row, payload)
        this.audit('checkpoint named', { point: row.point, entry: row.entry }, hashOfPoint(row))
      },
      { takeBack }
    )
  }

  /** Throws Fault `not-found`. */
  removePoint(point: string): void {
    this.points.require(point)
    const takeBack = this.points.remove(point)
    this.save(
      () => {
        this.points.writeRemoved(point)
        this.audit('checkpoint removed', { point }, '')
      },
      { takeBack }
    )
  }

  /** The entry that makes the drawing what it was at a point; null where it is that already. Throws Fault `not-found`. */
  entryBackTo(point: string): NewEntry | null {
    const row = this.points.require(point)
    const change = changeBetween(this.state, this.points.drawn(row))
    if (change.deltas.length === 0 && change.changes.length === 0) return null
    return { name: `Back to “${row.name}”`.slice(0, 120), tool: null, slice: middleSlice(change.deltas), ...change }
  }

  /**
   * Writes, or holds, what is said of the drawing; where nothing was drawn yet the drawing is begun with it, or what was said would be of no
   * drawing. What `work` answers is called once it is on the disk; `takeBack` is called before a write that will never succeed throws.
   */
  keep(work: () => () => void, takeBack: () => void): string | null {
    return this.save(work, { takeBack })
  }

  /** What the entries after `low` up to `high` do. */
  private read(low: number, high: number): EntryPayload[] {
    const { database } = this.hands
    return Array.from({ length: high - low }, (_none, index) => {
      const number = low + index + 1
      const known = this.payloads.get(number)
      if (known !== undefined) return known
      const row = database.one('SELECT payload FROM entry WHERE drawing = ? AND number = ?', this.drawing.id, number)
      if (row === undefined) throw new Fault('bad-workspace', 'An entry of the drawing is missing.')
      return decodePayload(bytes(row, 'payload'))
    })
  }

  /** Writes, or holds; a write that will never succeed takes the change back and throws. */
  private save(write: () => (() => void) | void, { takeBack, before }: Saving): string | null {
    const { saver, database, claim } = this.hands
    let held = false
    const work = (): void => {
      const afterwards = database.transaction(() => {
        requireLease(database, claim)
        if (!this.isWritten) this.begin()
        return write()
      })
      // What is known of the disk changes when it has: the transaction may still fail at its very end.
      this.isWritten = true
      if (held) this.held.wrote()
      afterwards?.()
    }
    try {
      if (this.isLost) throw takenOver()
      const hold = (): void => {
        if (held) return
        held = true
        this.held.add(this.state, before)
      }
      const savedAt = saver.write(work, () => {
        // It may be refused in the very flush that took it up: then it was never written, and belongs to what is kept.
        hold()
        this.lose(this.held.unwritten(this.state))
      })
      if (savedAt === null) hold()
      return held ? null : savedAt
    } catch (thrown) {
      takeBack()
      if (thrown instanceof Fault && thrown.code === 'read-only') this.lose(null)
      throw thrown
    }
  }

  private lose(unwritten: Unwritten | null): void {
    if (this.isLost) return
    this.isLost = true
    this.hands.lost(unwritten)
  }

  private writeEntry(line: DrawingEntry, payload: Uint8Array): () => void {
    const { database } = this.hands
    const { id } = this.drawing
    const saved = new Date().toISOString()
    database.run('DELETE FROM entry WHERE drawing = ? AND number >= ?', id, line.entry)
    database.run('DELETE FROM checkpoint WHERE drawing = ? AND number >= ?', id, line.entry)
    this.points.writeDrawnOver(line.entry)
    database.run(
      'INSERT INTO entry (drawing, number, name, tool, slice, saved, payload) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[id, line.entry, line.name, line.tool, line.slice, saved, payload]
    )
    database.run('UPDATE drawing SET cursor = ? WHERE id = ?', line.entry, id)
    this.audit('stroke', { entry: line.entry, bytes: payload.length }, hashOfLine({ ...line, savedAt: saved }, payload))
    return () => {
      this.entries = this.entries.map((known) => (known === line ? { ...line, savedAt: saved } : known))
    }
  }

  private writeCursor(cursor: number, what: 'undo' | 'redo'): void {
    this.hands.database.run('UPDATE drawing SET cursor = ? WHERE id = ?', cursor, this.drawing.id)
    this.audit(what, { cursor }, '')
  }

  private begin(): void {
    // Somebody else began to draw it while this one could not be written.
    if (findDrawing(this.hands.database, this.drawing) !== null) throw takenOver()
    insertDrawing(this.hands.database, { ...this.drawing, cursor: 0 })
    this.audit('drawing begun', {}, hashOfDrawing(this.drawing))
  }

  private audit(what: string, detail: Readonly<Record<string, string | number>>, payload: string): void {
    const { database, signer, workspaceId } = this.hands
    const event = { who: signer.id, name: signer.name, what, subject: this.drawing.id, payload, detail }
    appendAudit(database, event, workspaceId)
  }

  /** A convenience for the next opening: where it cannot be written, opening takes longer and nothing is lost. */
  private checkpoint(): void {
    try {
      keepCheckpoint(this.hands, this.drawing.id, { number: this.at, state: this.state })
    } catch {
      // The entries themselves are written.
    }
  }
}

/** How a change that is to be written is undone in memory, and what an equal drawing was before it. */
interface Saving {
  readonly takeBack: () => void
  readonly before?: (state: DrawingState) => void
}

function move(state: DrawingState, payloads: readonly EntryPayload[], back: boolean): void {
  if (back) for (const payload of [...payloads].reverse()) state.revert(payload)
  else for (const payload of payloads) state.apply(payload)
}

/** A change of the list of segments that nothing is drawn by. */
export function segmentEntry(name: string, change: SegmentChange, deltas: readonly Delta[] = []): NewEntry {
  return { name, tool: null, slice: null, deltas, changes: [change] }
}

/** The change that puts `after` where `before` stands, or at the end. */
export function changeOf(segments: readonly Segment[], before: Segment | null, after: Segment | null): SegmentChange {
  return { place: before === null ? segments.length : segments.indexOf(before), before, after }
}
