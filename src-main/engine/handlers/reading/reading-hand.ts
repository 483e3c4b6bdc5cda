import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { outlineBytes, outlineHash } from '@engine/formats/reader-package/write-package'
import type { Volume } from '@engine/geometry/volume'
import { appendAudit, type AuditEvent } from '@engine/project/audit'
import { sha256 } from '@engine/project/blobs'
import type { Profile } from '@engine/project/profile-rows'
import {
  findOutline,
  findRecord,
  keepOutline,
  keepRecord,
  listRecords,
  type StudyRow
} from '@engine/project/reading-rows'
import { extentsOf } from '@engine/readers/study/extent'
import type { OrderedReading } from '@engine/readers/study/reading-order'
import { changeAfterMap, finished, waitingRecord } from '@engine/readers/study/reading-record'
import { afterActivity, restingClock, stopped, type TaskClock } from '@engine/readers/study/time-on-task'
import { saidInRecord } from '@shared/reading-said'
import { OutlineRuns, type ReadingRecord, type StudyReader } from '@shared/reading-study'
import type { Workbench } from '../workbench'
import { drawnOutlines } from './drawn-outlines'
import { hiddenFrom, orderFor, readingCaseId, type Hidden } from './reading-place'

/** The record of an open case is written with its time at least this often. */
const keepEveryMs = 15_000

/** Why a record changes, as the trail tells it. */
type Reason = Pick<AuditEvent, 'what' | 'payload'>
const aNote: Reason = { what: 'reading noted', payload: '' }

/** A reader at work: whose list, which place of it, the clock of the case on the screen, and how both reach the disk. */
export class ReadingHand {
  /** Who reads: outlines are taken from this profile and signed by it, whoever is chosen meanwhile. */
  readonly profile: Profile
  readonly order: readonly OrderedReading[]
  readonly hidden: readonly Hidden[]
  reading: number
  private clock: TaskClock = restingClock
  private keptAt = 0

  constructor(
    private readonly bench: Workbench,
    readonly row: StudyRow,
    readonly reader: StudyReader
  ) {
    this.profile = bench.profiles.current
    this.order = orderFor(row, reader.id)
    this.hidden = hiddenFrom(row)
    this.reading = this.nextOpen(0) ?? 1
  }

  get caseId(): string {
    return readingCaseId(this.row.study.id, this.reader.id, this.reading)
  }

  /** Time on task of the case on the screen, to a tenth. */
  get seconds(): number {
    return Math.round(this.clock.activeMs / 100) / 10
  }

  /** Records of this reader by number of the reading. */
  records(): Map<number, ReadingRecord> {
    const list = listRecords(this.bench.workspace.database, this.row.study.id, this.reader.id)
    return new Map(list.map((one) => [one.reading, one]))
  }

  record(): ReadingRecord {
    return findRecord(this.bench.workspace.database, this.key) ?? waitingRecord(this.reading)
  }

  /** The next case that is not done, from the beginning again after the last; null when all are. */
  nextOpen(after: number): number | null {
    const records = this.records()
    const open = this.order.map(({ reading }) => reading).filter((reading) => records.get(reading)?.state !== 'done')
    return open.find((reading) => reading > after) ?? open[0] ?? null
  }

  /** The clock runs on from what the record says. */
  begin(record: ReadingRecord): void {
    this.clock = afterActivity({ activeMs: record.seconds * 1000, lastMs: null }, performance.now(), this.idleSeconds)
    this.keep(record)
  }

  /** A sign of life. */
  active(): void {
    const now = performance.now()
    this.clock = afterActivity(this.clock, now, this.idleSeconds)
    if (now - this.keptAt > keepEveryMs) this.keep(this.record())
  }

  /** Writes the record; where it says something else than before, the trail tells so with the hash of what is said. */
  keep(record: ReadingRecord, reason: Reason = aNote): void {
    const { database } = this.bench.workspace
    this.keptAt = performance.now()
    const before = this.record()
    const seconds = record.state === 'done' ? record.seconds : Math.max(record.seconds, this.seconds)
    const after = { ...record, seconds, revision: before.revision + 1 }
    const said = saidInRecord(after)
    database.transaction(() => {
      keepRecord(database, this.key, after)
      // A record of before there was a counter is not in the trail yet.
      const known = before.revision === 0 ? waitingRecord(before.reading) : before
      if (reason !== aNote || said !== saidInRecord(known)) this.audit(reason, { record: sha256(said) })
    })
  }

  /** Keeps the outlines as a version of the reading. Throws Fault `usage` with what is missing. */
  async finish(): Promise<void> {
    const { workspace } = this.bench
    const outlines = await this.outlines()
    const facts = { at: new Date().toISOString(), seconds: this.seconds, study: this.row.study }
    const made = finished(this.record(), outlines, facts)
    const kind = made.mapShown === null ? 'first' : 'after-map'
    const before = kind === 'first' ? null : findOutline(workspace.database, this.key, 'first')
    const change =
      before === null
        ? null
        : changeAfterMap(made, { before: this.kept(before), after: outlines.runs }, outlines.spacingMm)
    const blob = workspace.blobs.write(outlineBytes(outlines.runs))
    workspace.database.transaction(() => {
      keepOutline(workspace.database, this.key, { kind, blob })
      const what = kind === 'first' ? 'reading done' : 'reading done after map'
      this.keep({ ...made, change }, { what, payload: blob })
    })
  }

  /** Before a case is left: the clock stops, and an outline that was changed after it was done is kept anew. */
  async settle(): Promise<void> {
    this.clock = stopped(this.clock, performance.now(), this.idleSeconds)
    const record = this.record()
    this.keep(record)
    if (record.versions.length === 0) return
    const last = record.versions[record.versions.length - 1]
    const { sha256 } = await this.outlines()
    const changed = sha256 !== last.sha256 || record.noFinding !== last.noFinding || record.certainty !== last.certainty
    const unsaid = record.mapShown !== null && record.versions.length === 1
    if (!changed && !unsaid) return
    try {
      await this.finish()
    } catch (thrown) {
      // Outline and "no finding" may contradict each other now: then the case is not done, and the list says so.
      if (!(thrown instanceof Fault) || thrown.code !== 'usage') throw thrown
      this.keep({ ...record, state: 'open' })
    }
  }

  /** What the trail tells of this reading; call inside the transaction that does it. */
  audit({ what, payload }: Reason, detail: AuditEvent['detail'] = {}): void {
    const { workspace } = this.bench
    const { id: who, name } = this.profile
    const subject = `${this.row.study.id} ${this.reader.id} ${this.reading}`
    appendAudit(workspace.database, { who, name, what, subject, payload, detail }, workspace.id)
  }

  private get key(): { study: string; reader: string; reading: number } {
    return { study: this.row.study.id, reader: this.reader.id, reading: this.reading }
  }

  private get idleSeconds(): number {
    return this.row.study.idleSeconds
  }

  private async outlines(): Promise<{
    runs: OutlineRuns
    sha256: string
    extents: ReturnType<typeof extentsOf>
    spacingMm: Volume['spacingMm']
  }> {
    const { workspace, cases } = this.bench
    const volume = await cases.volume(this.caseId)
    const key = { profile: this.profile.id, study: this.row.study.id, reading: this.reading }
    const runs = drawnOutlines(workspace, volume, key)
    return { runs, sha256: outlineHash(runs), extents: extentsOf(runs, volume.spacingMm), spacingMm: volume.spacingMm }
  }

  private kept(blob: string): OutlineRuns {
    return v.parse(OutlineRuns, JSON.parse(new TextDecoder().decode(this.bench.workspace.blobs.read(blob))))
  }
}
