import { Fault } from '@engine/fault'
import type { Report } from '@shared/report'
import type { MeasuredReport } from './save-measurements'

interface Entry {
  report: Report | null
  complete: boolean
  readonly title: string
  readonly made: string
  readonly about: ReportCases
}

/** What a report was asked about: its measurements are written case by case from this. */
export type ReportCases = Pick<MeasuredReport, 'loaded' | 'entries'>

/** The reports of this session, filling in while they are computed. */
export class ReportShelf {
  private readonly entries = new Map<string, Entry>()
  private count = 0

  /** An empty place for a report that is about to be computed. */
  place(title: string, about: ReportCases): string {
    this.count += 1
    const reportId = `report-${this.count}`
    this.entries.set(reportId, { report: null, complete: false, title, made: new Date().toISOString(), about })
    return reportId
  }

  update(reportId: string, report: Report, complete: boolean): void {
    const entry = this.entries.get(reportId)
    if (entry === undefined) return
    entry.report = report
    entry.complete = complete
  }

  list(): { reportId: string; title: string; complete: boolean; made: string }[] {
    return [...this.entries]
      .map(([reportId, { title, complete, made }]) => ({ reportId, title, complete, made }))
      .reverse()
  }

  /** Throws Fault `not-found` while nothing is there to show. */
  require(reportId: string): { report: Report; complete: boolean; about: ReportCases } {
    const entry = this.entries.get(reportId)
    if (entry === undefined)
      throw new Fault('not-found', 'That report is no longer there.', { hint: 'Compute it again.' })
    if (entry.report === null) throw new Fault('not-found', 'The report has no result yet.')
    return { report: entry.report, complete: entry.complete, about: entry.about }
  }
}
