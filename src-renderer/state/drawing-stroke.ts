import type { Delta } from '@shared/drawing'
import type { Patch } from '@shared/drawing/patch'
import { runsOfIndices } from '@shared/drawing/segment-planes'
import { drawing } from './drawing.svelte'

export interface StrokeWords {
  /** Of the tool. */
  readonly tool: string
  readonly slice: number
  name(slices: number): string
}

/**
 * A stroke while it is drawn: it changes the planes at once and keeps what it turned over. Within a stroke a pixel is turned
 * over at most once, so the change is the list of those pixels. Work: the pixels of the patches.
 */
export class RunningStroke {
  readonly #turned = new Map<string, Map<number, number[]>>()

  constructor(
    private readonly segment: string,
    private readonly mark: boolean,
    /** Pixels that come in leave the other segments. */
    private readonly replaces: boolean
  ) {}

  add(slice: number, patch: Patch): void {
    if (patch.width === 0) return
    this.#note(this.segment, slice, drawing.planes(this.segment).put(slice, patch, this.mark))
    if (this.replaces && this.mark) {
      for (const { segment } of drawing.segments) {
        if (segment !== this.segment) this.#note(segment, slice, drawing.planes(segment).put(slice, patch, false))
      }
    }
    drawing.revision += 1
  }

  /** Sends the stroke; nothing where it changed nothing. */
  finish(words: StrokeWords): boolean {
    const deltas = this.#deltas()
    if (deltas.length === 0) return false
    const slices = new Set(deltas.map(({ slice }) => slice)).size
    drawing.commit({ name: words.name(slices), tool: words.tool, slice: words.slice, deltas })

    return true
  }

  /** Takes back what was drawn. */
  cancel(): void {
    drawing.toggle(this.#deltas())
    this.#turned.clear()
  }

  #note(segment: string, slice: number, indices: readonly number[]): void {
    if (indices.length === 0) return
    const slices = this.#turned.get(segment) ?? new Map<number, number[]>()
    this.#turned.set(segment, slices)
    const known = slices.get(slice) ?? []
    slices.set(slice, known)
    for (const index of indices) known.push(index)
  }

  #deltas(): Delta[] {
    return [...this.#turned].flatMap(([segment, slices]) =>
      [...slices].map(([slice, indices]) => ({
        segment,
        slice,
        runs: runsOfIndices(indices.toSorted((one, other) => one - other))
      }))
    )
  }
}
