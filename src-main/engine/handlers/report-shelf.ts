import { Fault } from '@engine/fault'
import type { ReportRequest } from '@shared/protocol'
import type { Report } from '@shared/report'
import type { AnswerNote } from './assessment-memory'
import { MapPrints } from './map-prints'
import type { MeasuredReport } from './save-measurements'

/** Paths behind the grants of a request, which a restart forgets. */
export interface ReportPlaces {
  readonly experiment: string | null
  /** Of the set of regions and of the model that places them, by grant. */
  readonly regions: Readonly<Record<string, string>>
}

/** The outlines of a case by reader, each as a text that is another one once the outline is. */
export interface OutlinedCase {
  readonly title: string
  readonly readers: ReadonlyMap<string, string>
}

/** The outlines of all cases of a report by case id. */
export type OutlineStates = ReadonlyMap<string, OutlinedCase>

/** What was asked for, and what it was asked of: to ask again, and to know whether there is reason to. */
export interface ReportOrigin {
  readonly request: ReportRequest
  readonly places: ReportPlaces
  /** The report this one follows, when it was computed again. */
  readonly follows: string | null
}

interface Entry {
  report: Report | null
  complete: boolean
  readonly title: string
  readonly made: string
  readonly about: ReportCases
  readonly origin: ReportOrigin
  readonly notes: AnswerNote[]
  /** What its maps look like. */
  readonly prints: MapPrints
  /** null: not begun. */
  outlines: OutlineStates | null
}

/** What a report was asked about: its measurements are written case by case from this. */
export type ReportCases = Pick<MeasuredReport, 'loaded' | 'entries'>

/** The reports of this session, filling in while they are computed. */
export class ReportShelf {
  private readonly entries = new Map<string, Entry>()
  private count = 0

  /** An empty place for a report that is about to be computed. */
  place(title: string, about: ReportCases, origin: ReportOrigin): string {
    this.count += 1
    const reportId = `report-${this.count}`
    const made = new Date().toISOString()
    // Asked again, the maps are the same ones, and those whose answers are remembered are not asked for.
    const known = origin.follows === null ? [] : (this.entries.get(origin.follows)?.prints.list() ?? [])
    const blank = { report: null, complete: false, notes: [], outlines: null, prints: new MapPrints(known) }
    this.entries.set(reportId, { ...blank, title, made, about, origin })
    return reportId
  }

  update(reportId: string, report: Report, complete: boolean): void {
    const entry = this.entries.get(reportId)
    if (entry === undefined) return
    entry.report = report
    entry.complete = complete
  }

  /** The outlines a report begins with; what it was told of answers before is of an earlier try. */
  begin(reportId: string, outlines: OutlineStates): void {
    const entry = this.entries.get(reportId)
    if (entry === undefined) return
    entry.outlines = outlines
    entry.notes.length = 0
  }

  /** How an answer of a report came about. */
  note(reportId: string, note: AnswerNote): void {
    this.entries.get(reportId)?.notes.push(note)
  }

  list(): { reportId: string; title: string; complete: boolean; made: string }[] {
    return [...this.entries]
      .map(([reportId, { title, complete, made }]) => ({ reportId, title, complete, made }))
      .reverse()
  }

  /** What a report was asked of, whether or not it has a result yet. Throws Fault `not-found`. */
  entry(reportId: string): Readonly<Entry> {
    const entry = this.entries.get(reportId)
    if (entry !== undefined) return entry
    throw new Fault('not-found', 'That report is no longer there.', { hint: 'Compute it again.' })
  }

  /** Throws Fault `not-found` while nothing is there to show. */
  require(reportId: string): { report: Report; complete: boolean; about: ReportCases; prints: MapPrints } {
    const entry = this.entry(reportId)
    if (entry.report === null) throw new Fault('not-found', 'The report has no result yet.')
    return { report: entry.report, complete: entry.complete, about: entry.about, prints: entry.prints }
  }
}
