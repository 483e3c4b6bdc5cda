import { SvelteMap } from 'svelte/reactivity'
import type { DoctorFinding, Prediction } from '@shared/vocabulary'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import type { Loaded } from './images.svelte'

/** What the models say of the cases, and whether the images suit them; asked once for each pair. */
class Answers {
  #asked = new Map<string, unknown>()
  #predictions = new SvelteMap<string, Loaded<Prediction>>()
  #findings = new SvelteMap<string, Loaded<readonly DoctorFinding[]>>()

  predictionOf(caseId: string | null, modelId: string | null): Loaded<Prediction> | null {
    return this.#predictions.get(`${caseId} ${modelId}`) ?? null
  }

  findingsOf(caseId: string | null, modelId: string | null): Loaded<readonly DoctorFinding[]> | null {
    return this.#findings.get(`${caseId} ${modelId}`) ?? null
  }

  /** Asks for both unless they are here. `card` is anything that changes with the model's card. */
  async ask(caseId: string, modelId: string, card: unknown): Promise<void> {
    const key = `${caseId} ${modelId}`
    if (this.#asked.get(key) === card && this.#predictions.get(key)?.state !== 'failed') return
    this.#asked.set(key, card)

    await Promise.all([
      this.#fill(this.#findings, key, () => call('doctor.check', { caseId, modelId })),
      this.#fill(this.#predictions, key, () => call('prediction.read', { caseId, modelId }))
    ])
  }

  async #fill<T>(into: SvelteMap<string, Loaded<T>>, key: string, read: () => Promise<T>): Promise<void> {
    const card = this.#asked.get(key)
    // An answer about a card that was changed meanwhile comes too late.
    const put = (entry: Loaded<T>): void => {
      if (this.#asked.get(key) === card) into.set(key, entry)
    }
    put({ state: 'loading' })
    try {
      put({ state: 'here', value: await read() })
    } catch (thrown) {
      put({ state: 'failed', fault: toFaultReport(thrown) })
    }
  }
}

export const answers = new Answers()
