import type { Input, Output } from '@shared/protocol'
import type { Report } from '@shared/report'
import { call, on } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import { jobs } from './jobs.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'

type Listed = Output<'report.list'>[number]
type Request = Input<'report.run'>

/** Partial reports may come many times a second; the screen takes one a second. */
const PAUSE_MS = 1000

/** The reports of this session and the one that is shown. */
class Reports {
  list = $state.raw<readonly Listed[]>([])
  currentId = $state<string | null>(null)
  report = $state.raw<Report | null>(null)
  complete = $state(false)
  /** Cases proposed for the next assessment; the dialog is open while not null. */
  prepared = $state.raw<readonly string[] | null>(null)
  /** Names of the files that the last saving wrote. */
  savedFiles = $state.raw<readonly string[] | null>(null)
  /** Name of the folder they lie in. */
  savedInto = $state('')
  saving = $state(false)
  /** The part on groups of cases is to be shown, as soon as the report is. */
  cohortWanted = $state(false)
  /** Where the reader was in the report, so that coming back leads to the same place. */
  scrollTop = 0
  /** The report that was shown before all were taken off the page. */
  #left: string | null = null
  #jobOf = new Map<string, string>()
  #timer: ReturnType<typeof setTimeout> | null = null
  #lastRead = 0

  /** The job that computes the shown report, while it does. */
  get job(): ReturnType<typeof jobs.find> {
    const jobId = this.currentId === null ? undefined : this.#jobOf.get(this.currentId)

    return jobId === undefined ? null : jobs.find(jobId)
  }

  /** Follows the reports; returns the function that stops it. */
  listen(): () => void {
    const stop = on('report', ({ reportId, complete }) => {
      this.list = this.list.map((one) => (one.reportId === reportId ? { ...one, complete } : one))
      if (reportId === this.currentId || this.currentId === null) this.#readSoon(reportId, complete)
    })
    void this.refresh()

    return stop
  }

  async refresh(): Promise<void> {
    try {
      this.list = await call('report.list', {})
      const shown = this.list.find(({ reportId }) => reportId === this.#left) ?? this.list[0]
      if (this.currentId === null && shown !== undefined) this.open(shown.reportId)
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  /** Takes reports off the page; the one that was looked at is shown again once they are asked for anew. */
  forget(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#left = this.currentId ?? this.#left
    this.list = []
    this.currentId = null
    this.report = null
    this.complete = false
    this.prepared = null
    this.savedFiles = null
  }

  open(reportId: string): void {
    if (this.currentId !== reportId) {
      this.currentId = reportId
      this.report = null
      this.complete = false
      this.savedFiles = null
    }
    void this.#read(reportId)
  }

  /** Opens the dialog for an assessment of these cases. */
  prepare(caseIds: readonly string[]): void {
    this.prepared = caseIds
  }

  async run(request: Request): Promise<void> {
    this.prepared = null
    await this.#follow(() => call('report.run', request))
  }

  /** Asks a report again of what is there now; the id of the new one, or null where that was refused. */
  again(reportId: string): Promise<string | null> {
    return this.#follow(() => call('report.again', { reportId }))
  }

  async runExperiment(): Promise<void> {
    const file = await windowShell()?.openExperiment()
    if (file) await this.run({ source: 'file', grant: file.grant })
  }

  /** Asks for a folder and writes HTML, JSON, CSV and figures into it, in one go. */
  async save(): Promise<void> {
    const reportId = this.currentId
    if (reportId === null || this.report === null || this.saving) return

    const folder = await windowShell()?.chooseFolder({ purpose: 'report' })
    if (!folder) return
    this.saving = true
    shell.saved = 'saving'
    try {
      const { files } = await call('report.save', { reportId, grant: folder.grant })
      this.savedFiles = files
      this.savedInto = folder.name
      shell.saved = 'saved'
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      shell.saved = { failed: fault.message }
      shell.report(fault)
    } finally {
      this.saving = false
    }
  }

  /** The open case behind a case of the report; null when it is not open. */
  caseIdOf(reportCase: string): string | null {
    const found = session.cases.find((one) => one.caseId === reportCase || one.caseId === `sample:${reportCase}`)

    return found?.caseId ?? null
  }

  /** Shows the report that was ordered. */
  async #follow(order: () => Promise<Output<'report.run'>>): Promise<string | null> {
    const from = shell.screen
    try {
      const { jobId, reportId } = await order()
      this.#jobOf.set(reportId, jobId)
      this.currentId = reportId
      this.report = null
      this.complete = false
      this.savedFiles = null
      // Whoever has gone elsewhere meanwhile is left there.
      if (shell.screen === from) shell.show('report')
      this.list = await call('report.list', {})

      return reportId
    } catch (thrown) {
      shell.report(toFaultReport(thrown))

      return null
    }
  }

  #readSoon(reportId: string, complete: boolean): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const wait = complete ? 0 : Math.max(0, this.#lastRead + PAUSE_MS - Date.now())
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.currentId ??= reportId
      void this.#read(reportId)
    }, wait)
  }

  async #read(reportId: string): Promise<void> {
    this.#lastRead = Date.now()
    try {
      const { report, complete } = await call('report.read', { reportId })
      if (this.currentId !== reportId) return
      this.report = report
      this.complete = complete
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      // Just queued: nothing is there to read yet, and the screen says so.
      if (fault.code !== 'not-found') shell.report(fault)
    }
  }
}

export const reports = new Reports()
