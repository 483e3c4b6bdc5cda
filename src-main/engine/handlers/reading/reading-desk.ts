import * as v from 'valibot'
import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import { keepValue, keptValue } from '@engine/project/kept-values'
import { type Profile, listProfiles } from '@engine/project/profile-rows'
import { findStudy, placeOf, readerOfProfile, takePlace, type StudyRow } from '@engine/project/reading-rows'
import { noted, openedRecord, revealed, type ReadingNote } from '@engine/readers/study/reading-record'
import type { OpenReading } from '@shared/reading-protocol'
import type { RevealedMap, StudyReader } from '@shared/reading-study'
import type { Workbench } from '../workbench'
import { putAway, readingCase } from './reading-cases'
import { ReadingHand } from './reading-hand'
import { hiddenFrom, type Hidden, readerOf } from './reading-place'

const KeptPlace = v.nullable(v.object({ study: v.string(), reader: v.string(), reading: v.number() }))
const keptName = 'open-reading'

/** What the gate must know of an open reading. */
export interface ReadingNow {
  readonly caseId: string
  readonly hidden: readonly Hidden[]
  /** The map of the case on the screen, once it may be seen. */
  readonly revealed: RevealedMap | null
  readonly mode: OpenReading['mode']
  /** It is not open yet: its reader has to be chosen first. */
  readonly waits: boolean
}

/** A reading that was open when the program ended. */
interface KeptReading {
  readonly row: StudyRow
  readonly profile: Profile
  readonly reader: StudyReader
  readonly reading: number
}

/** No case has this name. */
const noCase = '#none'

/** The one reading a window can be in. It survives a restart: ending the program is no way around a blinded reading. */
export class ReadingDesk {
  private hand: ReadingHand | null = null
  private resuming: Promise<void> | null = null

  /** `bench` is asked late: the desk is a part of it. */
  constructor(private readonly bench: () => Workbench) {}

  get now(): ReadingNow | null {
    if (this.hand === null) return this.waiting
    const { caseId, hidden, row } = this.hand
    const revealed = this.hand.record().mapShown === null ? null : row.study.reveal
    return { caseId, hidden, revealed, mode: modeOf(row), waits: false }
  }

  /** Whose reading was open when the program ended; null: nobody's. */
  get keptFor(): string | null {
    return this.kept()?.profile.id ?? null
  }

  /** What is open, or waits, for the window. */
  get state(): { open: OpenReading | null; waits: boolean } {
    return { open: this.shown(), waits: this.now?.waits ?? false }
  }

  /** Ending the program is no way around a blinded reading, nor is looking at the list of profiles. */
  private get waiting(): ReadingNow | null {
    const kept = this.bench().profiles.orNobody === null ? this.kept() : null
    const hidden = kept === null ? [] : hiddenFrom(kept.row)
    // Where nothing is hidden nothing has to wait.
    if (kept === null || hidden.length === 0) return null
    return { caseId: noCase, hidden, revealed: null, mode: modeOf(kept.row), waits: true }
  }

  /** Goes on with the reading that was open when the program ended; at the first call, before anything else is answered. */
  resume(job: Job): Promise<void> {
    this.resuming ??= this.resumeKept(job)
    return this.resuming
  }

  /**
   * A profile was chosen. What another one reads is closed, with its outlines kept in its own name; what this one was
   * reading when the program ended goes on. Returns whether what is open changed.
   */
  async profileChosen(job: Job): Promise<boolean> {
    const { id } = this.bench().profiles.current
    if (this.hand?.profile.id === id) return false
    const left = this.hand !== null
    if (left) await this.leave()
    else await this.resumeKept(job, id)
    return left || this.now !== null
  }

  /** Throws Fault `not-found`, `blinded` when another profile reads in that place, and what opening the image throws. */
  async open(studyId: string, readerId: string, job: Job): Promise<OpenReading> {
    const { workspace, profiles } = this.bench()
    const row = this.study(studyId)
    const reader = readerOf(row.study, readerId)
    const taken = placeOf(workspace.database, studyId, readerId)
    if (taken !== null && taken !== profiles.current.id) {
      throw new Fault('blinded', `${reader.name} is another profile.`, {
        subject: reader.name,
        hint: 'Choose that profile, or read in a place of your own.'
      })
    }
    const already = readerOfProfile(workspace.database, studyId, profiles.current.id)
    if (already !== null && already !== readerId) {
      // Two readers in one person would be one reader twice.
      throw new Fault('blinded', `You read this study as ${readerOf(row.study, already).name}.`, {
        subject: reader.name,
        hint: 'Choose another profile to read in another place.'
      })
    }
    if (this.hand !== null) await this.leave()
    const hand = new ReadingHand(this.bench(), row, reader)
    workspace.database.transaction(() => {
      takePlace(workspace.database, { study: studyId, reader: readerId }, profiles.current.id)
      hand.audit({ what: 'reading opened', payload: '' })
    })
    return this.begin(hand, hand.reading, job)
  }

  /** What the reader is told; null outside a reading. */
  shown(): OpenReading | null {
    return this.hand === null ? null : shownReading(this.hand)
  }

  /** Throws Fault `not-found` for a number outside the list. */
  async go(reading: number, job: Job): Promise<void> {
    const hand = this.atWork()
    if (!hand.order.some((place) => place.reading === reading)) {
      const hint = `It has ${hand.order.length} cases.`
      throw new Fault('not-found', `There is no case ${reading} on this list.`, { hint })
    }
    await hand.settle()
    await this.show(hand, reading, job)
  }

  /** A sign of life; returns the time on task so far. */
  active(): number {
    const hand = this.atWork()
    hand.active()
    return hand.seconds
  }

  note(note: ReadingNote): void {
    const hand = this.atWork()
    hand.active()
    hand.keep(noted(hand.record(), note))
  }

  /** Keeps the case as done; returns the next case that is not, null when all are. Throws Fault `usage` with what is missing. */
  async done(): Promise<number | null> {
    const hand = this.atWork()
    hand.active()
    await hand.finish()
    return hand.nextOpen(hand.reading)
  }

  /** The map of this case may be shown from now on. Throws Fault `usage` before the case is done, or where the study shows none. */
  reveal(): void {
    const hand = this.atWork()
    if (hand.row.study.reveal === null) throw new Fault('usage', 'This study shows no maps.')
    const before = hand.record()
    const record = revealed(before, new Date().toISOString())
    if (record === before) return
    hand.keep(record, { what: 'map shown', payload: '' })
  }

  async leave(): Promise<void> {
    const hand = this.atWork()
    await hand.settle()
    const { workspace } = this.bench()
    workspace.database.transaction(() => {
      keepValue(workspace.database, keptName, null)
      hand.audit({ what: 'reading left', payload: '' })
    })
    putAway(this.bench(), hand.caseId)
    this.hand = null
  }

  /** The study by id. Throws Fault `not-found`. */
  study(studyId: string): StudyRow {
    const row = findStudy(this.bench().workspace.database, studyId)
    if (row === null) throw new Fault('not-found', 'That study is not in this workspace.')
    return row
  }

  private async resumeKept(job: Job, only: string | null = null): Promise<void> {
    const kept = this.kept()
    if (kept === null || (only !== null && only !== kept.profile.id)) return
    const { row, profile, reader, reading } = kept
    const { profiles } = this.bench()
    // Whoever was reading when the program ended reads on; behind a PIN only once it was given.
    if (profile.id !== profiles.orNobody?.id) {
      if (profile.pin !== null) return
      await profiles.choose(profile.id, null)
    }
    await this.begin(new ReadingHand(this.bench(), row, reader), reading, job)
  }

  private kept(): KeptReading | null {
    const { database } = this.bench().workspace
    const kept = v.safeParse(KeptPlace, keptValue(database, keptName))
    if (!kept.success || kept.output === null) return null
    const { study, reader, reading } = kept.output
    const row = findStudy(database, study)
    const profile = listProfiles(database).find(({ id }) => id === placeOf(database, study, reader))
    if (row === null || profile === undefined) return null
    return { row, profile, reader: readerOf(row.study, reader), reading }
  }

  private async begin(hand: ReadingHand, reading: number, job: Job): Promise<OpenReading> {
    this.hand = hand
    try {
      await this.show(hand, reading, job)
      return shownReading(hand)
    } catch (thrown) {
      this.hand = null
      throw thrown
    }
  }

  /** Puts one case on the screen; the one before goes away. */
  private async show(hand: ReadingHand, reading: number, job: Job): Promise<void> {
    const { cases, workspace } = this.bench()
    const { row, reader } = hand
    const place = hand.order.find((one) => one.reading === reading) ?? hand.order[0]
    const entry = await readingCase(this.bench(), { row, readerId: reader.id, place }, job)
    if (hand.reading !== reading) putAway(this.bench(), hand.caseId)
    cases.add([entry])
    hand.reading = reading
    workspace.database.transaction(() => {
      hand.begin(openedRecord(hand.record(), new Date().toISOString()))
      keepValue(workspace.database, keptName, { study: row.study.id, reader: reader.id, reading })
    })
  }

  private atWork(): ReadingHand {
    if (this.hand === null) throw new Fault('usage', 'No reading is open.', { hint: 'Open one in Read.' })
    return this.hand
  }
}

const modeOf = ({ package: packed }: StudyRow): OpenReading['mode'] => (packed === null ? 'study' : 'package')

function shownReading(hand: ReadingHand): OpenReading {
  const { row, reader, order, hidden, reading, caseId, seconds } = hand
  const { study } = row
  const records = hand.records()
  const record = hand.record()
  return {
    studyId: study.id,
    title: study.title,
    reader,
    mode: modeOf(row),
    blinded: hidden.length > 0,
    hidden: [...hidden],
    caseId,
    reading,
    total: order.length,
    done: [...records.values()].filter(({ versions }) => versions.length > 0).length,
    record: { ...record, seconds: record.state === 'done' ? record.seconds : seconds },
    marks: order.map((place) => {
      const known = records.get(place.reading)
      return { reading: place.reading, state: known?.state ?? 'waiting', flagged: known?.flagged ?? false }
    }),
    segments: study.segments,
    listedOnly: study.listedOnly,
    askCertainty: study.askCertainty,
    idleSeconds: study.idleSeconds,
    reveals: study.reveal !== null && row.package === null,
    map: record.mapShown === null ? null : study.reveal
  }
}
