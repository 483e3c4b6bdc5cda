import { Fault } from '@engine/fault'

export type Run = readonly [start: number, length: number]

/** COCO's counts, beginning with pixels outside, as runs of pixels inside. null for counts that are none. */
export function runsOfCounts(counts: readonly number[]): Run[] | null {
  const runs: Run[] = []
  let position = 0
  for (const [index, count] of counts.entries()) {
    if (!Number.isSafeInteger(count) || count < 0) return null
    if (index % 2 === 1 && count > 0) runs.push([position, count])
    position += count
  }
  return runs
}

/**
 * COCO's compressed counts: digits of base 32, five bits and "more" in characters from "0" on, low digits first and signed;
 * from the third count on each is the difference to the one two before. null for text that is none. Source: COCO API, maskApi.
 */
export function countsOfText(text: string): number[] | null {
  const counts: number[] = []
  let position = 0
  while (position < text.length) {
    let value = 0
    let digits = 0
    let more = true
    while (more) {
      const code = text.charCodeAt(position++) - 48
      if (!(code >= 0 && code < 64) || digits > 6) return null
      value += (code & 31) * 32 ** digits
      digits++
      more = (code & 32) !== 0
      if (!more && (code & 16) !== 0) value -= 32 ** digits
    }
    counts.push(counts.length > 2 ? value + counts[counts.length - 2] : value)
  }
  return counts
}

/** Pairs of a table cell; null when they are none. */
export function pairsOfText(text: string): Run[] | null {
  const numbers = text.trim().split(/\s+/).map(Number)
  if (numbers.length % 2 !== 0 || !numbers.every((value) => Number.isSafeInteger(value))) return null
  return Array.from({ length: numbers.length / 2 }, (_, index): Run => [numbers[2 * index], numbers[2 * index + 1]])
}

/** SIIM's pairs: the first number counts from the end of the run before, from 0. */
export function runsOfRelative(pairs: readonly Run[]): Run[] {
  let position = 0
  return pairs.map(([gap, length]): Run => {
    const start = position + gap
    position = start + length
    return [start, length]
  })
}

/** Kaggle's usual pairs: the first number is the place, counted from 1. */
export function runsOfAbsolute(pairs: readonly Run[]): Run[] {
  return pairs.map(([start, length]): Run => [start - 1, length])
}

/** True when the runs, taken as places, come one behind the other: relative ones hardly ever do by chance. */
export function isAscending(pairs: readonly Run[]): boolean {
  return pairs.every(([start], index) => index === 0 || start >= pairs[index - 1][0] + pairs[index - 1][1])
}

/**
 * Marks runs of a picture read column by column (the first column from top to bottom, then the next) in voxels read row by row.
 * Throws Fault `bad-mask` when a run leaves the picture.
 */
export function markRuns(
  voxels: Uint8Array,
  runs: readonly Run[],
  { rows, columns, offset, name }: { rows: number; columns: number; offset: number; name: string }
): void {
  for (const [start, length] of runs) {
    if (start < 0 || length < 0 || start + length > rows * columns) {
      throw new Fault('bad-mask', `A run of “${name}” leaves the image of ${columns} × ${rows} pixels.`, {
        subject: name,
        hint: 'The run lengths were made for an image of another size.'
      })
    }
    for (let pixel = start; pixel < start + length; pixel++) {
      voxels[offset + (pixel % rows) * columns + Math.floor(pixel / rows)] = 1
    }
  }
}
