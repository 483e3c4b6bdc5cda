import type { SKRSContext2D } from '@napi-rs/canvas'
import { wrappedWords } from '@shared/wrapped-words'

const size = 12
const line = 16
const padding = 7

/** Sentences over the lower part of a picture, on black, so that nobody reads the map without them. */
export function drawNotes(
  context: SKRSContext2D,
  notes: readonly string[],
  frame: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  family: string
): void {
  if (notes.length === 0) return
  context.font = `400 ${size}px ${family}`
  const room = Math.min(440, frame.width - 24) - 2 * padding
  const lines = notes.flatMap((note) => wrappedWords(note, room, (text) => context.measureText(text).width))
  const width = Math.max(...lines.map((text) => context.measureText(text).width)) + 2 * padding
  const height = lines.length * line + 2 * padding - 4
  const left = frame.left + (frame.width - width) / 2
  // Above the letter at the lower edge.
  const top = Math.max(frame.top + 4, frame.top + frame.height - height - 30)
  context.fillStyle = '#000000cc'
  context.fillRect(left, top, width, height)
  context.fillStyle = '#dce1e5'
  context.textAlign = 'center'
  lines.forEach((text, at) => context.fillText(text, frame.left + frame.width / 2, top + padding + 9 + at * line))
}
