import { wrappedWords } from '@shared/wrapped-words'
import { family, ink, LINE, type Pen, type Spot } from './figure-pen'

const PADDING = 6

/** Sentences over the lower part of a picture, on black, above its letter and its ruler. */
export function drawNotes(pen: Pen, notes: readonly string[], { x, y, width, height }: Spot): void {
  if (notes.length === 0) return
  pen.font = `400 11px ${family}`
  const widthOf = (text: string): number => pen.measureText(text).width
  const lines = notes.flatMap((note) => wrappedWords(note, width - 4 * PADDING, widthOf))
  const box = { width: Math.max(...lines.map(widthOf)) + 2 * PADDING, height: lines.length * LINE + PADDING }
  const top = Math.max(y + 2, y + height - box.height - 38)
  pen.fillStyle = '#000000cc'
  pen.fillRect(x + (width - box.width) / 2, top, box.width, box.height)
  pen.fillStyle = ink
  pen.textAlign = 'center'
  lines.forEach((text, at) => pen.fillText(text, x + width / 2, top + PADDING + 8 + at * LINE))
}
