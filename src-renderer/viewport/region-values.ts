import type { RegionAnswer } from '@shared/region-view'
import { toScreen, type Placement, type Point } from './placement'

type Labelled = Pick<RegionAnswer, 'labels' | 'regions' | 'columns' | 'rows'>

/** The score of every pixel's region; a region that scores 0 is still coloured, no region is not. */
export function regionValues({ labels, regions }: Labelled, high: number): Float32Array {
  const scores = regions.map(({ score }) => (score === null ? 0 : Math.max(score, high * 1e-5)))

  return Float32Array.from(labels, (label) => (label === 0 ? 0 : scores[label - 1]))
}

/** Borders between regions as one SVG path on the screen. */
export function borderPath({ labels, columns, rows }: Labelled, placement: Placement): string {
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= columns || row >= rows ? 0 : labels[row * columns + column]
  const parts: string[] = []
  const line = (from: Point, to: Point): void => {
    const [a, b] = [toScreen(placement, from), toScreen(placement, to)]
    parts.push(`M${a.x.toFixed(1)} ${a.y.toFixed(1)}L${b.x.toFixed(1)} ${b.y.toFixed(1)}`)
  }
  // Runs of one border become one line: a grid has a dozen lines, not thousands.
  for (let row = 0; row <= rows; row++) {
    let start = -1
    for (let column = 0; column <= columns; column++) {
      const border = column < columns && at(column, row - 1) !== at(column, row)
      if (border && start < 0) start = column
      if (!border && start >= 0) {
        line({ x: start, y: row }, { x: column, y: row })
        start = -1
      }
    }
  }
  for (let column = 0; column <= columns; column++) {
    let start = -1
    for (let row = 0; row <= rows; row++) {
      const border = row < rows && at(column - 1, row) !== at(column, row)
      if (border && start < 0) start = row
      if (!border && start >= 0) {
        line({ x: column, y: start }, { x: column, y: row })
        start = -1
      }
    }
  }

  return parts.join('')
}

/** For each region the pixel of its own that is nearest to its middle; null where the slice has none of it. */
export function regionMiddles({ labels, regions, columns }: Labelled): (Point | null)[] {
  const sums = regions.map(() => ({ x: 0, y: 0, count: 0 }))
  labels.forEach((label, index) => {
    if (label === 0) return
    const sum = sums[label - 1]
    sum.x += index % columns
    sum.y += Math.floor(index / columns)
    sum.count++
  })
  const best = sums.map(() => ({ distance: Infinity, at: null as Point | null }))
  labels.forEach((label, index) => {
    if (label === 0) return
    const { x, y, count } = sums[label - 1]
    const [column, row] = [index % columns, Math.floor(index / columns)]
    const distance = (column - x / count) ** 2 + (row - y / count) ** 2
    if (distance < best[label - 1].distance) best[label - 1] = { distance, at: { x: column + 0.5, y: row + 0.5 } }
  })

  return best.map(({ at }) => at)
}
