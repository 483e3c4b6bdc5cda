import type { ReadingProgress, WorklistLine } from '@shared/worklist'
import { call, on } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { session } from './session.svelte'
import { shell } from './shell.svelte'
import { answers } from './viewer-answers.svelte'

/** What a model answered about a case, as the list shows and sorts it. */
export interface ListedAnswer {
  readonly label: string
  /** Probability of the label, or its logit where the card names no activation. */
  readonly value: number
  readonly isProbability: boolean
}

/** Questions put to the model at once. */
const AT_ONCE = 2
const PAUSE_MS = 400

/** What the list of cases says beside the words of their files: maps, the model's answer, how far the reader is. */
class Worklist {
  #lines = $state.raw<ReadonlyMap<string, WorklistLine>>(new Map())
  /** How far the asking of many cases is; null while nobody asks. */
  asking = $state.raw<{ readonly done: number; readonly total: number } | null>(null)
  #stopped = false
  #timer: ReturnType<typeof setTimeout> | null = null

  mapsOf(caseId: string): number {
    return this.#lines.get(caseId)?.maps ?? 0
  }

  readingOf(caseId: string): ReadingProgress {
    return this.#lines.get(caseId)?.reading ?? 'to do'
  }

  /** The current model's answer; null while it was not asked, or cannot answer. */
  answerOf(caseId: string): ListedAnswer | null {
    const prediction = answers.predictionOf(caseId, session.currentModelId)
    if (prediction?.state !== 'here') return null
    const { predicted, labels, probabilities, logits } = prediction.value
    const probability = probabilities[predicted] ?? null

    return {
      label: labels[predicted] ?? '',
      value: probability ?? logits[predicted],
      isProbability: probability !== null
    }
  }

  /** Cases the current model was not asked about. */
  unanswered(caseIds: readonly string[]): readonly string[] {
    return caseIds.filter((caseId) => answers.predictionOf(caseId, session.currentModelId) === null)
  }

  /** Follows maps as they are finished; returns the function that stops it. */
  listen(): () => void {
    void this.refresh()
    const stop = on('map', ({ state }) => {
      if (state !== 'done' || this.#timer !== null) return
      this.#timer = setTimeout(() => {
        this.#timer = null
        void this.refresh()
      }, PAUSE_MS)
    })

    return () => {
      stop()
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#timer = null
    }
  }

  async refresh(): Promise<void> {
    try {
      const { lines } = await call('worklist.read', {})
      this.#lines = new Map(lines.map((line) => [line.caseId, line]))
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      if (fault.code !== 'blinded') shell.report(fault)
    }
  }

  /** Asks the current model about cases it was not asked about yet; those it cannot read stay without an answer. */
  async ask(caseIds: readonly string[]): Promise<void> {
    const model = session.currentModel
    const waiting = [...this.unanswered(caseIds)]
    if (model === null || this.asking !== null || waiting.length === 0) return
    const total = waiting.length
    this.#stopped = false
    this.asking = { done: 0, total }
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && !this.#stopped; next = waiting.shift()) {
        await answers.ask(next, model.modelId, model.card)
        this.asking = { done: (this.asking?.done ?? 0) + 1, total }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    this.asking = null
  }

  stop(): void {
    this.#stopped = true
  }
}

export const worklist = new Worklist()
