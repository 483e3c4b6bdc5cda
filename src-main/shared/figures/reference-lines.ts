import { decimal } from '../number-words'
import { fitted, textWidth, type Axis } from './axis'
import type { Shape } from './scene'

export interface ReferenceLine {
  title: string
  value: number
  /** False for lines that are only there for orientation. */
  decides: boolean
}

interface Label {
  words: string
  /** Where the line is. */
  at: number
  /** Middle of the words. */
  x: number
}

/** Lines nearer than this cannot be told apart. */
const NEAR = 7
const GAP = 12

/** Lines that fall together become one with all their names, each with its own value where they differ; one that is only for orientation gives way to a deciding one. */
export function mergeLines(lines: readonly ReferenceLine[], axis: Axis): ReferenceLine[] {
  const merged: ReferenceLine[] = []

  for (const line of [...lines].sort((a, b) => Number(b.decides) - Number(a.decides) || a.value - b.value)) {
    const same = merged.find((other) => Math.abs(axis.at(other.value) - axis.at(line.value)) < NEAR)
    if (same === undefined) merged.push({ ...line })
    else if (line.decides) {
      const alike = decimal(same.value) === decimal(line.value)
      same.title = alike ? `${same.title}, ${line.title}` : `${line.title} ${decimal(line.value)}, ${same.title}`
    }
  }

  return merged.sort((a, b) => a.value - b.value)
}

/** Height of a row of labels. */
const LABEL_ROW = 15

const wordsOf = ({ title, value }: ReferenceLine, right: number): string => fitted(`${title} ${decimal(value)}`, right)

const wideOf = (lines: readonly ReferenceLine[], right: number): number =>
  lines.reduce((sum, line) => sum + textWidth(wordsOf(line, right)) + GAP, -GAP)

/** Lines by the row of labels they are named in, by turns: as many rows as it takes for the words of each to fit. */
function labelled(lines: readonly ReferenceLine[], right: number): ReferenceLine[][] {
  for (let rows = 1; ; rows++) {
    const byRow = Array.from({ length: rows }, (_, row) => lines.filter((_line, index) => index % rows === row))
    if (rows >= lines.length || byRow.every((row) => wideOf(row, right) <= right)) return byRow
  }
}

/** Room above the plot that the labels of these lines need beyond one row. */
export const labelRoom = (lines: readonly ReferenceLine[], axis: Axis, right: number): number =>
  (labelled(mergeLines(lines, axis), right).length - 1) * LABEL_ROW

/** Words as near above their lines as they can be without touching, between both edges. */
function placeLabels(lines: readonly ReferenceLine[], axis: Axis, right: number): Label[] {
  const labels = lines.map((line): Label => {
    const words = wordsOf(line, right)
    const at = axis.at(line.value)
    const half = textWidth(words) / 2

    return { words, at, x: Math.min(Math.max(at, half), right - half) }
  })
  const half = (label: Label): number => textWidth(label.words) / 2

  // From the left each is pushed on by the one before it; what then hangs over the edge pushes back.
  for (let index = 1; index < labels.length; index++) {
    const before = labels[index - 1]
    labels[index].x = Math.max(labels[index].x, before.x + half(before) + GAP + half(labels[index]))
  }
  for (let index = labels.length - 1; index >= 0; index--) {
    const limit = index === labels.length - 1 ? right : labels[index + 1].x - half(labels[index + 1]) - GAP
    labels[index].x = Math.min(labels[index].x, limit - half(labels[index]))
  }

  return labels
}

/** Dashed vertical lines with name and value above the plot; labels never cover each other. */
export function referenceLines(
  lines: readonly ReferenceLine[],
  axis: Axis,
  frame: { top: number; bottom: number; right: number }
): Shape[] {
  return labelled(mergeLines(lines, axis), frame.right).flatMap((row, above) =>
    placeLabels(row, axis, frame.right).flatMap(({ words, at, x }): Shape[] => [
      { kind: 'line', x1: at, y1: frame.top - 5, x2: at, y2: frame.bottom, tone: 'ink', width: 1.4, dash: '3 3' },
      { kind: 'text', x, y: frame.top - 11 - above * LABEL_ROW, words, tone: 'ink', anchor: 'middle' }
    ])
  )
}
