import type { DrawingEntry } from '@shared/drawing'
import type { Input } from '@shared/protocol'

export type NewStroke = Input<'drawing.commit'>['stroke']

/** A stroke the engine has not answered yet. */
export interface SentStroke {
  readonly stroke: NewStroke
  /** Its place in the history, as it is shown. */
  entry: number
}

/** A stroke as a line of the history, before it is saved. */
export const historyLine = ({ name, tool, slice }: NewStroke, entry: number): DrawingEntry => ({
  entry,
  name,
  tool: tool ?? null,
  slice: slice ?? null,
  savedAt: null
})

/** Strokes on their way to the engine, in the order they were drawn; at most the first has reached it. */
export class UnansweredStrokes {
  #strokes: readonly SentStroke[] = []

  add(sent: SentStroke): SentStroke {
    this.#strokes = [...this.#strokes, sent]

    return sent
  }

  has(sent: SentStroke): boolean {
    return this.#strokes.includes(sent)
  }

  forget(sent: SentStroke): void {
    this.#strokes = this.#strokes.filter((one) => one !== sent)
  }

  /** Those the engine does not have, after its history was read anew. */
  missing(entries: readonly DrawingEntry[], cursor: number): readonly SentStroke[] {
    const [first] = this.#strokes
    if (first !== undefined && cursor >= first.entry && entries[first.entry - 1]?.name === first.stroke.name)
      this.forget(first)

    return this.#strokes
  }
}
