import type { FaultReport } from '@shared/fault'
import { untrack } from 'svelte'
import type { MapSummary, ModelSummary } from '@shared/vocabulary'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { atReading } from './at-reading.svelte'
import { maps } from './maps.svelte'
import { overlay } from './overlay.svelte'
import { session } from './session.svelte'
import { answers } from './viewer-answers.svelte'

/**
 * The map a study shows after a case is done: asked for when it is revealed, gone with the case. While nothing is revealed
 * the page holds no map, no model and no prediction.
 */
class ShownMap {
  model = $state.raw<ModelSummary | null>(null)
  /** Why there is no map. */
  fault = $state.raw<FaultReport | null>(null)
  /** The case whose map is shown; null where none is. */
  readonly caseId: string | null = $derived.by(() => {
    const { open } = atReading

    return open === null || open.map === null ? null : open.caseId
  })
  /** The map in whatever state it is; null until the engine has answered. */
  readonly map: MapSummary | null = $derived.by(() => {
    const wanted = atReading.open?.map ?? null

    return this.caseId === null || wanted === null
      ? null
      : (maps.list.find(({ modelId, expression }) => modelId === wanted.modelId && expression === wanted.expression) ??
          null)
  })
  readonly prediction = $derived(answers.predictionOf(this.caseId, this.model?.modelId ?? null))

  /** Follows the reading; returns the function that stops it and takes the map off the page. */
  follow(): () => void {
    const stopListening = maps.listen()
    const stop = $effect.root(() => {
      $effect(() => {
        const { caseId } = this
        if (caseId === null) return
        untrack(() => void this.#show(caseId, false))

        return () => untrack(() => this.#hide())
      })
    })

    return () => {
      stop()
      stopListening()
    }
  }

  async again(): Promise<void> {
    if (this.caseId !== null) await this.#show(this.caseId, true)
  }

  async #show(caseId: string, again: boolean): Promise<void> {
    this.fault = null
    // Whatever hid maps before: this one was asked for.
    overlay.shown = true
    try {
      await maps.openCase(caseId)
      const { model, map, jobId } = await call('reading.map', { again })
      if (this.caseId !== caseId) return
      this.model = model
      if (atReading.gated) session.models = [model]
      if (jobId === null) maps.prefer(map)
      else maps.follow({ jobId, maps: [map] })
      await answers.ask(caseId, model.modelId, model.card)
    } catch (thrown) {
      if (this.caseId === caseId) this.fault = toFaultReport(thrown)
    }
  }

  #hide(): void {
    this.model = null
    this.fault = null
    void maps.openCase(null)
    if (atReading.gated) session.models = []
  }
}

export const shownMap = new ShownMap()
