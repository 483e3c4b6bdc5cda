import { family, halo, ink, LINE, type Pen, type Spot } from './figure-pen'
import type { Point } from './placement'

/** Something measured, as it lies on the picture of a panel. */
export interface FigureMark {
  /** Corners of the line, 0…1 across and down the picture as it stands on the paper. */
  readonly line: readonly Point[]
  readonly closed: boolean
  /** Its corners are what was measured between: they are dotted. */
  readonly ends: boolean
  /** Its figures with their units, a line each. */
  readonly words: readonly string[]
}

const BEFORE_WORDS = 6
const END = 2
/** Words keep off the edges of the picture, where letters and ruler stand. */
const OFF = 4

/** Draws what was measured over a picture, with its figures; all of it within the picture. */
export function drawMarks(pen: Pen, marks: readonly FigureMark[], picture: Spot): void {
  pen.save()
  pen.beginPath()
  pen.rect(picture.x, picture.y, picture.width, picture.height)
  pen.clip()
  for (const mark of marks) {
    const corners = mark.line.map(({ x, y }) => ({
      x: picture.x + x * picture.width,
      y: picture.y + y * picture.height
    }))
    drawLine(pen, mark, corners)
    drawWords(pen, mark.words, corners, picture)
  }
  pen.restore()
}

/** Light on a black halo, as on the screen. */
function drawLine(pen: Pen, { closed, ends }: FigureMark, corners: readonly Point[]): void {
  const line = new Path2D()
  corners.forEach(({ x, y }, at) => (at === 0 ? line.moveTo(x, y) : line.lineTo(x, y)))
  if (closed) line.closePath()
  const dots = new Path2D()
  for (const { x, y } of ends ? corners : []) {
    dots.moveTo(x + END, y)
    dots.arc(x, y, END, 0, 2 * Math.PI)
  }
  pen.lineJoin = 'round'
  for (const [colour, width] of [
    ['#000c', 3.5],
    [ink, 1.4]
  ] as const) {
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.stroke(line)
    pen.stroke(dots)
  }
  pen.fillStyle = ink
  pen.fill(dots)
}

/** Below the lowest corner; above the highest where there is no room below. */
function drawWords(pen: Pen, words: readonly string[], corners: readonly Point[], { x, y, width, height }: Spot): void {
  pen.font = `400 11px ${family}`
  pen.textAlign = 'center'
  const tall = words.length * LINE
  const half = Math.max(0, ...words.map((line) => pen.measureText(line).width)) / 2
  const lowest = corners.reduce((low, corner) => (corner.y > low.y ? corner : low))
  const highest = corners.reduce((high, corner) => (corner.y < high.y ? corner : high))
  const below = lowest.y + BEFORE_WORDS + tall <= y + height - OFF
  const top = below ? lowest.y + BEFORE_WORDS : Math.max(y + OFF, highest.y - BEFORE_WORDS - tall)
  const middle = below ? lowest.x : highest.x
  const within = Math.min(Math.max(middle, x + half + OFF), x + Math.max(half + OFF, width - half - OFF))
  words.forEach((line, at) => halo(pen, line, { x: within, y: top + (at + 1) * LINE - 4 }))
}
