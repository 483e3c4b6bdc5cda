import { holmAdjusted } from '@engine/metrics/statistics/holm'
import type { RunSpec } from '@engine/criteria/experiment-run'
import { replicateGroups } from '@engine/criteria/replicates'
import type { Comparison, Reference, ResultRow } from '@shared/report'
import { grouped } from '@shared/grouped'

/** What the family of a row is, by the beginning of its criterion; rows of others are not adjusted here. */
const familiesOf: Readonly<Record<string, (row: ResultRow, spec: RunSpec) => readonly string[]>> = {
  'localisation.utility': ({ metric, model }) => [metric, model],
  'randomisation.': ({ criterion, metric, model }) => [criterion, metric, model],
  // All pairs of training runs of one architecture, and their mean.
  'repeatability.': ({ models }, spec) =>
    replicateGroups(spec)
      .filter((group) => group.models.some(({ id }) => id === models[0]))
      .flatMap(({ architecture, trainedOn }) => [architecture, trainedOn ?? '']),
  'reproducibility.': ({ criterion, model }) => [criterion, model],
  'completeness.': ({ metric }) => [metric],
  'fidelity.': ({ metric }) => [metric],
  'robustness.max-sensitivity': () => [],
  'human.': () => [],
  'cues.energy': () => [],
  'cues.answer-key': () => [],
  'cues.': () => ['zones']
}

/** Which rows a row's p values are adjusted with; null where they are not, or by the row's own rule (tests of regions). */
export function familyOf(row: ResultRow, spec: RunSpec): string | null {
  if (row.criterion.startsWith('regions.')) return row.headline ? 'regions' : null
  const found = Object.entries(familiesOf).find(([start]) => row.criterion.startsWith(start))
  return found === undefined ? null : JSON.stringify([found[0], ...found[1](row, spec)])
}

/** Rows with Holm-adjusted p values, in their order: a family is every difference against a deciding reference in its rows. */
export function adjustRows(rows: readonly ResultRow[], spec: RunSpec): ResultRow[] {
  const adjusted = new Map<Reference, number | null>()
  const families = grouped(rows, (row) => familyOf(row, spec) ?? '').filter(([family]) => family !== '')
  for (const [, members] of families) {
    const references = members.flatMap((row) => row.references)
    const found = holmAdjusted(references.map(({ decides, difference }) => (decides ? (difference?.p ?? null) : null)))
    references.forEach((reference, index) => adjusted.set(reference, found[index]))
  }
  return rows.map((row) => ({
    ...row,
    references: row.references.map((reference) => {
      const pHolm = adjusted.get(reference)
      return pHolm === undefined || reference.difference === null
        ? reference
        : { ...reference, difference: { ...reference.difference, pHolm } }
    })
  }))
}

/** Comparisons of one family, adjusted likewise. */
export function adjustComparisons(comparisons: readonly Comparison[]): Comparison[] {
  const adjusted = holmAdjusted(comparisons.map((comparison) => comparison.difference.p))
  return comparisons.map((comparison, index) => ({
    ...comparison,
    difference: { ...comparison.difference, pHolm: adjusted[index] }
  }))
}

/** Every pair of methods on the same images of one model and metric. */
export function everyPair<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((first, index) => items.slice(index + 1).map((second): [T, T] => [first, second]))
}
