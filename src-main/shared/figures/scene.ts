import type { VerdictState } from '../verdict'
import type { Raster } from './raster'

/** A drawing as data: the report file writes it as SVG text, the report screen draws it with live elements. */

/** What a colour means; the theme decides which it is, but for `bright`, which lies on dark maps. */
export type Tone = 'ink' | 'quiet' | 'faint' | 'grid' | 'axis' | 'pass' | 'fail' | 'open' | 'accent' | 'bright'

export type Shape =
  | { kind: 'line'; x1: number; y1: number; x2: number; y2: number; tone: Tone; width?: number; dash?: string }
  | { kind: 'rect'; x: number; y: number; width: number; height: number; tone: Tone; filled: boolean; opacity?: number }
  | { kind: 'dot'; x: number; y: number; radius: number; tone: Tone; filled: boolean; opacity?: number }
  | { kind: 'square'; x: number; y: number; radius: number; tone: Tone }
  | { kind: 'path'; d: string; tone: Tone; filled: boolean; width?: number; opacity?: number }
  | {
      kind: 'text'
      x: number
      y: number
      words: string
      tone: Tone
      anchor: 'start' | 'middle' | 'end'
      bold?: boolean
    }
  | { kind: 'mark'; x: number; y: number; state: VerdictState }
  | Raster

/** A part that opens the cases behind it: index into `report.results`. */
export interface HotSpot {
  x: number
  y: number
  width: number
  height: number
  label: string
  row: number
}

/** The numbers a drawing shows, one line each: what its CSV file and its table twin hold. */
export interface FigureData {
  columns: readonly string[]
  rows: readonly (readonly (string | number | null)[])[]
}

export interface Scene {
  /** Used as file name and as element id: lower case, digits, hyphens. */
  id: string
  width: number
  height: number
  title: string
  /** Said to a screen reader instead of the drawing. */
  description: string
  shapes: Shape[]
  hotSpots: HotSpot[]
  data: FigureData
  /** What axes, boxes and dashes are: written under the drawing where it stands alone. */
  caption: string
}

/** Words in lines that fit a width, in 12 px type. */
export function wrapped(words: string, width: number): string[] {
  const perLine = Math.max(12, Math.floor(width / 6.2))
  const lines: string[] = []
  for (const word of words.split(' ')) {
    const last = lines[lines.length - 1]
    if (last !== undefined && last.length + 1 + word.length <= perLine) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }

  return lines
}

/** Height of a line of title or caption. */
const lineHeight = 16

/** The drawing as it goes into a paper: its title above, its caption below. */
export function standing(scene: Scene): Scene {
  const text = (words: string, y: number, tone: Tone, bold = false): Shape => ({
    kind: 'text',
    x: 0,
    y,
    words,
    tone,
    anchor: 'start',
    bold
  })
  const titles = wrapped(scene.title, scene.width)
  const captions = wrapped(scene.caption, scene.width)
  const top = titles.length * lineHeight + 8
  const height = top + scene.height + captions.length * lineHeight + 4

  return {
    ...scene,
    height,
    hotSpots: [],
    shapes: [
      ...titles.map((words, index) => text(words, 12 + index * lineHeight, 'ink', true)),
      ...scene.shapes.map((shape) => lowered(shape, top)),
      ...captions.map((words, index) => text(words, top + scene.height + 12 + index * lineHeight, 'quiet'))
    ]
  }
}

/** A shape further down. */
function lowered(shape: Shape, by: number): Shape {
  if (shape.kind === 'line') return { ...shape, y1: shape.y1 + by, y2: shape.y2 + by }
  if (shape.kind !== 'path') return { ...shape, y: shape.y + by }
  // Paths are lists of absolute `M x y L x y … Z`.
  const d = shape.d.replaceAll(
    /([ML])(-?[\d.]+) (-?[\d.]+)/gu,
    (_all, letter: string, x: string, y: string) => `${letter}${x} ${pixel(Number(y) + by)}`
  )

  return { ...shape, d }
}

export const stateTone: Record<VerdictState, Tone> = {
  pass: 'pass',
  fail: 'fail',
  inconclusive: 'open',
  'not-assessable': 'open'
}

/** Turns words into an id. */
export const slug = (words: string): string =>
  words
    .toLowerCase()
    .replaceAll('×', 'x')
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '')

/** SVG coordinates need no more than a tenth of a pixel. */
export const pixel = (value: number): number => Math.round(value * 10) / 10
