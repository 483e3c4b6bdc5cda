import type { RegionAnswer } from '@shared/region-view'
import type { Point } from './placement'

type Labelled = Pick<RegionAnswer, 'labels' | 'regions' | 'columns' | 'rows'>

/** The score of every pixel's region; a region that scores 0 is still coloured, no region is not. */
export function regionValues({ labels, regions }: Labelled, high: number): Float32Array {
  const scores = regions.map(({ score }) => (score === null ? 0 : Math.max(score, high * 1e-5)))

  return Float32Array.from(labels, (label) => (label === 0 ? 0 : scores[label - 1]))
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
