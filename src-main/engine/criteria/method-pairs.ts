import type { RunSpec } from '@engine/criteria/experiment-run'
import { adjustComparisons, everyPair } from '@engine/criteria/families'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import type { Comparison, ResultRow } from '@shared/report'

/**
 * Every pair of methods on the same images of one model (or group of models) and metric: paired difference with its interval by patient,
 * Wilcoxon signed-rank over patients, Holm-adjusted within the pairs of one metric. Null references are no methods and are left out.
 */
export function compareMethods(rows: readonly ResultRow[], spec: RunSpec, statistics: Statistics): Comparison[] {
  const patientOf = new Map(spec.cases.map((item) => [item.id, item.patient]))
  const methods = new Set(spec.methods.flatMap(({ id, role }) => (role === 'method' ? [id] : [])))
  const numbers = (row: ResultRow): CaseNumber[] =>
    row.perCase.map((item) => ({ id: item.case, patient: patientOf.get(item.case)!, value: item.value }))
  const families = new Map<string, ResultRow[]>()
  for (const row of rows) {
    if (!methods.has(row.method) || row.n === 0) continue
    const key = JSON.stringify([row.criterion, row.metric, row.model])
    families.set(key, [...(families.get(key) ?? []), row])
  }
  return [...families.values()].flatMap((family) =>
    adjustComparisons(
      everyPair(family).map(([a, b]) => ({
        criterion: a.criterion,
        metric: a.metric,
        model: a.model,
        a: a.method,
        b: b.method,
        difference: statistics.difference(numbers(a), numbers(b))
      }))
    )
  )
}
