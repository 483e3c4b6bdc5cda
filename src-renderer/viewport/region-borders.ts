import { toScreen, type Placement, type Point } from './placement'

/** Which region each pixel of a slice is of, row by row; 0 none. */
export interface LabelledSlice {
  readonly labels: ArrayLike<number>
  readonly columns: number
  readonly rows: number
}

/** A straight piece of a border, in image coordinates. */
export type BorderRun = readonly [Point, Point]

/** Borders between regions: runs of one border are one line, so that a grid has a dozen lines, not thousands. */
export function borderRuns({ labels, columns, rows }: LabelledSlice): BorderRun[] {
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= columns || row >= rows ? 0 : labels[row * columns + column]
  const runs: BorderRun[] = []
  /** Joins neighbouring edges along one line; `point` makes an image point of a place on it. */
  const collect = (length: number, isBorder: (place: number) => boolean, point: (place: number) => Point): void => {
    let start = -1
    for (let place = 0; place <= length; place++) {
      const border = place < length && isBorder(place)
      if (border && start < 0) start = place
      if (!border && start >= 0) {
        runs.push([point(start), point(place)])
        start = -1
      }
    }
  }
  for (let row = 0; row <= rows; row++)
    collect(
      columns,
      (column) => at(column, row - 1) !== at(column, row),
      (column) => ({ x: column, y: row })
    )
  for (let column = 0; column <= columns; column++)
    collect(
      rows,
      (row) => at(column - 1, row) !== at(column, row),
      (row) => ({ x: column, y: row })
    )

  return runs
}

/** Runs as one SVG path on the screen. */
export function runsPath(runs: readonly BorderRun[], placement: Placement): string {
  const text = (point: Point): string => {
    const { x, y } = toScreen(placement, point)

    return `${x.toFixed(1)} ${y.toFixed(1)}`
  }

  return runs.map(([from, to]) => `M${text(from)}L${text(to)}`).join('')
}

/** The labels of the regions whose mean value `keeps` accepts; the others become 0, so that no border is drawn between them. */
export function keptRegions(
  { labels, columns, rows }: LabelledSlice,
  values: ArrayLike<number>,
  keeps: (mean: number) => boolean
): LabelledSlice {
  const sums = new Map<number, { sum: number; count: number }>()
  for (let pixel = 0; pixel < columns * rows; pixel++) {
    const entry = sums.get(labels[pixel]) ?? { sum: 0, count: 0 }
    entry.sum += values[pixel]
    entry.count += 1
    sums.set(labels[pixel], entry)
  }
  const kept = new Set([...sums].flatMap(([label, { sum, count }]) => (keeps(sum / count) ? [label] : [])))

  return {
    labels: Int32Array.from({ length: columns * rows }, (_, pixel) => (kept.has(labels[pixel]) ? labels[pixel] : 0)),
    columns,
    rows
  }
}
