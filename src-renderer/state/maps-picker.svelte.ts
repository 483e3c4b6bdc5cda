import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { Input, Output } from '@shared/protocol'
import type { MethodSummary, ModelSummary, ParamField } from '@shared/vocabulary'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { maps } from './maps.svelte'
import { session } from './session.svelte'

export type ParamValue = string | number | boolean | null

/** One ticked method: its wrappers in the order of the list, and what differs from the defaults. */
export interface Ticked {
  readonly wrappers: readonly string[]
  readonly params: Readonly<Record<string, ParamValue>>
}

type Request = Input<'map.compute'>

/** Groups of the sheet, in their order; wrappers stand with each method instead. */
export const methodGroups: readonly MethodSummary['group'][] = [
  'Recommended',
  'Where the model looks',
  'Pixel detail',
  'Relevance propagation',
  'Weights-free',
  'References'
]

export const expressionOf = (methodId: string, ticked: Ticked): string => [methodId, ...ticked.wrappers].join('+')

/** The sheet "Add a map": methods, settings, models, target and cases of the next computation. */
class Picker {
  open = $state(false)
  /** Which control gets the focus when the sheet opens. */
  startAt = $state<'search' | 'target'>('search')
  search = $state('')
  /** The method whose sentences and settings are shown. */
  shownId = $state<string | null>(null)
  readonly ticked = new SvelteMap<string, Ticked>()
  /** Ticked presets: their maps are computed beside those of the ticked methods. */
  readonly tickedPresets = new SvelteSet<string>()
  modelIds = $state.raw<readonly string[]>([])
  target = $state('predicted')
  allCases = $state(false)
  forecast = $state.raw<Output<'map.forecast'> | null>(null)
  /** Why the request would not run. */
  objection = $state<string | null>(null)

  /** In the order in which the sheet shows them. */
  get bases(): readonly MethodSummary[] {
    return methodGroups.flatMap((group) =>
      session.methods.filter((method) => method.kind === 'base' && method.group === group)
    )
  }

  get wrappers(): readonly MethodSummary[] {
    return session.methods.filter((method) => method.kind === 'wrapper')
  }

  get shown(): MethodSummary | null {
    return this.bases.find((method) => method.id === this.shownId) ?? null
  }

  /** Ticked models that are still open. */
  get models(): readonly ModelSummary[] {
    return session.models.filter((model) => this.modelIds.includes(model.modelId))
  }

  /** Labels that can be explained by name. */
  get labels(): readonly string[] {
    return [...new Set(this.models.flatMap((model) => model.card.outputs[0]?.labels ?? []))]
  }

  /** Bases whose title, words or group hold the letters of the search. */
  get found(): readonly MethodSummary[] {
    const letters = this.search.trim().toLowerCase()
    if (letters === '') return this.bases

    return this.bases.filter((method) =>
      [method.title, method.id, method.group, method.words.shows, method.words.goodFor].some((text) =>
        text.toLowerCase().includes(letters)
      )
    )
  }

  /** Why a method cannot work with one of the ticked models; null when it can. */
  objectionTo(method: MethodSummary): string | null {
    if (!method.needs.includes('gradient')) return null
    const without = this.models.find((model) => !model.gradient.works)

    return without === undefined ? null : (without.gradient.fault?.message ?? without.name)
  }

  /** Ticked methods that the ticked models can do. */
  get chosen(): readonly (readonly [string, Ticked])[] {
    return this.bases.flatMap((method) => {
      const ticked = this.ticked.get(method.id)

      return ticked === undefined || this.objectionTo(method) !== null ? [] : [[method.id, ticked] as const]
    })
  }

  /** Maps of the ticked methods, then those of the ticked presets that are not among them. */
  get wanted(): Request['methods'] {
    const own = this.chosen.map(([id, one]) => ({ expression: expressionOf(id, one), params: { ...one.params } }))
    const published = session.presets
      .filter((preset) => this.tickedPresets.has(preset.id))
      .flatMap((preset) => preset.maps.map(({ expression, params }) => ({ expression, params: { ...params } })))
    const all = [...own, ...published]
    const keyOf = (one: (typeof all)[number]): string =>
      JSON.stringify([one.expression, Object.entries(one.params).sort()])

    return all.filter((one, at) => all.findIndex((other) => keyOf(other) === keyOf(one)) === at)
  }

  /** What a compute button would ask for; null while something is missing. */
  get request(): Request | null {
    const cases = this.allCases ? session.rows.map((one) => one.caseId) : [session.currentCaseId ?? '']
    const models = this.models.map((model) => model.modelId)
    const methods = this.wanted
    if (methods.length === 0 || models.length === 0 || cases[0] === '') return null

    return {
      cases,
      models,
      methods,
      target: this.target
    }
  }

  show(startAt: 'search' | 'target' = 'search'): void {
    if (session.currentCaseId === null || session.models.length === 0) return
    this.startAt = startAt
    this.search = ''
    this.allCases = false
    this.modelIds = session.currentModelId === null ? [] : [session.currentModelId]
    if (!this.labels.includes(this.target)) this.target = 'predicted'
    // What was computed last stays ticked: on the next case A and Enter compute the same.
    for (const id of [...this.ticked.keys()]) if (!this.bases.some((method) => method.id === id)) this.ticked.delete(id)
    const first = this.bases.find((method) => this.objectionTo(method) === null)
    if (this.chosen.length === 0 && first !== undefined) this.ticked.set(first.id, { wrappers: [], params: {} })
    this.shownId = this.chosen[0]?.[0] ?? null
    this.open = true
  }

  toggle(method: MethodSummary): void {
    this.shownId = method.id
    if (this.ticked.has(method.id)) this.ticked.delete(method.id)
    else this.ticked.set(method.id, { wrappers: [], params: {} })
  }

  togglePreset(id: string): void {
    if (this.tickedPresets.has(id)) this.tickedPresets.delete(id)
    else this.tickedPresets.add(id)
  }

  toggleModel(modelId: string): void {
    const ticked = this.modelIds.includes(modelId)
    this.modelIds = ticked ? this.modelIds.filter((one) => one !== modelId) : [...this.modelIds, modelId]
  }

  /** Wrappers keep the order of the list, whatever the order of the clicks. */
  toggleWrapper(methodId: string, wrapperId: string): void {
    const before = this.ticked.get(methodId) ?? { wrappers: [], params: {} }
    const on = before.wrappers.includes(wrapperId)
    const wrappers = this.wrappers
      .map((wrapper) => wrapper.id)
      .filter((id) => (id === wrapperId ? !on : before.wrappers.includes(id)))
    this.ticked.set(methodId, { ...before, wrappers })
  }

  /** Fields of a method and of the wrappers ticked with it; wrappers of one family share their fields. */
  fieldsOf(method: MethodSummary): readonly ParamField[] {
    const around = this.wrappers.filter((wrapper) => this.ticked.get(method.id)?.wrappers.includes(wrapper.id))
    const fields = [method, ...around].flatMap((one) => one.params)

    return fields.filter((field, at) => fields.findIndex((other) => other.name === field.name) === at)
  }

  valueOf(methodId: string, field: ParamField): ParamValue {
    return this.ticked.get(methodId)?.params[field.name] ?? field.default
  }

  /** Sets a value; the default, or null, takes it off the list of changes. Setting a value ticks the method. */
  setValue(methodId: string, field: ParamField, value: ParamValue): void {
    const before = this.ticked.get(methodId) ?? { wrappers: [], params: {} }
    const params = { ...before.params }
    if (value === field.default || value === null) delete params[field.name]
    else params[field.name] = value
    this.ticked.set(methodId, { ...before, params })
  }

  reset(methodId: string): void {
    const before = this.ticked.get(methodId)
    if (before !== undefined) this.ticked.set(methodId, { ...before, params: {} })
  }

  /** Asks how long the request would take; a late answer to an old request is dropped. */
  async askForecast(request: Request, signal: AbortSignal): Promise<void> {
    try {
      const forecast = await call('map.forecast', request, { signal })
      if (signal.aborted) return
      this.forecast = forecast
      this.objection = null
    } catch (thrown) {
      if (signal.aborted) return
      this.forecast = null
      const fault = toFaultReport(thrown)
      this.objection = [fault.message, fault.hint ?? ''].join(' ').trim()
    }
  }

  compute(): void {
    const { request } = this
    if (request === null) return
    this.open = false
    void maps.compute(request)
  }
}

export const picker = new Picker()
