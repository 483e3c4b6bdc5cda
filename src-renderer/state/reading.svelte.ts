import { untrack } from 'svelte'
import type { CaseNote } from '@shared/drawing-operations'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { caseSteps } from './case-steps.svelte'
import { readWords } from './catalogue-read'
import { keyed } from './keyed-text'
import type { DrawingWish } from './drawing-wish'
import { drawing } from './drawing.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'

/** Where the cases of the Read screen come from: the open list, or a study that assigns and blinds them. */
export interface ReadingSource {
  readonly kind: 'open' | 'study'
  /** Map, label, prediction and other readers are absent; identity is a study code. */
  readonly blinded: boolean
  /** Before the number of the case: study and reader, or the title of the case. */
  readonly title: string
  readonly count: number
  /** Index of the case on the screen; −1 for none. */
  readonly at: number
  /** What is drawn now; null when there is no case. */
  readonly wish: DrawingWish | null
  go(at: number): void
  /** The note of the case on the screen, after a change of it. Rejects with what is missing. */
  note(change: Partial<CaseNote>): Promise<CaseNote>
  /** What follows when a case is done; absent: the next case of the list. */
  finished?(): void
}

/** The open cases, without any study. */
export const openCases: ReadingSource = {
  kind: 'open',
  blinded: false,
  get title() {
    return session.currentCase?.title ?? ''
  },
  get count() {
    return caseSteps.cases.length
  },
  get at() {
    return caseSteps.at
  },
  get wish() {
    return session.currentCaseId === null ? null : { caseId: session.currentCaseId, study: null, reading: 1 }
  },
  go(at) {
    caseSteps.go(at)
  },
  async note(change) {
    if (drawing.opened === null) throw new Error('No drawing is open.')
    const { caseId } = drawing.opened
    const note = await call('drawing.note', { drawing: drawing.opened.drawing, change })
    // A finished outline is a reference mask of the case from now on.
    if (change.done !== undefined) session.cases = await call('study.list', {}).then((all) => merged(all, caseId))

    return note
  }
}

const merged = (all: typeof session.cases, caseId: string): typeof session.cases =>
  session.cases.map((one) => (one.caseId === caseId ? (all.find((now) => now.caseId === caseId) ?? one) : one))

/** A comment is sent when the writing pauses this long, and at once when anything else is done. */
const PAUSE_MS = 400

const blank: CaseNote = { noFinding: false, certainty: null, flagged: false, comment: '', done: false }

/** The case that is read: what its reader says of it, and the way to the next. */
class Reading {
  source = $state.raw<ReadingSource>(openCases)
  note = $state.raw<CaseNote>(blank)
  /** What is missing before the case can be left as done. */
  missing = $state<string | null>(null)
  /** After the last case. */
  finishedAll = $state(false)
  commenting = $state(false)
  /** The case that was left as done and the one that came after it: there the first undo goes back. */
  #kept: { from: number; to: number | null } | null = null
  #sentence = ''
  #writing: ReturnType<typeof setTimeout> | undefined
  /** Done was said and is being seen to: said twice it must not finish the next case. */
  #finishing = false
  /** Answers to going elsewhere that are awaited. */
  #leaving = 0

  /** Takes cases from somewhere else; null goes back to the open list. */
  choose(source: ReadingSource | null): void {
    this.forgetKept()
    this.source = source ?? openCases
    this.finishedAll = false
    this.missing = null
  }

  /** Asks for another case, after what is being written was sent: it belongs to the one on the screen. */
  async leaveFor(ask: () => Promise<unknown>): Promise<void> {
    this.commit()
    this.#leaving += 1
    try {
      await ask()
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    } finally {
      this.#leaving -= 1
    }
  }

  /** Nothing can be said or drawn of a case now: the one on the screen is left, or the next is not here yet. That is said, once a key asks. */
  isBetween(): boolean {
    const { wish } = this.source
    const { opened } = drawing
    const other = wish !== null && opened !== null && (opened.study !== wish.study || opened.reading !== wish.reading)
    const between = this.#leaving > 0 || this.#finishing || other || (opened === null && drawing.opening)
    if (between) shell.say(readWords.case.opening)

    return between
  }

  /** The next or previous case of a list that answers at once; of one that is asked for, after the answer. */
  step(by: 1 | -1): void {
    if (this.#leaving > 0) shell.say(readWords.case.opening)
    else this.source.go(this.source.at + by)
  }

  /** Keeps what is being written when the drawing changes; returns the function that stops it. */
  listen(): () => void {
    const stop = drawing.onLeaving(() => {
      this.commit()
      this.commenting = false
    })
    // Once something is drawn here, undo takes that back: the sentence must not promise another thing.
    const end = $effect.root(() => {
      $effect(() => {
        if (drawing.touched) untrack(() => this.forgetKept())
      })
    })

    return () => {
      stop()
      end()
    }
  }

  /** A comment as it is written. */
  write(comment: string): void {
    this.note = { ...this.note, comment }
    clearTimeout(this.#writing)
    this.#writing = setTimeout(() => this.commit(), PAUSE_MS)
  }

  /** Sends the comment that is being written; asked before whatever follows, so that it arrives first. */
  commit(): void {
    if (this.#writing === undefined) return
    clearTimeout(this.#writing)
    this.#writing = undefined
    void this.#note({ comment: this.note.comment })
  }

  /** Goes back to the case that was just left as done; false when something else came between. */
  back(): boolean {
    const kept = this.#kept
    this.forgetKept()
    if (kept === null || kept.to !== this.source.at || kept.from === kept.to || drawing.touched) return false
    this.source.go(kept.from)

    return true
  }

  /** Reads the note of the drawing that was just opened. */
  async load(): Promise<void> {
    this.note = blank
    this.missing = null
    this.finishedAll = false
    if (this.#kept?.to === null) this.#kept = { ...this.#kept, to: this.source.at }
    else this.forgetKept()
    await this.#note({})
  }

  /** Says something of the case on the screen. */
  async change(change: Partial<CaseNote>): Promise<void> {
    if (!this.isBetween()) await this.#note(change)
  }

  async #note(change: Partial<CaseNote>): Promise<boolean> {
    if (drawing.opened === null) return false
    const asked = drawing.opened
    try {
      const note = await this.source.note(change)
      // What was written meanwhile is newer than the answer; what belongs to the case before is not shown here.
      if (drawing.opened?.drawing === asked.drawing)
        this.note = this.#writing === undefined ? note : { ...note, comment: this.note.comment }
      this.missing = null

      return true
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      if (fault.code === 'usage') this.missing = fault.message
      else shell.report(fault)

      return false
    }
  }

  /** Pressing the same certainty twice takes it back. */
  sure(certainty: number): void {
    void this.change({ certainty: this.note.certainty === certainty ? null : certainty })
  }

  /** Says in the status line that a case is kept, as long as undo goes back to it. */
  tellKept(sentence: string): void {
    this.#sentence = keyed(sentence)
    shell.say(this.#sentence)
  }

  /** Undo no longer goes back to the kept case, and the status line does not say it does. */
  forgetKept(): void {
    this.#kept = null
    if (shell.sentence === this.#sentence) shell.sentence = null
    this.#sentence = ''
  }

  /** Keeps the case as done and goes to the next one, once all that was drawn has arrived: it decides whether the case is finished. */
  async done(): Promise<void> {
    const asked = drawing.opened?.drawing
    if (this.isBetween() || asked === undefined) return
    this.#finishing = true
    try {
      this.commit()
      await drawing.underWay.ended()
      // Who has gone on to another case meanwhile has not said that one is done.
      if (drawing.opened?.drawing === asked) await this.#finish()
    } finally {
      this.#finishing = false
    }
  }

  async #finish(): Promise<void> {
    const { at: left } = this.source
    if (this.source.wish === null || !(await this.#note({ done: true }))) return
    this.#kept = { from: left, to: null }
    this.#sentence = ''
    if (this.source.finished !== undefined) return this.source.finished()
    const { at, count } = this.source
    this.tellKept(readWords.case.kept(at + 1))
    if (at + 1 < count) this.source.go(at + 1)
    else this.finishedAll = true
  }
}

export const reading = new Reading()
