import { SvelteMap } from 'svelte/reactivity'
import type { FaultReport } from '@shared/fault'
import type { Output } from '@shared/protocol'
import type { DisplayImage } from '@shared/vocabulary'
import { call, type Progress } from '../engine/client'
import { toFaultReport } from '../engine/fault'

type Masks = Output<'mask.read'>

export type Loaded<T> =
  /** `progress`: how far the reading of many files is. */
  { state: 'loading'; progress?: Progress } | { state: 'here'; value: T } | { state: 'failed'; fault: FaultReport }

/** Voxels kept in the window, in bytes; the oldest go first. */
const BUDGET = 600 * 1024 * 1024

/** Images and outlines of the cases; each crosses the port once and stays as long as there is room. */
class Images {
  #images = new SvelteMap<string, Loaded<DisplayImage>>()
  #masks = new SvelteMap<string, Loaded<Masks>>()
  /** A case that stands beside the open one: it stays. */
  held: string | null = null

  of(caseId: string | null): Loaded<DisplayImage> | null {
    return caseId === null ? null : (this.#images.get(caseId) ?? null)
  }

  masksOf(caseId: string | null): Masks | null {
    const masks = caseId === null ? undefined : this.#masks.get(caseId)

    return masks?.state === 'here' ? masks.value : null
  }

  /** Reads image and outlines unless they are here; a failed case is tried again. */
  async load(caseId: string): Promise<void> {
    const known = this.#images.get(caseId)
    if (known?.state === 'loading') return
    if (known?.state === 'here') return this.#touch(caseId, known)

    this.#images.set(caseId, { state: 'loading' })
    try {
      const onProgress = (progress: Progress): void => {
        if (this.#images.get(caseId)?.state === 'loading') this.#images.set(caseId, { state: 'loading', progress })
      }
      const value = await call('image.read', { caseId }, { onProgress })
      this.#images.set(caseId, { state: 'here', value })
      this.#makeRoom(caseId)
    } catch (thrown) {
      this.#images.set(caseId, { state: 'failed', fault: toFaultReport(thrown) })
    }
  }

  /** Reads the outlines as they are now: a reader may have changed one since. Those shown stay until the answer is here. */
  async loadMasks(caseId: string): Promise<void> {
    try {
      this.#masks.set(caseId, { state: 'here', value: await call('mask.read', { caseId }) })
    } catch (thrown) {
      this.#masks.set(caseId, { state: 'failed', fault: toFaultReport(thrown) })
    }
  }

  #touch(caseId: string, entry: Loaded<DisplayImage>): void {
    this.#images.delete(caseId)
    this.#images.set(caseId, entry)
  }

  #makeRoom(keep: string): void {
    const size = (entry: Loaded<DisplayImage>): number => (entry.state === 'here' ? entry.value.voxels.byteLength : 0)
    let total = [...this.#images.values()].reduce((sum, entry) => sum + size(entry), 0)

    for (const [caseId, entry] of [...this.#images]) {
      if (total <= BUDGET) return
      if (caseId === keep || caseId === this.held || entry.state !== 'here') continue
      total -= size(entry)
      this.#images.delete(caseId)
    }
  }
}

export const images = new Images()
