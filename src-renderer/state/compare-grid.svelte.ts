import { SvelteMap } from 'svelte/reactivity'
import type { MapSummary, ModelSummary } from '@shared/vocabulary'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { compareWords } from './catalogue-compare'
import { isAttached } from './map-kinds'
import { settingsKey } from './map-settings'
import { maps } from './maps.svelte'
import { session } from './session.svelte'
import { shell } from './shell.svelte'

/** What the rows of the grid are; `computed`: whatever there is, in the order it was asked for. */
export type GridRows = 'computed' | 'models' | 'findings' | 'stages'

/** A map that belongs into a cell. */
export interface GridWish {
  readonly modelId: string
  readonly expression: string
  readonly params: MapSummary['params']
  readonly target: string
  readonly scrambled: string | null
  /** Name of its row. */
  readonly row: string
}

export interface GridCell {
  readonly map: MapSummary | null
  readonly wish: GridWish
}

const explains = (map: MapSummary, wish: GridWish): boolean =>
  map.modelId === wish.modelId &&
  map.expression === wish.expression &&
  settingsKey(map.params) === settingsKey(wish.params) &&
  (map.scrambled ?? null) === wish.scrambled &&
  map.target.label === wish.target

/** Methods × models, findings or scrambled layers of one case; what is missing is computed when asked for. */
class CompareGrid {
  rows = $state<GridRows>('computed')
  #stages = new SvelteMap<string, readonly string[]>()
  /** Seconds that the missing maps take; null while unknown. */
  forecast = $state<number | null>(null)
  #asked = ''

  /** The methods, each with its settings, that have a map of this case, in the order they were asked for: the columns. */
  get columns(): readonly MapSummary[] {
    const seen: string[] = []

    return maps.list.filter((map) => {
      const column = `${map.expression} ${settingsKey(map.params)}`
      const fresh = map.scrambled === undefined && !isAttached(map) && !seen.includes(column)
      if (fresh) seen.push(column)

      return fresh
    })
  }

  /** Row by row; empty for `computed`. */
  readonly cells: readonly GridCell[] = $derived.by(() =>
    this.#rows().flatMap((row) =>
      this.columns.map(({ expression, params }) => {
        const wish: GridWish = { expression, params, ...row }

        return { map: maps.list.find((map) => explains(map, wish)) ?? null, wish }
      })
    )
  )

  get missing(): readonly GridWish[] {
    return this.cells.flatMap(({ map, wish }) =>
      map === null || map.state === 'cancelled' || map.state === 'failed' ? [wish] : []
    )
  }

  choose(rows: GridRows): void {
    this.rows = rows
    const modelId = session.currentModelId
    if (rows === 'stages' && modelId !== null) void this.#readStages(modelId)
  }

  /** Asks what the missing maps would take; once for the same ones. */
  async ask(): Promise<void> {
    const wishes = this.missing
    const key = JSON.stringify(wishes)
    if (key === this.#asked || session.currentCaseId === null) return
    this.#asked = key
    this.forecast = null
    try {
      let seconds = 0
      // One question per model: scrambled weights cost what trained ones do.
      const models = wishes.map((wish) => wish.modelId)
      for (const modelId of models.filter((one, at) => models.indexOf(one) === at)) {
        const own = wishes.filter((wish) => wish.modelId === modelId)
        const methods = own.map(({ expression, params }) => ({ expression, params }))
        seconds += (await call('map.forecast', { ...this.#order(own[0]), methods })).seconds
      }
      if (this.#asked === key) this.forecast = seconds
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }

  async compute(wishes: readonly GridWish[]): Promise<void> {
    for (const wish of wishes) await maps.compute(this.#order(wish))
  }

  /** The finding that every row of models, or of scrambled layers, explains. */
  get target(): string | null {
    const led = [maps.selected, ...maps.done].find((map) => map !== null && !isAttached(map))

    return led?.target.label ?? null
  }

  /** Models that have no row, because the finding is none of theirs. */
  get leftOut(): readonly string[] {
    return this.rows === 'models' ? this.#strangers.map(({ name }) => name) : []
  }

  /** Models of the kind that already explained this case: a model of volumes has nothing to say of a radiograph. */
  get #alike(): readonly ModelSummary[] {
    const kind = session.models.find((one) => maps.list.some((map) => map.modelId === one.modelId))

    return session.models.filter((one) => one.card.input.layout === kind?.card.input.layout)
  }

  /** What explained it once, such as "not opacity", may explain it again; others have to know the finding. */
  get #strangers(): readonly ModelSummary[] {
    const knows = (one: ModelSummary): boolean =>
      one.card.outputs[0].labels.includes(this.target ?? '') ||
      maps.done.some((map) => map.modelId === one.modelId && map.target.label === this.target)

    return this.#alike.filter((one) => !knows(one))
  }

  #rows(): Omit<GridWish, 'expression' | 'params'>[] {
    const current = session.currentModel
    const { target } = this
    if (current === null || target === null || this.rows === 'computed') return []
    if (this.rows === 'models') {
      const knowing = this.#alike.filter((one) => !this.#strangers.includes(one))

      return knowing.map((one) => ({ modelId: one.modelId, target, scrambled: null, row: `${one.name}, ${target}` }))
    }
    if (this.rows === 'findings') {
      return current.card.outputs[0].labels.map((label) => ({
        modelId: current.modelId,
        target: label,
        scrambled: null,
        row: label
      }))
    }
    const stages = this.#stages.get(current.modelId) ?? []

    return [null, ...stages].map((scrambled) => ({
      modelId: current.modelId,
      target,
      scrambled,
      row: scrambled === null ? compareWords.trained : compareWords.scrambled(scrambled)
    }))
  }

  #order({ modelId, expression, params, target, scrambled }: GridWish): Parameters<typeof maps.compute>[0] {
    return {
      cases: [session.currentCaseId ?? ''],
      models: [modelId],
      methods: [{ expression, params }],
      target,
      scrambled
    }
  }

  async #readStages(modelId: string): Promise<void> {
    if (this.#stages.has(modelId)) return
    try {
      const { stages } = await call('model.stages', { modelId })
      this.#stages.set(modelId, stages)
      if (stages.length === 0) shell.sentence = compareWords.noStages
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }
}

export const compareGrid = new CompareGrid()
