import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { Input } from '@shared/protocol'
import type { MapSummary } from '@shared/vocabulary'
import { measured, type MeasuredMap } from '../viewport/overlay-style'
import { call, on } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { jobs } from './jobs.svelte'
import { isAttached, isDrawable } from './map-kinds'
import { matching, wantedOf, type Wanted } from './map-wanted'
import type { MapView } from './overlay.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'

type Request = Input<'map.compute'>

/** Values kept in the window, in bytes; the oldest go first. */
const BUDGET = 400 * 1024 * 1024

/** Maps of the current case: their list, which is shown, and their values. */
class Maps {
  list = $state.raw<readonly MapSummary[]>([])
  /** The map that leads; null: no map. */
  selectedId = $state<string | null>(null)
  /** The map that led before, for the flicker. */
  lastId = $state<string | null>(null)
  #caseId: string | null = null
  /** The case whose maps the engine has told. */
  #listed: string | null = null
  #wanted: Wanted | null = null
  /** True once the user asked for no map: then arriving maps do not show themselves. */
  #none = false
  #welcomed = false
  #values = new SvelteMap<string, MeasuredMap>()
  #reading = new Set<string>()
  #stale = new Set<string>()
  #jobOf = new Map<string, string>()
  /** Maps asked to stop, until the engine confirms. */
  stopping = new SvelteSet<string>()

  get selected(): MapSummary | null {
    return this.list.find((map) => map.mapId === this.selectedId) ?? null
  }

  /** In the order of the models, each with its maps in the order they were asked for; the keys 1 to 9 count these. */
  get rows(): readonly MapSummary[] {
    // Maps that came with the study stand behind those of the models.
    const place = (map: MapSummary): number =>
      isAttached(map) ? session.models.length : session.models.findIndex((model) => model.modelId === map.modelId)

    return [...this.list].sort((a, b) => place(a) - place(b))
  }

  get done(): readonly MapSummary[] {
    return this.rows.filter((map) => map.state === 'done')
  }

  /** Values of a map, when they are here. */
  valuesOf(mapId: string | null, view: MapView): MeasuredMap | null {
    return mapId === null ? null : (this.#values.get(`${view} ${mapId}`) ?? null)
  }

  /** Follows the engine; returns the function that stops it. */
  listen(): () => void {
    const stops = [
      on('map', (summary) => this.#hear(summary)),
      on('restarted', ({ sentence }) => (shell.sentence = sentence)),
      on('provider', ({ sentence }) => (shell.sentence = sentence))
    ]

    return () => stops.forEach((stop) => stop())
  }

  /** Lists the maps of a case and keeps showing the same method and model as before. */
  async openCase(caseId: string | null): Promise<void> {
    this.#caseId = caseId
    this.#listed = null
    if (caseId === null) return this.#take([])
    try {
      const list = await call('map.list', { caseId })
      if (this.#caseId === caseId) {
        this.#take(list)
        this.#listed = caseId
      }
      void this.welcome()
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  /** Leads with a map, or with none. */
  select(mapId: string | null): void {
    if (mapId === this.selectedId) return
    if (this.selectedId !== null) this.lastId = this.selectedId
    this.selectedId = mapId
    this.#none = mapId === null
    const map = this.selected
    if (map === null) return

    this.#wanted = wantedOf(map)
    // The prediction beside the map is always that of its model.
    if (!isAttached(map)) session.currentModelId = map.modelId
  }

  /** The map that is to lead when its case is opened, or at once when it is open. */
  prefer(map: MapSummary): void {
    this.#none = false
    this.#wanted = wantedOf(map)
    if (this.list.some((one) => one.mapId === map.mapId)) this.select(map.mapId)
  }

  /** The next or previous map that can be shown. */
  step(by: 1 | -1): void {
    const shown = this.done
    if (shown.length === 0) return
    const at = shown.findIndex((map) => map.mapId === this.selectedId)
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : (at + by + shown.length) % shown.length
    this.select(shown[next].mapId)
  }

  /** Reads the values of a map unless they are here. */
  async read(mapId: string, view: MapView): Promise<void> {
    if (!this.#values.has(`${view} ${mapId}`)) await this.#fetch(mapId, view)
  }

  /** Reads the values, and once more when the map was refined meanwhile. */
  async #fetch(mapId: string, view: MapView): Promise<void> {
    const key = `${view} ${mapId}`
    if (this.#reading.has(key)) return void this.#stale.add(key)
    this.#reading.add(key)
    try {
      do {
        this.#stale.delete(key)
        this.#values.set(key, await measured(await call('map.read', { mapId, view })))
      } while (this.#stale.has(key))
      this.#makeRoom(key)
    } catch (thrown) {
      // One that is computed anew, or was taken away, is nothing to be told of: its row says so.
      const map = this.list.find((one) => one.mapId === mapId)
      if (map !== undefined && isDrawable(map)) shell.report(toFaultReport(thrown))
    } finally {
      this.#reading.delete(key)
    }
  }

  /** A map that was refined is read anew where it was read before; what is drawn stays until then. */
  #readAgain(mapId: string): void {
    for (const view of ['magnitude', 'signed'] as const) {
      const key = `${view} ${mapId}`
      if (this.#values.has(key) || this.#reading.has(key)) void this.#fetch(mapId, view)
    }
  }

  /** Keeps what there is of a stopped map. */
  async keep(map: MapSummary): Promise<void> {
    try {
      this.#hear(await call('map.keep', { mapId: map.mapId }))
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  /** Queues maps. For one case every map is a job of its own, so that each can be stopped alone. */
  async compute(request: Request): Promise<void> {
    const parts =
      request.cases.length > 1
        ? [request]
        : request.models.flatMap((model) =>
            request.methods.map((method) => ({ ...request, models: [model], methods: [method] }))
          )
    try {
      for (const part of parts) this.follow(await call('map.compute', part))
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  /** The very first picture of the sample comes with a map, so that there is something to look at. */
  async welcome(): Promise<void> {
    const current = session.currentCase
    const method = session.methods.find((one) => one.kind === 'base' && one.group === 'Recommended')
    if (this.#welcomed || !session.info?.firstStart || current?.source !== 'sample' || method === undefined) return
    const modelId = session.currentModelId
    // A page that was loaded again has a map in the engine: asked for anew, it would be computed once more.
    if (modelId === null || this.#listed !== current.caseId || this.list.length > 0) return

    this.#welcomed = true
    await this.compute({ cases: [current.caseId], models: [modelId], methods: [{ expression: method.id }] })
  }

  /** The same map again, after it was stopped or had failed. */
  again(map: MapSummary, expression = map.expression): Promise<void> {
    const params = expression === map.expression ? map.params : {}

    return this.compute({
      cases: [map.caseId],
      models: [map.modelId],
      methods: [{ expression, params }],
      target: map.target.label,
      scrambled: map.scrambled ?? null
    })
  }

  /** After the engine was started again: its maps are gone, so those that were here are computed anew, the shown one first. */
  async recompute(): Promise<void> {
    const shown = this.selectedId
    const done = this.done.toSorted((a, b) => Number(b.mapId === shown) - Number(a.mapId === shown))
    this.#values.clear()
    this.#jobOf.clear()
    this.list = []
    this.selectedId = null
    for (const map of done.filter((one) => !isAttached(one))) await this.again(map)
  }

  /** "about 40 s left" needs the job a map is computed in. */
  secondsLeft(mapId: string): number | null {
    const jobId = this.#jobOf.get(mapId)

    return jobId === undefined ? null : (jobs.find(jobId)?.secondsLeft ?? null)
  }

  cancel(map: MapSummary): void {
    const jobId = this.#jobOf.get(map.mapId) ?? jobs.current?.jobId
    if (jobId === undefined) return
    this.stopping.add(map.mapId)
    jobs.cancel(jobId)
  }

  async remove(map: MapSummary): Promise<void> {
    try {
      await call('map.remove', { mapId: map.mapId })
      this.#take(this.list.filter((one) => one.mapId !== map.mapId))
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  /** Takes maps that were just queued. */
  follow({ jobId, maps }: { jobId: string; maps: readonly MapSummary[] }): void {
    for (const map of maps) this.#jobOf.set(map.mapId, jobId)
    for (const map of maps) this.#hear(map, true)
  }

  #hear(summary: MapSummary, fresh = false): void {
    if (summary.state !== 'computing' && summary.state !== 'waiting') this.stopping.delete(summary.mapId)
    if (summary.caseId !== this.#caseId) return
    const known = this.list.find((map) => map.mapId === summary.mapId)
    // A late answer to "compute" must not undo an event that overtook it.
    if (fresh && known !== undefined && known.state !== 'cancelled' && known.state !== 'failed') return
    this.#renew(summary, known)

    this.list = known ? this.list.map((map) => (map.mapId === summary.mapId ? summary : map)) : [...this.list, summary]
    if (isDrawable(summary) && this.selectedId === null && !this.#none) this.select(summary.mapId)
  }

  /** Values follow what the engine has: forgotten when there is nothing, read again when there is more. */
  #renew(summary: MapSummary, known: MapSummary | undefined): void {
    if (!isDrawable(summary)) return this.#forget(summary.mapId)
    const refined = summary.preliminary?.done !== known?.preliminary?.done
    if (summary.state === 'done' || refined) this.#readAgain(summary.mapId)
  }

  #take(list: readonly MapSummary[]): void {
    this.list = list
    if (this.selected !== null) return
    const next = this.#none ? null : (matching(this.done, this.#wanted) ?? this.done[0] ?? null)
    this.lastId = null
    this.selectedId = next?.mapId ?? null
    if (next !== null && this.#wanted === null) this.#wanted = wantedOf(next)
  }

  #forget(mapId: string): void {
    for (const key of [...this.#values.keys()]) if (key.endsWith(` ${mapId}`)) this.#values.delete(key)
  }

  #makeRoom(keep: string): void {
    let total = [...this.#values.values()].reduce((sum, one) => sum + one.map.values.byteLength, 0)
    for (const [key, one] of [...this.#values]) {
      if (total <= BUDGET) return
      if (key === keep || key.endsWith(` ${this.selectedId}`)) continue
      total -= one.map.values.byteLength
      this.#values.delete(key)
    }
  }
}

export const maps = new Maps()
