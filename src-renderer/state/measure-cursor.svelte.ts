import { unturnedVector } from '../viewport/turn'
import type { Point } from '../viewport/placement'
import { cursorKeys, steppedPixel } from './cursor-keys'
import { registerKeys, setCursorKeys } from './keys.svelte'
import { measuring } from './measuring.svelte'
import { viewer } from './viewer.svelte'

/** Measuring by keys alone: the arrow keys move a cross over the image, Enter puts a point there. */
class MeasureCursor {
  /** Where the cross is, in image coordinates; null: the arrow keys do what they do otherwise. */
  at = $state.raw<Point | null>(null)

  toggle(): void {
    if (this.at !== null) return this.leave()
    const { grid } = viewer
    // Cuts, mosaic and two studies are measured with the mouse in one of their pictures.
    if (grid === null || !['single', 'side-by-side', 'grid'].includes(viewer.layout)) return
    if (measuring.tool === null) measuring.choose('length')
    setCursorKeys(true)
    this.#go({ x: Math.floor(grid.columns / 2) + 0.5, y: Math.floor(grid.rows / 2) + 0.5 })
  }

  leave(): void {
    this.at = null
    setCursorKeys(false)
  }

  /** By whole pixels, the way the screen shows the image; what is being drawn follows. */
  step(by: Point): void {
    const { grid } = viewer
    if (this.at === null || grid === null) return
    this.#go(steppedPixel(this.at, unturnedVector(viewer.turn, by), grid))
  }

  /** Begins what the tool measures, or ends a leg of it. */
  point(): void {
    const { at } = this
    if (at === null) return
    const { draft } = measuring
    // The last leg of an angle hangs on the cross already: a press ends it.
    const begins = draft === null || (draft.kind === 'angle' && draft.points.length === 3)
    measuring.pointer(at, begins ? 'down' : 'move')
    if (!begins || draft !== null) measuring.pointer(at, 'up')
  }

  #go(at: Point): void {
    this.at = at
    viewer.hover = { column: Math.floor(at.x), row: Math.floor(at.y), slice: viewer.slice }
    const { draft } = measuring
    if (draft?.kind === 'angle' && draft.points.length === 3) measuring.hover(at)
    else if (draft !== null) measuring.pointer(at, 'move')
  }
}

export const measureCursor = new MeasureCursor()

/** Keys of the cross, while it is out. Returns the function that takes them back. */
export function registerMeasureCursor(): () => void {
  const stop = registerKeys(
    'cursor',
    cursorKeys(
      (by) => measureCursor.step(by),
      () => measureCursor.point()
    )
  )

  return () => {
    measureCursor.leave()
    stop()
  }
}
