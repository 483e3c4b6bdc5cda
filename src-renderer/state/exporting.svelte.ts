import { SvelteSet } from 'svelte/reactivity'
import type { FaultReport } from '@shared/fault'
import type { ExportDone, ExportFormatSummary, ExportIdentity, ExportSubject } from '@shared/exports'
import type { Granted } from '@shared/shell-calls'
import { call, type CallOptions, type Progress } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { windowShell } from '../engine/window-shell'
import { secondsLeft } from './opening.svelte'
import { isAttached } from './map-kinds'
import { maps } from './maps.svelte'
import { overlay } from './overlay.svelte'
import { reports } from './report.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'
import { studies } from './studies.svelte'
import { leadingReading } from './viewer-reading.svelte'

/** How much is exported: what is shown, what belongs to the shown case, what is ticked in Studies, or everything. */
export type ExportScope = 'shown' | 'case' | 'selected' | 'all'

/** Formats that are ticked when a subject is exported for the first time. */
const usual: Record<ExportSubject, readonly string[]> = {
  maps: ['png'],
  masks: ['dicom-seg'],
  measurements: ['documents'],
  cases: ['dicom']
}

/** The export sheet: what is written, as what, where to, and what came of it. */
class Exporting {
  open = $state(false)
  subject = $state<ExportSubject>('maps')
  scope = $state<ExportScope>('shown')
  /** Maps for maps, cases for the rest. */
  ids = $state.raw<readonly string[]>([])
  /** null while the engine is asked. */
  formats = $state.raw<readonly ExportFormatSummary[] | null>(null)
  identity = $state<ExportIdentity>('pseudonym')
  keepDates = $state<'removed' | 'shifted'>('removed')
  keepCharacteristics = $state(false)
  /** mednet trees: samples without the finding are left out. */
  positiveOnly = $state(false)
  /** The user has looked at the images and found no name in them. */
  acceptBurnedIn = $state(false)
  /** Each reader's own outlines beside the reference standard. */
  eachReader = $state(false)
  folder = $state.raw<Granted | null>(null)
  running = $state.raw<{ progress: Progress | null; left: number | null } | null>(null)
  done = $state.raw<ExportDone | null>(null)
  fault = $state.raw<FaultReport | null>(null)
  #chosen: Record<ExportSubject, SvelteSet<string>> = {
    maps: new SvelteSet(usual.maps),
    masks: new SvelteSet(usual.masks),
    measurements: new SvelteSet(usual.measurements),
    cases: new SvelteSet(usual.cases)
  }
  #abort: AbortController | null = null
  #asked = 0

  /** Formats that are ticked and can hold at least one item. */
  get wanted(): readonly ExportFormatSummary[] {
    return (this.formats ?? []).filter((format) => format.writes > 0 && this.isChosen(format.id))
  }

  get scopes(): readonly ExportScope[] {
    const some = studies.selected.size > 0
    if (this.subject === 'measurements') return ['shown']
    if (this.subject === 'maps') return ['shown', 'case', ...(some ? (['selected'] as const) : []), 'all']

    return ['case', ...(some ? (['selected'] as const) : []), 'all']
  }

  get ready(): boolean {
    return this.running === null && this.ids.length > 0 && this.wanted.length > 0
  }

  isChosen(id: string): boolean {
    return this.#chosen[this.subject].has(id)
  }

  toggle(id: string): void {
    const chosen = this.#chosen[this.subject]
    if (!chosen.delete(id)) chosen.add(id)
    this.done = null
  }

  /** Opens the sheet on a subject: for the ticked cases when there are some, else for what is shown. */
  show(subject: ExportSubject): void {
    this.open = true
    this.acceptBurnedIn = false
    this.choose(subject)
  }

  choose(subject: ExportSubject): void {
    this.subject = subject
    if (studies.selected.size > 0 && shell.screen === 'studies') this.scope = 'selected'
    else if (!this.scopes.includes(this.scope)) this.scope = this.scopes[0]
    void this.refresh()
  }

  chooseScope(scope: ExportScope): void {
    this.scope = scope
    void this.refresh()
  }

  /** Asks which formats can hold what is chosen now. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked
    const { subject } = this
    this.done = null
    this.fault = null
    this.formats = null
    try {
      const ids = await this.#idsOf()
      const formats = await call('export.formats', { subject, ids: [...ids] })
      if (asked !== this.#asked) return
      this.ids = ids
      this.formats = formats
    } catch (thrown) {
      if (asked !== this.#asked) return
      this.fault = toFaultReport(thrown)
      this.formats = []
    }
  }

  async chooseFolder(): Promise<boolean> {
    const folder = await windowShell()?.chooseFolder({ purpose: this.subject })
    if (folder) {
      this.folder = folder
      this.done = null
    }

    return Boolean(folder)
  }

  /** Writes; asks for a folder first when there is none. */
  async run(): Promise<void> {
    if (!this.ready || (this.folder === null && !(await this.chooseFolder()))) return
    const abort = new AbortController()
    const start = performance.now()
    this.#abort = abort
    this.running = { progress: null, left: null }
    this.done = null
    this.fault = null
    shell.saved = 'saving'
    try {
      this.done = await this.#write({
        signal: abort.signal,
        onProgress: (progress) => {
          if (!abort.signal.aborted) this.running = { progress, left: secondsLeft(progress, performance.now() - start) }
        }
      })
      shell.saved = 'saved'
    } catch (thrown) {
      this.fault = toFaultReport(thrown)
      shell.saved = this.fault.code === 'cancelled' ? 'saved' : { failed: this.fault.message }
    } finally {
      this.running = null
      this.#abort = null
    }
  }

  stop(): void {
    this.#abort?.abort()
  }

  #write(options: CallOptions): Promise<ExportDone> {
    const grant = this.folder?.grant ?? ''
    const as = this.wanted.map(({ id }) => id)
    const ids = [...this.ids]
    const { identity } = this
    if (this.subject === 'maps') {
      // What the overlay hides is not marked.
      const threshold =
        overlay.limits === 'percentile' ? Math.min(1, leadingReading.style?.threshold ?? 0.5) : overlay.hideBelow

      return call('map.save', { mapIds: ids, grant, as, identity, threshold, positiveOnly: this.positiveOnly }, options)
    }

    if (this.subject === 'cases') {
      const { keepDates, keepCharacteristics, acceptBurnedIn } = this

      return call(
        'case.deidentify',
        { caseIds: ids, grant, keepDates, keepPatientCharacteristics: keepCharacteristics, acceptBurnedIn },
        options
      )
    }

    if (this.subject === 'measurements') return call('report.save', { reportId: ids[0], grant, as, identity }, options)

    return call('mask.save', { caseIds: ids, grant, as, identity, readers: this.eachReader }, options)
  }

  async #idsOf(): Promise<readonly string[]> {
    if (this.subject === 'measurements') return reports.report === null ? [] : [reports.currentId ?? '']
    const cases = this.#cases()
    if (this.subject !== 'maps') return cases
    if (this.scope === 'shown')
      return maps.selected?.state === 'done' && !isAttached(maps.selected) ? [maps.selected.mapId] : []
    const lists = await Promise.all(cases.map((caseId) => call('map.list', { caseId })))

    return lists.flat().flatMap((map) => (map.state === 'done' && !isAttached(map) ? [map.mapId] : []))
  }

  #cases(): readonly string[] {
    if (this.scope === 'all') return session.rows.map((one) => one.caseId)
    if (this.scope === 'selected') return studies.chosen.map((one) => one.caseId)

    return session.currentCaseId === null ? [] : [session.currentCaseId]
  }
}

export const exporting = new Exporting()
