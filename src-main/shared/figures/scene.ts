import type { VerdictState } from '../verdict'

/** A drawing as data: the report file writes it as SVG text, the report screen draws it with live elements. */

/** What a colour means; the theme decides which it is. */
export type Tone = 'ink' | 'quiet' | 'faint' | 'grid' | 'axis' | 'pass' | 'fail' | 'open' | 'accent'

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
