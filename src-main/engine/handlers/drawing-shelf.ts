import { Fault } from '@engine/fault'
import {
  type DrawingGrid,
  type DrawingKey,
  type DrawingRow,
  findDrawing,
  historyMark,
  newDrawing
} from '@engine/project/drawing-rows'
import { Journal, type JournalHands } from '@engine/project/journal'
import { type Claim, claimLease, releaseLease, takenOver, wasAbandoned } from '@engine/project/lease'
import { mayPass, storageFault } from '@engine/project/storage-fault'
import type { Profile } from '@engine/project/profile-rows'
import type { Workspace } from '@engine/project/workspace'
import type { Unwritten } from '@engine/project/held-changes'
import type { ReadOnly } from '@shared/drawing'
import { carryNote } from './case-note'
import type { CurrentProfile } from './current-profile'
import { copiedSentence, copyRow, drawCopy } from './drawing-copies'

/** A drawing as it is open here. */
export interface OpenJournal {
  readonly journal: Journal
  /** The case it was opened from now. */
  readonly caseId: string
  readonly claim: Claim
  readonly reader: Profile
  readonly readOnly: ReadOnly | null
  /** Its last holder ended without closing it. */
  readonly recovered: boolean
}

/** What is asked for: the current profile's drawing of an image. */
export interface DrawingWish extends Omit<DrawingKey, 'reader'> {
  readonly caseId: string
  readonly grid: DrawingGrid
  readonly window: string
}

/** The drawings that are open. */
export class DrawingShelf {
  private readonly open = new Map<string, OpenJournal>()
  /** How many clients each window has; two for the moment in which a page is loaded again. */
  private readonly clients = new Map<string, number>()

  constructor(
    private readonly workspace: Workspace,
    private readonly profiles: CurrentProfile,
    /** Told that held strokes of a drawing went into a copy. */
    private readonly tell: (copied: { drawing: string; sentence: string }) => void
  ) {}

  /** Opens the drawing there is, or a new one; to be looked at only where somebody else draws it. */
  take(wish: DrawingWish): OpenJournal {
    const { database } = this.workspace
    const reader = this.profiles.current
    const key = { ...wish, reader: reader.id }
    const known = findDrawing(database, key)
    // A drawing nobody could write yet is known here alone.
    const held = [...this.open.values()].find(({ journal }) => sameKey(journal.drawing, key))
    if (held !== undefined && held.claim.window === wish.window && held.readOnly === null) return held

    const drawing = known ?? newDrawing(key, wish.caseId, wish.grid)
    const claim = { ...this.claimOf(drawing.id, wish.window), name: reader.name }
    const recovered = known !== null && wasAbandoned(database, claim.scope, claim.holder)
    const readOnly = this.workspace.readOnly ?? this.claim(claim, drawing.id)
    const journal = new Journal(drawing, this.hands(drawing, claim, reader), known !== null)
    const opened = { journal, caseId: wish.caseId, claim, reader, readOnly, recovered: recovered && readOnly === null }
    this.open.set(`${drawing.id} ${wish.window}`, opened)
    return opened
  }

  /** Throws Fault `not-found`. */
  require(drawing: string, window: string): OpenJournal {
    const opened = this.open.get(`${drawing} ${window}`)
    if (opened !== undefined) return opened
    throw new Fault('not-found', 'That drawing is not open.', { hint: 'Open its case again.' })
  }

  /** One that may be changed. Throws Fault `not-found`, `read-only`. */
  writable(drawing: string, window: string): OpenJournal {
    const opened = this.require(drawing, window)
    if (opened.readOnly === null) return opened
    throw new Fault('read-only', opened.readOnly.sentence, { hint: 'Close it there, then open the case again here.' })
  }

  close(drawing: string, window: string): void {
    const opened = this.open.get(`${drawing} ${window}`)
    if (opened === undefined) return
    const { database, saver } = this.workspace
    // What is held is not closed: it would be gone.
    if (saver.state.held > 0) return
    this.open.delete(`${drawing} ${window}`)
    if (opened.readOnly === null) releaseLease(database, opened.claim)
  }

  /** Forgets drawings that are taken away; whoever has one on the screen is told so with the next stroke. */
  forget(drawings: readonly Pick<DrawingRow, 'id'>[]): void {
    for (const [key, { journal }] of [...this.open])
      if (drawings.some(({ id }) => id === journal.drawing.id)) this.open.delete(key)
  }

  /** Throws Fault `disk-full` or whatever keeps strokes from being saved: they would be lost with what is left. */
  requireSaved(): void {
    const { fault, held } = this.workspace.saver.state
    if (fault === null || this.workspace.saver.flush() !== null) return
    throw new Fault(fault.code, `${fault.message} ${held} strokes are not saved yet.`, { hint: fault.hint })
  }

  /** A client in this window came; returns what says that it is gone. After the last one its drawings are anybody's. */
  enter(window: string): () => void {
    this.clients.set(window, (this.clients.get(window) ?? 0) + 1)
    return () => {
      const left = (this.clients.get(window) ?? 1) - 1
      this.clients.set(window, left)
      if (left === 0) this.closeAll(window)
    }
  }

  /** Gives every lease back, or those of one window. */
  closeAll(window?: string): void {
    for (const { journal, claim } of [...this.open.values()])
      if (window === undefined || claim.window === window) this.close(journal.drawing.id, claim.window)
  }

  private claimOf(drawing: string, window: string): Omit<Claim, 'name'> {
    return { scope: `drawing ${drawing}`, holder: this.workspace.holder, window }
  }

  private hands(drawing: DrawingRow, claim: Claim, reader: Profile): JournalHands {
    const { database, blobs, saver, id } = this.workspace
    const lost = (unwritten: Unwritten | null): void => {
      // Opened again it is what the other one made of it.
      this.open.delete(`${drawing.id} ${claim.window}`)
      if (unwritten === null) return
      this.copy(drawing, { claim, reader, unwritten })
      this.tell({ drawing: drawing.id, sentence: copiedSentence(unwritten) })
    }
    return { database, blobs, saver, claim, signer: reader, workspaceId: id, lost }
  }

  /** Keeps beside a drawing what can no longer be written into it; on a full disk as soon as there is room. */
  private copy(
    of: DrawingRow,
    { claim: lostClaim, reader, unwritten }: { claim: Claim; reader: Profile; unwritten: Unwritten }
  ): void {
    const { database, saver } = this.workspace
    const row = copyRow(of, Date.now())
    const claim = { ...lostClaim, scope: `drawing ${row.id}` }
    this.claim(claim, row.id)
    const journal = new Journal(row, this.hands(row, claim, reader), false)
    drawCopy(journal, unwritten)
    carryNote(this.workspace, of.id, { journal, reader })
    saver.write(() => releaseLease(database, claim))
  }

  /** null: it is ours; on a full disk it will be, before anything drawn is written. */
  private claim(claim: Claim, drawing: string): ReadOnly | null {
    const { database, saver } = this.workspace
    const asOpened = historyMark(database, drawing)
    try {
      const other = claimLease(database, claim)
      return other === null ? null : takenBy(other)
    } catch (thrown) {
      const fault = storageFault(thrown)
      if (!mayPass(fault)) throw fault
      saver.write(() => {
        // Without the lease everything that was drawn here meanwhile finds the drawing taken when its own turn comes.
        if (historyMark(database, drawing) !== asOpened || claimLease(database, claim) !== null) throw takenOver()
      }, nothingElse)
      return null
    }
  }
}

const nothingElse = (): void => undefined

function takenBy({ name, since }: { name: string; since: string }): ReadOnly {
  const time = new Date(since).toTimeString().slice(0, 5)
  return {
    reason: 'lease',
    owner: name,
    since,
    sentence: `Open for reading only: ${name} is drawing this case in another window since ${time}.`
  }
}

function sameKey(row: DrawingRow, { image, reader, study, reading }: DrawingKey): boolean {
  return row.image === image && row.reader === reader && row.study === study && row.reading === reading
}
