import type { CaseSource } from '@engine/criteria/case-maps'
import { trained, type RunCase, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { mapTaken } from '@engine/criteria/map-taken'
import { resultRow } from '@engine/criteria/row'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { withInterval } from '@engine/criteria/wording'
import type { ResultRow } from '@shared/report'

export const deltaMetric = 'convergence-delta'

export interface DeltaFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly rule: string
  readonly cases: readonly RunCase[]
}

/**
 * What the sum of a map misses of the change of the logit it accounts for, in logits: small when a path has enough steps. Methods that promise no
 * such sum have no row. Source: Sundararajan M, Taly A, Yan Q. Axiomatic attribution for deep networks. ICML 2017.
 */
export async function deltaRow(
  source: CaseSource,
  { model, method, grid, rule, cases }: DeltaFrame,
  statistics: Statistics
): Promise<ResultRow[]> {
  const numbers: CaseNumber[] = []
  for (const { id, patient } of cases) {
    const map = await source.map({ modelId: model.id, caseId: id, methodId: method.id, weights: trained })
    if (typeof map === 'string' || map.missedChange === undefined) continue
    numbers.push({ id, patient, value: map.missedChange })
  }
  if (numbers.length === 0) return []
  const summary = statistics.summarise(numbers)
  const reason = `The map’s sum misses ${withInterval(summary.value, summary.ci95)} of the logit’s change. There is no rule for it.`
  return [
    resultRow(
      {
        criterion: 'completeness.sum',
        metric: deltaMetric,
        method: method.id,
        models: [model.id],
        reduction: mapTaken.total,
        grid,
        headline: false,
        better: 'lower'
      },
      { numbers, summary, references: [], verdict: { state: 'not-assessable', rule, reason } }
    )
  ]
}
