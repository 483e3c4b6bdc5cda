/** A row of mednet's results: sample and label, and for samples that were scored the figures. */
export type FigureRow = readonly [name: string, label: number, ...figures: number[]]

/** Rows by split. */
export type FigureRows = Readonly<Record<string, readonly FigureRow[]>>

/** One kind of result: its files' name, and what its figures are called in the table and over their histograms. */
export interface FigureKind {
  readonly name: string
  readonly title: string
  /** Place of the first figure in a row. */
  readonly first: number
  readonly columns: readonly { readonly short: string; readonly title: string }[]
}

/** False for samples that were left out: they have name and label only. */
export const isScored = (row: FigureRow): boolean => row.length > 2

const summary = ['mean', 'std', '25%', '50%', '75%']

/**
 * The summary mednet prints, as reStructuredText: a row a split with mean, standard deviation (n − 1) and quartiles of
 * the scored samples, three decimals.
 */
export function figureTable(results: FigureRows, { first, columns }: FigureKind): string {
  const header = ['subset', 'samples', ...columns.flatMap(({ short }) => summary.map((name) => `${short}[${name}]`))]
  const rows = Object.entries(results).map(([split, all]) => {
    const scored = all.filter(isScored)
    const cells = columns.flatMap((_, index) => statistics(scored.map((row) => row[first + index] as number)))
    return [split, String(scored.length), ...cells.map((value) => (Number.isNaN(value) ? 'nan' : value.toFixed(3)))]
  })
  const aligned = alignDecimals(rows)
  // Columns are two wider than their heads, as `tabulate` makes them.
  const widths = header.map((title, column) => Math.max(title.length + 2, ...aligned.map((row) => row[column].length)))
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ')
  const rule = widths.map((width) => '='.repeat(width)).join('  ')
  return [rule, line(header), rule, ...aligned.map(line), rule].join('\n')
}

/** A value that is none stands where the digits before the point stand, if another row has a point. */
function alignDecimals(rows: readonly (readonly string[])[]): string[][] {
  return rows.map((row) =>
    row.map((cell, column) => (cell === 'nan' && rows.some((other) => other[column].includes('.')) ? 'nan    ' : cell))
  )
}

/** Mean, standard deviation with n − 1, quartiles with linear interpolation; NaN where there are too few. */
function statistics(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return [mean, values.length > 1 ? Math.sqrt(variance) : NaN, ...quartilesOf(values)]
}

/** First quartile, median and third, between the values that are there linearly (NumPy's `percentile`). */
export function quartilesOf(values: readonly number[]): [number, number, number] {
  const sorted = [...values].sort((first, second) => first - second)
  const quartile = (share: number): number => {
    const place = share * (sorted.length - 1)
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
    return below + (place - Math.floor(place)) * (above - below)
  }
  return [quartile(0.25), quartile(0.5), quartile(0.75)]
}
