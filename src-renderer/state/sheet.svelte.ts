import { SvelteMap } from 'svelte/reactivity'
import type { SheetPanel } from '@shared/comparison'
import type { FaultReport } from '@shared/fault'
import type { CaseSummary, MapSummary } from '@shared/vocabulary'
import { call, on } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { jobs } from './jobs.svelte'
import type { Settings } from './map-settings'
import { maps } from './maps.svelte'
import { session } from './session.svelte'
import { choiceKey, fitsWish, methodChoices, type MethodChoice } from './sheet-wish'
import { shell } from './shell.svelte'
import { usualTurn } from './usual-turn'
import { turnedPanel } from '../viewport/turned-panel'

export const MAX_PANELS = 100
/** Longest side of a panel, in pixels. */
const EDGE = 224

export type SheetScale = 'own' | 'shared'

/** Many cases under one map: which, how they are read, and what is known of each. */
class Sheet {
  /** null: closed. */
  caseIds = $state.raw<readonly string[] | null>(null)
  expression = $state<string | null>(null)
  modelId = $state<string | null>(null)
  /** Settings that differ from the method's own. */
  params = $state.raw<Settings>({})
  /** What the maps explain: `label`, `predicted`, or one finding for all. */
  target = $state('label')
  opacity = $state(0.6)
  /** Share of each map, 0…0.99, that is hidden. */
  percentile = $state(0.8)
  scale = $state<SheetScale>('own')
  /** Where the keys are. */
  active = $state(0)
  /** True while View shows a case of the sheet: Esc leads back. */
  visiting = $state(false)
  /** What the sheet answers to, such as the number of a report whose cases these are; null: cases of the list. */
  heading = $state<string | null>(null)
  /** Seconds that the missing maps take; null while unknown. */
  forecast = $state<number | null>(null)
  jobId = $state<string | null>(null)
  saved = $state<string | null>(null)
  #maps = new SvelteMap<string, MapSummary>()
  /** Every map of the cases, for the choices. */
  #listed = $state.raw<readonly MapSummary[]>([])
  #panels = new SvelteMap<string, SheetPanel>()
  #faults = new SvelteMap<string, FaultReport>()
  #round = 0

  get cases(): readonly CaseSummary[] {
    return (this.caseIds ?? []).flatMap((caseId) => session.cases.find((one) => one.caseId === caseId) ?? [])
  }

  /** The findings of the model. */
  get labels(): readonly string[] {
    return session.models.find((one) => one.modelId === this.modelId)?.card.outputs[0].labels ?? []
  }

  get choices(): readonly MethodChoice[] {
    return methodChoices(this.#listed.filter((map) => map.modelId === this.modelId))
  }

  /** The value of the choice that is shown. */
  get chosen(): string {
    return choiceKey(this.expression ?? '', this.params)
  }

  get missing(): readonly string[] {
    return (this.caseIds ?? []).filter((caseId) => this.#maps.get(caseId)?.state !== 'done')
  }

  get job(): ReturnType<typeof jobs.find> {
    const job = this.jobId === null ? null : jobs.find(this.jobId)

    return job?.state === 'running' || job?.state === 'waiting' || job?.state === 'stopping' ? job : null
  }

  mapOf(caseId: string): MapSummary | null {
    return this.#maps.get(caseId) ?? null
  }

  panelOf(caseId: string): SheetPanel | null {
    return this.#panels.get(caseId) ?? null
  }

  faultOf(caseId: string): FaultReport | null {
    return this.#maps.get(caseId)?.fault ?? this.#faults.get(caseId) ?? null
  }

  /** Panels that are there, for a scale that all of them share. */
  get panels(): readonly SheetPanel[] {
    return [...this.#panels.values()]
  }

  /** Opens the sheet for cases; the model that leads, and its recommended method, to begin with. */
  show(caseIds: readonly string[]): void {
    const expression =
      this.expression ?? session.methods.find((one) => one.kind === 'base' && one.group === 'Recommended')?.id ?? null
    this.#open(caseIds, { modelId: session.currentModelId, expression, params: this.params, heading: null })
  }

  /** Opens the sheet for the cases behind a number of the report; closing it leads back there. */
  showBehind(
    caseIds: readonly string[],
    map: { modelId: string; expression: string; params: Settings; heading: string }
  ): void {
    this.#open(caseIds, map)
    shell.show('studies')
  }

  #open(
    caseIds: readonly string[],
    { modelId, expression, params, heading }: Pick<Sheet, 'modelId' | 'expression' | 'params' | 'heading'>
  ): void {
    this.caseIds = caseIds.slice(0, MAX_PANELS)
    this.active = 0
    this.visiting = false
    this.saved = null
    this.modelId = modelId
    this.expression = expression
    this.params = params
    this.#keepTarget()
    this.heading = heading
    void this.refresh()
  }

  close(): void {
    const fromReport = this.heading !== null
    this.forget()
    if (fromReport) shell.show('report')
  }

  /** Nothing of the sheet is left on the page. */
  forget(): void {
    this.#round += 1
    this.caseIds = null
    this.visiting = false
    this.heading = null
    this.modelId = null
    this.#maps.clear()
    this.#panels.clear()
    this.#faults.clear()
    this.#listed = []
  }

  choose(change: { modelId?: string; method?: MethodChoice; target?: string }): void {
    this.modelId = change.modelId ?? this.modelId
    this.expression = change.method?.expression ?? this.expression
    this.params = change.method?.params ?? this.params
    this.target = change.target ?? this.target
    this.#keepTarget()
    void this.refresh()
  }

  /** Shows a case of the sheet in View with the map of the sheet. */
  visit(caseId: string): void {
    this.visiting = true
    const map = this.mapOf(caseId)
    if (map !== null) maps.prefer(map)
    session.currentCaseId = caseId
    if (this.modelId !== null) session.currentModelId = this.modelId
    shell.show('view')
  }

  /** Back from View; false when it was not the sheet that led there. */
  comeBack(): boolean {
    if (!this.visiting || this.caseIds === null) return false
    this.visiting = false
    const at = this.caseIds.indexOf(session.currentCaseId ?? '')
    if (at >= 0) this.active = at
    shell.show('studies')

    return true
  }

  /** Follows maps as they are finished; returns the function that stops it. */
  listen(): () => void {
    return on('map', (map) => {
      if (!this.caseIds?.includes(map.caseId)) return
      this.#listed = [...this.#listed.filter((one) => one.mapId !== map.mapId), map]
      if (this.#fits(map)) this.#take(map)
    })
  }

  /** Asks for the maps of all cases, and what the missing ones would cost. */
  async refresh(): Promise<void> {
    const round = ++this.#round
    this.#maps.clear()
    this.#panels.clear()
    this.#faults.clear()
    this.forecast = null
    try {
      for (const caseId of this.caseIds ?? []) {
        const list = await call('map.list', { caseId })
        if (round !== this.#round) return
        this.#listed = [...this.#listed.filter((map) => map.caseId !== caseId), ...list]
        const found = list.filter((map) => this.#fits(map))
        const best = found.find((map) => map.state === 'done') ?? found.at(-1)
        if (best !== undefined) this.#take(best)
      }
      if (this.missing.length > 0 && this.modelId !== null && this.expression !== null) {
        const { seconds } = await call('map.forecast', this.#order())
        if (round === this.#round) this.forecast = seconds
      }
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  async compute(): Promise<void> {
    try {
      const { jobId, maps } = await call('map.compute', this.#order())
      this.jobId = jobId
      for (const map of maps) if (this.#maps.get(map.caseId)?.state !== 'done') this.#take(map)
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  stop(): void {
    if (this.jobId !== null) jobs.cancel(this.jobId)
  }

  #order(): Parameters<typeof call<'map.compute'>>[1] {
    return {
      cases: [...this.missing],
      models: [this.modelId ?? ''],
      methods: [{ expression: this.expression ?? '', params: this.params }],
      target: this.target
    }
  }

  #fits(map: MapSummary): boolean {
    const one = session.cases.find(({ caseId }) => caseId === map.caseId)

    return fitsWish(map, this, one ?? { label: null })
  }

  /** A finding that the model does not know is nothing to ask of it. */
  #keepTarget(): void {
    if (!['label', 'predicted', ...this.labels].includes(this.target)) this.target = 'label'
  }

  #take(map: MapSummary): void {
    const before = this.#maps.get(map.caseId)
    // A finished map is not given up for another one that is only asked for.
    if (before?.state === 'done' && before.mapId !== map.mapId && map.state !== 'done') return
    this.#maps.set(map.caseId, map)
    if (map.state === 'done') void this.#read(map)
  }

  async #read({ caseId, mapId }: MapSummary): Promise<void> {
    const round = this.#round
    try {
      const panel = await call('sheet.panel', { mapId, edge: EDGE })
      // Volumes stand the usual way round, as they do in View.
      if (round === this.#round) this.#panels.set(caseId, turnedPanel(panel, usualTurn(panel.letters, panel.slices)))
    } catch (thrown) {
      if (round === this.#round) this.#faults.set(caseId, toFaultReport(thrown))
    }
  }
}

export const sheet = new Sheet()
