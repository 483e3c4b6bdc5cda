import type { NewEntry } from '@engine/project/journal'
import { randomStream } from '@engine/tensor/random'

/** Side of the square slices, and how many there are. */
export const side = 64
export const slices = 4
export const segment = { segment: 'lesion', name: 'Lesion', colour: '#5fd7ea', code: null }

/** What a reader does at one moment; the same number is the same action in every process. */
export type Action = { readonly kind: 'undo' | 'redo' } | { readonly kind: 'commit'; readonly entry: NewEntry }

/** A place of the history: how many entries are shown, of how many. */
export interface Place {
  readonly cursor: number
  readonly length: number
}

/**
 * Action `number` (from 1): the first adds the segment; then strokes, every sixth or so an undo, every tenth a redo, where
 * there is something to undo or redo. Every action changes something, so each is one entry of the audit trail.
 */
export function actionOf(number: number, { cursor, length }: Place): Action {
  if (number === 1) {
    const changes = [{ place: 0, before: null, after: segment }]
    return { kind: 'commit', entry: { name: 'Add Lesion', tool: null, slice: null, deltas: [], changes } }
  }
  const draw = randomStream(number, 'action')
  const what = draw.uniform()
  if (what < 0.15 && cursor > 1) return { kind: 'undo' }
  if (what < 0.25 && cursor < length) return { kind: 'redo' }
  const [slice, from] = [draw.integer(slices), draw.integer(side * side - 400)]
  const runs = Uint32Array.of(from, 1 + draw.integer(60), 1 + draw.integer(60), 1 + draw.integer(60))
  const deltas = [{ segment: segment.segment, slice, runs }]
  return { kind: 'commit', entry: { name: `Stroke ${number}`, tool: 'brush', slice, deltas, changes: [] } }
}

/** The same drawing by hand: a list of strokes, and pixels painted anew from it. */
export class DrawingByHand {
  cursor = 0
  private strokes: NewEntry[] = []
  private acted = 0

  get names(): string[] {
    return this.strokes.map(({ name }) => name)
  }

  /** Everything up to action `number`. */
  actUntil(number: number): void {
    while (this.acted < number) {
      this.acted += 1
      const action = actionOf(this.acted, { cursor: this.cursor, length: this.strokes.length })
      if (action.kind === 'commit') this.strokes = [...this.strokes.slice(0, this.cursor), action.entry]
      this.cursor += action.kind === 'undo' ? -1 : 1
    }
  }

  pixels(): Uint8Array {
    const volume = new Uint8Array(side * side * slices)
    for (const { deltas } of this.strokes.slice(0, this.cursor)) {
      for (const { slice, runs } of deltas) {
        let at = slice * side * side
        for (let index = 0; index < runs.length; index += 2) {
          at += runs[index]
          for (let step = 0; step < runs[index + 1]; step++) volume[at] = 1 - volume[at++]
        }
      }
    }
    return volume
  }
}
