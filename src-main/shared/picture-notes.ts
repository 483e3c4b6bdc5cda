import { wrappedWords } from './wrapped-words'

/** As much of a canvas's context as notes need: that of the page and that of the engine have it. */
export interface NotePen {
  font: string
  fillStyle: unknown
  textAlign: unknown
  measureText(text: string): { readonly width: number }
  fillRect(x: number, y: number, width: number, height: number): void
  fillText(text: string, x: number, y: number): void
}

/** In pixels of the picture. */
export interface NoteLook {
  readonly family: string
  readonly size: number
  readonly line: number
  /** Around the words. */
  readonly padding: number
  /** Words are no wider than this, and keep this far from both edges. */
  readonly widest: number
  readonly margin: number
  /** Room for the letter and the ruler at the lower edge. */
  readonly foot: number
}

/** Sentences over the lower part of a picture, on black, so that nobody reads the map without them. */
export function drawNotes(
  pen: NotePen,
  notes: readonly string[],
  frame: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  look: NoteLook
): void {
  if (notes.length === 0) return
  const { size, line, padding } = look
  pen.font = `400 ${size}px ${look.family}`
  const widthOf = (text: string): number => pen.measureText(text).width
  const room = Math.min(look.widest, frame.width - 2 * look.margin) - 2 * padding
  const lines = notes.flatMap((note) => wrappedWords(note, room, widthOf))
  const width = Math.max(...lines.map(widthOf)) + 2 * padding
  const height = lines.length * line + 2 * padding - (line - size)
  const middle = frame.x + frame.width / 2
  const top = Math.max(frame.y + 4, frame.y + frame.height - height - look.foot)
  pen.fillStyle = '#000000cc'
  pen.fillRect(middle - width / 2, top, width, height)
  pen.fillStyle = '#dce1e5'
  pen.textAlign = 'center'
  // The middle of small letters lies a third of their size above the line they stand on.
  const baseline = padding + size / 2 + size / 3 - 1
  lines.forEach((text, at) => pen.fillText(text, middle, top + baseline + at * line))
}
