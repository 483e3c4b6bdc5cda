import { averageSaliencyFocusMetric } from '@engine/metrics/average-saliency-focus'
import { proportionalEnergyMetric } from '@engine/metrics/proportional-energy'

/** mednet's row: sample and label, and for samples that were scored proportional energy and average saliency focus. */
export type InterpretabilityRow =
  readonly [name: string, label: number] | readonly [name: string, label: number, energy: number, focus: number]

/** Both figures of a map in [0, 1] and a mask on its grid; 0 where they are undefined, as mednet has it (definitions A2-13, 14). */
export function interpretability(map: Float32Array, mask: Uint8Array): [energy: number, focus: number] {
  const inputs = { map, mask, shape: [map.length] }
  const value = (metric: typeof proportionalEnergyMetric): number => metric.compute(inputs, {}).value ?? 0
  return [value(proportionalEnergyMetric), value(averageSaliencyFocusMetric)]
}

const titles = ['PropEng', 'AvgSalFocus']
const figures = ['mean', 'std', '25%', '50%', '75%']

/**
 * The summary mednet prints, as reStructuredText: a row a split with mean, standard deviation (n − 1) and quartiles of
 * the scored samples, three decimals.
 */
export function interpretabilityTable(results: Readonly<Record<string, readonly InterpretabilityRow[]>>): string {
  const header = ['subset', 'samples', ...titles.flatMap((title) => figures.map((figure) => `${title}[${figure}]`))]
  const rows = Object.entries(results).map(([split, all]) => {
    const scored = all.filter((row) => row.length === 4)
    const columns = [2, 3].flatMap((index) => statistics(scored.map((row) => row[index] as number)))
    return [split, String(scored.length), ...columns.map((value) => (Number.isNaN(value) ? 'nan' : value.toFixed(3)))]
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
