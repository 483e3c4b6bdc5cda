import { asCaseValues, type CaseNumber, type Summary } from '@engine/criteria/summary'
import type { Exclusion, Reference, ResultRow, Verdict } from '@shared/report'

/** What every row of an assessment has in common. */
export interface RowFrame {
  readonly criterion: string
  readonly metric: string
  readonly method: string
  readonly models: readonly string[]
  readonly finding?: string
  /** What was taken of the map where it is not the method's own reduction. */
  readonly reduction?: string
  readonly region?: string
  readonly grid: string
  readonly headline: boolean
  readonly better: ResultRow['better']
}

export interface RowContent {
  readonly numbers: readonly CaseNumber[]
  readonly summary: Summary
  readonly references: readonly Reference[]
  readonly verdict: Verdict
  readonly excluded?: readonly Exclusion[]
  readonly notes?: readonly string[]
}

/** A complete row of report.json. */
export function resultRow(frame: RowFrame, content: RowContent): ResultRow {
  const { n, patients, value, sd, ci95 } = content.summary
  return {
    criterion: frame.criterion,
    metric: frame.metric,
    method: frame.method,
    model: frame.models.join(' × '),
    models: [...frame.models],
    ...(frame.finding === undefined ? {} : { finding: frame.finding }),
    ...(frame.reduction === undefined ? {} : { reduction: frame.reduction }),
    ...(frame.region === undefined ? {} : { region: frame.region }),
    n,
    patients,
    value,
    sd,
    ci95,
    references: content.references.map((reference) => (frame.headline ? reference : withoutCases(reference))),
    verdict: content.verdict,
    headline: frame.headline,
    better: frame.better,
    grid: frame.grid,
    perCase: asCaseValues(content.numbers),
    excluded: (content.excluded ?? []).filter((exclusion) => exclusion.n > 0),
    notes: [...(content.notes ?? [])]
  }
}

/** Values of a reference are kept with the row that speaks for a map alone: with every further measure they would be most of the report. */
function withoutCases({ perCase: _perCase, ...reference }: Reference): Reference {
  return reference
}

const empty: Summary = { n: 0, patients: 0, value: null, sd: null, ci95: null }

/** A row without a value: what is missing is named. */
export function missingRow(frame: RowFrame, rule: string, reason: string, notes: readonly string[] = []): ResultRow {
  const verdict: Verdict = { state: 'not-assessable', rule, reason }
  return resultRow(frame, { numbers: [], summary: empty, references: [], verdict, notes })
}

/** Why numbers are missing, counted, the most frequent reason first. */
export const missingReasons = (numbers: readonly Pick<CaseNumber, 'reason'>[]): Exclusion[] =>
  countReasons(numbers.flatMap(({ reason }) => (reason === undefined ? [] : [reason])))

/** Reasons, counted, the most frequent first. */
export function countReasons(reasons: readonly string[]): Exclusion[] {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, n]) => ({ reason, n })).sort((left, right) => right.n - left.n)
}
