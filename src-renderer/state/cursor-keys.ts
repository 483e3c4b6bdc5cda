import type { Point } from '../viewport/placement'
import type { KeyBindings } from './keys.svelte'

/** Pixels of a far step. */
const FAR = 10

/** The keys that move a cross over the image and put points with it; steps are directions of the screen. */
export function cursorKeys(step: (by: Point) => void, point: () => void): KeyBindings<'cursor'> {
  return {
    'cursor-left': () => step({ x: -1, y: 0 }),
    'cursor-right': () => step({ x: 1, y: 0 }),
    'cursor-up': () => step({ x: 0, y: -1 }),
    'cursor-down': () => step({ x: 0, y: 1 }),
    'cursor-far-left': () => step({ x: -FAR, y: 0 }),
    'cursor-far-right': () => step({ x: FAR, y: 0 }),
    'cursor-far-up': () => step({ x: 0, y: -FAR }),
    'cursor-far-down': () => step({ x: 0, y: FAR }),
    'cursor-point': point
  }
}

/** The middle of the pixel that lies so far from a place, kept inside the image. */
export function steppedPixel(from: Point, by: Point, grid: { readonly columns: number; readonly rows: number }): Point {
  const within = (value: number, size: number): number => Math.min(size - 1, Math.max(0, Math.floor(value))) + 0.5

  return { x: within(from.x + by.x, grid.columns), y: within(from.y + by.y, grid.rows) }
}
