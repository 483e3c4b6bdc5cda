import { decimal } from '../number-words'
import { textWidth, type Axis } from './axis'
import type { Shape } from './scene'

export interface ReferenceLine {
  title: string
  value: number
}

const ROW = 15

/** Gives each label the lowest row in which it touches no other: `row` 0 is nearest to the plot. */
function placeLabels(
  lines: readonly ReferenceLine[],
  axis: Axis
): { line: ReferenceLine; x: number; words: string; row: number }[] {
  const ends: number[] = []
  const left = axis.at(axis.low) - 60
  const right = axis.at(axis.high) + 40

  return [...lines]
    .sort((a, b) => a.value - b.value)
    .map((line) => {
      const words = `${line.title} ${decimal(line.value)}`
      const half = textWidth(words) / 2
      const x = Math.min(Math.max(axis.at(line.value), left + half), right - half)
      let row = ends.findIndex((end) => end < x - half - 8)
      if (row === -1) row = ends.length
      ends[row] = x + half

      return { line, x, words, row }
    })
}

/** Rows of labels that the lines need above a plot. */
export const labelRows = (lines: readonly ReferenceLine[], axis: Axis): number =>
  Math.max(0, ...placeLabels(lines, axis).map(({ row }) => row + 1))

/** Height in pixels of those rows. */
export const labelHeight = (rows: number): number => rows * ROW

/** Dashed vertical lines with name and value above the plot; labels never cover each other. */
export function referenceLines(
  lines: readonly ReferenceLine[],
  axis: Axis,
  frame: { top: number; bottom: number }
): Shape[] {
  return placeLabels(lines, axis).flatMap(({ line, x, words, row }): Shape[] => {
    const y = frame.top - 6 - row * ROW

    return [
      {
        kind: 'line',
        x1: axis.at(line.value),
        y1: y + 3,
        x2: axis.at(line.value),
        y2: frame.bottom,
        tone: 'ink',
        width: 1.4,
        dash: '3 3'
      },
      { kind: 'text', x, y, words, tone: 'ink', anchor: 'middle' }
    ]
  })
}
