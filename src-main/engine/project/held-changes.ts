import { DrawingState } from './drawing-state'

/** What a drawing holds in memory alone. */
export interface Unwritten {
  /** The drawing as it was last written. */
  readonly written: DrawingState
  readonly shown: DrawingState
  /** Strokes, moves in the history and notes that were held. */
  readonly changes: number
}

/** The changes of one drawing that are not on the disk yet, and the drawing as it lies there. */
export class HeldChanges {
  private count = 0
  private written: DrawingState | null = null

  /** A change is held by now; `before` takes it out of an equal drawing, where it draws anything. */
  add(shown: DrawingState, before?: (state: DrawingState) => void): void {
    this.count += 1
    if (this.written !== null) return
    this.written = sameAs(shown)
    before?.(this.written)
  }

  /** One more is on the disk. */
  wrote(): void {
    this.count -= 1
    if (this.count === 0) this.written = null
  }

  /** null: nothing is held. */
  unwritten(shown: DrawingState): Unwritten | null {
    return this.written === null ? null : { written: this.written, shown: sameAs(shown), changes: this.count }
  }
}

const sameAs = (state: DrawingState): DrawingState => DrawingState.of(state.snapshot())
