import type { Adjudication, StudyOrder, StudyResults, StudySummary } from '@shared/reading-protocol'
import type { Output } from '@shared/protocol'
import type { ConsensusMethod } from '@shared/reading-results'
import type { StudyContents } from '@shared/study-contents'
import { call, type Progress } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import { readersWords } from './catalogue-readers'
import type { DrawingWish } from './drawing-wish'
import { drawing } from './drawing.svelte'
import { profiles } from './profiles.svelte'
import { reading, type ReadingSource } from './reading.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'

/** Studies of readers as their organiser sees them. */
class Readers {
  /** The list of studies takes the place of the drawing in Read. */
  shown = $state(false)
  making = $state(false)
  studies = $state.raw<readonly StudySummary[]>([])
  currentId = $state<string | null>(null)
  results = $state.raw<StudyResults | null>(null)
  /** What readers of the study flagged or wrote. */
  remarks = $state.raw<Output<'reading.remarks'>>([])
  /** How far comparing or packing is; null when nothing runs. */
  busy = $state.raw<Progress | null>(null)
  /** What the last action did. */
  said = $state<string | null>(null)
  method = $state<ConsensusMethod>('staple')
  adjudicating = $state.raw<Adjudication | null>(null)
  /** A consensus that is being corrected by hand in Read. */
  editing = $state.raw<{ studyId: string; caseIndex: number } | null>(null)

  get current(): StudySummary | null {
    return this.studies.find((one) => one.studyId === this.currentId) ?? null
  }

  /** Reads the list anew, and the results of the study that is looked at. */
  async refresh(): Promise<void> {
    await this.#try(async () => {
      this.studies = await call('reading.studies', {})
      const known = this.current ?? this.studies.at(-1) ?? null
      this.currentId = known?.studyId ?? null
    })
    await this.compare()
  }

  /** Results and remarks are for those who may see other readers. */
  forget(): void {
    this.studies = []
    this.results = null
    this.remarks = []
    this.said = null
    this.adjudicating = null
    this.making = false
    // A consensus that is being corrected is made of the outlines of others.
    if (this.editing !== null) this.stopEditing()
    if (this.shown) void this.refresh()
  }

  async choose(studyId: string): Promise<void> {
    this.currentId = studyId
    this.results = null
    this.said = null
    await this.compare()
  }

  async compare(): Promise<void> {
    const study = this.current
    this.remarks = []
    // A reader is shown no results and no other readers.
    if (study === null || study.kind === 'package' || profiles.role === 'reader') {
      this.results = null

      return
    }
    const { studyId } = study
    await this.#try(async () => {
      const remarks = await call('reading.remarks', { studyId })
      if (studyId === this.currentId) this.remarks = remarks
      this.#take(studyId, await call('reading.results', { studyId }, this.#told))
    })
  }

  async make(order: StudyOrder): Promise<void> {
    await this.#try(async () => {
      const { studyId } = await call('reading.create', order)
      this.making = false
      this.currentId = studyId
      await this.refresh()
    })
  }

  /** What would go with a study; null where that cannot be told. */
  async contents(studyId: string): Promise<StudyContents | null> {
    let found: StudyContents | null = null
    await this.#try(async () => {
      found = await call('reading.contents', { studyId })
    })

    return found
  }

  /** `title`: as it was typed, where readings go with it. */
  async remove(studyId: string, title: string | null): Promise<void> {
    await this.#try(async () => {
      await call('reading.remove', { studyId, title })
      this.currentId = null
      await this.refresh()
    })
  }

  async invite(studyId: string, readerId: string): Promise<void> {
    const folder = await windowShell()?.chooseFolder({ purpose: 'masks' })
    if (!folder) return
    await this.#try(async () => {
      const { files } = await call('reading.package', { studyId, readerId, grant: folder.grant }, this.#told)
      this.said = readersWords.invited(files[0])
    })
  }

  /** A file that a reader brought back. */
  async merge(grant: string): Promise<void> {
    await this.#try(async () => {
      const merged = await call('reading.merge', { grant }, this.#told)
      this.currentId = merged.studyId
      await this.refresh()
      this.said = merged.sentence
    })
  }

  async verify(studyId: string): Promise<void> {
    await this.#try(async () => (this.said = (await call('reading.verify', { studyId })).sentence))
  }

  async export(studyId: string): Promise<void> {
    const folder = await windowShell()?.chooseFolder({ purpose: 'masks' })
    if (!folder) return
    await this.#try(async () => {
      const { files } = await call('reading.export', { studyId, grant: folder.grant }, this.#told)
      this.said = readersWords.exported(files.length)
    })
  }

  /** Cases that somebody has accepted keep theirs unless `replace` is set. */
  async makeConsensus(studyId: string, replace: boolean): Promise<void> {
    const order = { studyId, method: this.method, replace }
    await this.#try(async () => this.#take(studyId, await call('reading.consensus', order, this.#told)))
  }

  async adjudicate(studyId: string, caseIndex: number): Promise<void> {
    await this.#try(async () => (this.adjudicating = await call('reading.adjudicate', { studyId, caseIndex })))
  }

  async accept(studyId: string, caseIndex: number, edited: boolean): Promise<void> {
    await this.#try(async () => {
      this.#take(studyId, await call('reading.accept', { studyId, caseIndex, edited }))
      if (edited) this.editing = null
      if (this.adjudicating !== null) await this.adjudicate(studyId, caseIndex)
    })
  }

  /** Opens the consensus as a drawing in Read; what is made of it is taken by `acceptEdited`. */
  async correct(studyId: string, caseIndex: number): Promise<void> {
    await this.#try(async () => {
      const wish = await call('reading.edit', { studyId, caseIndex })
      this.editing = { studyId, caseIndex }
      reading.choose(consensusSource(wish))
      this.adjudicating = null
      this.shown = false
    })
  }

  async acceptEdited(): Promise<void> {
    const now = this.editing
    if (now === null) return
    await drawing.close()
    await this.accept(now.studyId, now.caseIndex, true)
    this.stopEditing()
  }

  stopEditing(): void {
    this.editing = null
    reading.choose(null)
    this.shown = true
  }

  /** Makes the consensus the reference standard of the open cases, and with a folder writes it as an experiment too. */
  async useAsReference(studyId: string, write: boolean): Promise<void> {
    const folder = write ? await windowShell()?.chooseFolder({ purpose: 'experiment' }) : null
    if (write && !folder) return
    await this.#try(async () => {
      const { sentence } = await call('reading.reference', { studyId, grant: folder?.grant ?? null }, this.#told)
      await this.refresh()
      session.cases = await call('study.list', {})
      this.said = sentence
    })
  }

  readonly #told = { onProgress: (progress: Progress): void => void (this.busy = progress) }

  #take(studyId: string, results: StudyResults): void {
    if (studyId === this.currentId) this.results = results
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    } finally {
      this.busy = null
    }
  }
}

export const readers = new Readers()

/** The one case whose consensus is corrected: nothing is asked about it, and there is no next. */
const consensusSource = (wish: DrawingWish): ReadingSource => ({
  kind: 'study',
  blinded: false,
  title: readersWords.consensus,
  count: 1,
  at: 0,
  wish,
  go: () => undefined,
  note: async () => ({ noFinding: false, certainty: null, flagged: false, comment: '', done: false })
})
