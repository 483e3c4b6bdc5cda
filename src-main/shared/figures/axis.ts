import { decimal } from '../number-words'
import { pixel, type Shape } from './scene'

/** A linear scale of one direction of a drawing. */
export interface Axis {
  low: number
  high: number
  ticks: readonly number[]
  /** Value to pixel. */
  at(value: number): number
}

const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

/** An axis with round ends and four to eight ticks that covers all values; a single value gets room on both sides. */
export function fitAxis(values: readonly number[], from: number, to: number): Axis {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const span = high - low || 1
  const step = steps.find((one) => span / one <= 7) ?? span / 5
  const first = Math.floor(low / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9))
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(6)))

  return {
    low: ticks[0],
    high: ticks[ticks.length - 1],
    ticks,
    at: (value) => pixel(from + ((value - ticks[0]) / (ticks[ticks.length - 1] - ticks[0])) * (to - from))
  }
}

/** Digits after the point that the ticks need. */
const tickDigits = (ticks: readonly number[]): number =>
  Math.max(...ticks.map((tick) => (String(tick).split('.')[1] ?? '').length))

/** Middle of a text that lies as near to `x` as it can between both edges of a drawing so wide. */
function insideOf(words: string, x: number, width: number): number {
  const half = Math.min(textWidth(words), width) / 2

  return pixel(Math.min(Math.max(x, half), width - half))
}

/** Vertical grid lines with their figures below, and the axis title, which never leaves a drawing so `wide`. */
export function bottomAxis(axis: Axis, frame: { top: number; bottom: number; title: string; wide?: number }): Shape[] {
  const digits = tickDigits(axis.ticks)
  const middle = (axis.at(axis.low) + axis.at(axis.high)) / 2

  return [
    ...axis.ticks.flatMap((tick): Shape[] => {
      const x = axis.at(tick)

      return [
        { kind: 'line', x1: x, y1: frame.top, x2: x, y2: frame.bottom, tone: 'grid' },
        { kind: 'text', x, y: frame.bottom + 16, words: decimal(tick, digits), tone: 'faint', anchor: 'middle' }
      ]
    }),
    {
      kind: 'text',
      x: frame.wide === undefined ? middle : insideOf(frame.title, middle, frame.wide),
      y: frame.bottom + 33,
      words: frame.title,
      tone: 'faint',
      anchor: 'middle'
    }
  ]
}

/** Horizontal grid lines with their figures on the left. */
export function leftAxis(axis: Axis, frame: { left: number; right: number }): Shape[] {
  const digits = tickDigits(axis.ticks)

  return axis.ticks.flatMap((tick): Shape[] => {
    const y = axis.at(tick)

    return [
      { kind: 'line', x1: frame.left, y1: y, x2: frame.right, y2: y, tone: 'grid' },
      { kind: 'text', x: frame.left - 7, y: y + 4, words: decimal(tick, digits), tone: 'faint', anchor: 'end' }
    ]
  })
}

/** What the upright axis is of: above its top, where a short figure has room for it. */
export const upright = (words: string, x: number, y: number): Shape => ({
  ...{ kind: 'text', x, y, words, tone: 'faint', anchor: 'start' }
})

/** Width of a text in 12 px Inter, near enough to keep labels apart. */
export const textWidth = (words: string): number => words.length * 6.6

/** Width of a bold sign in the middle, pixels. */
export const boldSign = 7.4

/**
 * Words cut to a width, with an ellipsis where something is missing; `sign` is the width of one in the middle. What stands in brackets at the end tells
 * names apart, "Gradient + Magnitude (bp+abs)": it stays where there is room for it.
 */
export function fitted(words: string, width: number, sign = 6.6): string {
  if (words.length * sign <= width) return words
  const room = Math.floor(width / sign) - 1
  const [tail] = / \([^()]*\)$/u.exec(words) ?? ['']
  const kept = tail.length + 4 <= room ? tail : ''

  return `${words.slice(0, room - kept.length).trimEnd()}…${kept}`
}

/** Words in lines of a width, broken between words. */
export function wrapped(words: string, width: number): string[] {
  const lines: string[] = []
  for (const word of words.split(' ')) {
    const line = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`
    if (lines.length > 0 && textWidth(line) <= width) lines[lines.length - 1] = line
    else lines.push(word)
  }
  return lines
}
