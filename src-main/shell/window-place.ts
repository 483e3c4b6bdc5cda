import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

const Bounds = v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() })
type Bounds = v.InferOutput<typeof Bounds>

const SavedPlace = v.object({ bounds: Bounds, maximised: v.boolean() })
type SavedPlace = v.InferOutput<typeof SavedPlace>

/** Size and position of the window in screen pixels; without a position the system chooses one. */
export interface WindowPlace {
  readonly bounds: { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number }
  readonly maximised: boolean
}

const firstSize = { width: 1600, height: 1000 }
/** How much of the window must lie on a display for its position to be kept. */
const visibleEdge = 64

const placeFile = (folder: string): string => join(folder, 'window.json')

/** The place of the last run; undefined when there was none or it cannot be read. */
export function readPlace(folder: string): SavedPlace | undefined {
  try {
    return v.parse(SavedPlace, JSON.parse(readFileSync(placeFile(folder), 'utf8')))
  } catch {
    return undefined
  }
}

/** Remembers the place; a folder that cannot be written only costs the memory of it. */
export function writePlace(folder: string, place: WindowPlace): void {
  const file = placeFile(folder)
  const draft = `${file}.new`

  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(draft, JSON.stringify(place))
    renameSync(draft, file)
  } catch {
    // Not worth a word to the user.
  }
}

/** Keeps a remembered place only where a display still shows it, and never larger than the largest display. */
export function placeOnScreen(saved: SavedPlace | undefined, displays: readonly Bounds[]): WindowPlace {
  const [first] = displays
  const fit = (size: { width: number; height: number }): { width: number; height: number } => ({
    width: Math.min(size.width, Math.max(...displays.map((display) => display.width))),
    height: Math.min(size.height, Math.max(...displays.map((display) => display.height)))
  })

  if (saved === undefined || first === undefined) {
    return { bounds: first === undefined ? firstSize : fit(firstSize), maximised: false }
  }

  const { x, y, width, height } = saved.bounds
  const visible = displays.some(
    (display) =>
      x + width > display.x + visibleEdge &&
      x < display.x + display.width - visibleEdge &&
      y >= display.y &&
      y < display.y + display.height - visibleEdge
  )

  return { bounds: visible ? { x, y, ...fit({ width, height }) } : fit({ width, height }), maximised: saved.maximised }
}
