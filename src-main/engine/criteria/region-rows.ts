import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { compareGroups, type GroupTest } from '@engine/criteria/region-test'
import { countReasons, resultRow, type RowFrame } from '@engine/criteria/row'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { figure, withInterval } from '@engine/criteria/wording'
import { adjustedP, type Adjustment } from '@engine/metrics/statistics/adjusted-p'
import { cliffDelta, hedgesG } from '@engine/metrics/statistics/effect-size'
import { mean } from '@engine/metrics/statistics/moments'
import { percentileInterval, resampledStatistic } from '@engine/metrics/statistics/patient-bootstrap'
import type { Interval, ResultRow } from '@shared/report'

export interface RegionFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly rule: string
}

/** Scores of one region over all cases, those with the finding and those without; where every case has a label, those of the first and the others. */
export interface RegionGroups {
  readonly name: string
  /** `with the finding`, `without`; or `in AD`, `in CN`. */
  readonly words: readonly [string, string]
  readonly withFinding: readonly CaseNumber[]
  readonly without: readonly CaseNumber[]
}

export interface GroupPlan {
  readonly score: string
  readonly test: GroupTest
  readonly adjustment: Adjustment
}

/** One row a region: mean of the cases with the finding less the mean of those without, tested by patient, p adjusted over the regions. */
export function groupRows(
  frame: RegionFrame,
  groups: readonly RegionGroups[],
  plan: GroupPlan,
  statistics: Statistics
): ResultRow[] {
  const found = groups.map((group) => ({
    group,
    compared: compareGroups(patientMeans(group.withFinding), patientMeans(group.without), plan.test)
  }))
  const adjusted = adjustedP(
    found.map(({ compared }) => compared.outcome.p),
    plan.adjustment
  )
  return found.map(({ group, compared }, index) => {
    const p = compared.outcome.p
    const numbers = [...group.withFinding, ...group.without]
    const [there, absent] = [statistics.summarise(group.withFinding), statistics.summarise(group.without)]
    const value = there.value === null || absent.value === null ? null : there.value - absent.value
    const ci95 = value === null ? null : differenceInterval(group, statistics)
    const n = there.n + absent.n
    const reason =
      p === null
        ? `“${group.name}” cannot be tested: ${'reason' in compared.outcome ? compared.outcome.reason : 'no values'}.`
        : `“${group.name}” scores ${figure(there.value)} ${group.words[0]} and ${figure(absent.value)} ${group.words[1]} ` +
          `(difference ${withInterval(value, ci95)}, ${compared.test}, p ${pWords(p)}, adjusted ${pWords(adjusted[index]!)}). ` +
          'A difference between groups is no verdict on the map.'
    return resultRow(rowFrame(frame, 'regions.group-difference', `region-${plan.score}-${slug(group.name)}`), {
      numbers,
      summary: { n, patients: there.patients + absent.patients, value, sd: there.sd, ci95 },
      references: [
        {
          id: 'without-finding',
          title: group.words[1] === 'without' ? 'cases without the finding' : `cases ${group.words[1]}`,
          value: absent.value,
          ci95: absent.ci95,
          decides: false,
          difference: { n, value, ci95, p, pHolm: adjusted[index] }
        }
      ],
      verdict: { state: 'not-assessable', rule: frame.rule, reason },
      excluded: countReasons(numbers.flatMap((item) => (item.reason === undefined ? [] : [item.reason]))),
      notes: notesOf(group, { ...compared, adjustment: plan.adjustment }, statistics)
    })
  })
}

export function rowFrame(frame: RegionFrame, criterion: string, metric: string): RowFrame {
  return {
    criterion,
    metric,
    method: frame.method.id,
    models: [frame.model.id],
    grid: frame.grid,
    headline: false,
    better: 'none'
  }
}

const pWords = (p: number): string => (p < 0.001 ? p.toExponential(1) : p.toFixed(3))

/** Letters and digits of a name, for a metric's id. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')

function known(numbers: readonly CaseNumber[]): { patient: string; value: number }[] {
  return numbers.flatMap(({ patient, value }) => (value === null ? [] : [{ patient, value }]))
}

/** One value a patient: images of one patient are not independent. */
export function patientMeans(numbers: readonly CaseNumber[]): number[] {
  const byPatient = new Map<string, number[]>()
  for (const { patient, value } of known(numbers)) byPatient.set(patient, [...(byPatient.get(patient) ?? []), value])
  return [...byPatient.values()].map(mean)
}

/** Interval of any statistic of the two groups, patients of both drawn again together. */
function groupInterval(
  { withFinding, without }: RegionGroups,
  statistics: Statistics,
  statistic: (a: number[], b: number[]) => number
): Interval | null {
  const [a, b] = [known(withFinding), known(without)]
  const patients = [...a.map(({ patient }) => `with ${patient}`), ...b.map(({ patient }) => `without ${patient}`)]
  if (a.length === 0 || b.length === 0) return null
  const repeated = (list: readonly { value: number }[], weights: Float64Array, from: number): number[] =>
    list.flatMap(({ value }, index) => Array.from({ length: weights[from + index] }, () => value))
  const resampled = resampledStatistic(statistics.draws(patients), (weights) => {
    const [first, second] = [repeated(a, weights, 0), repeated(b, weights, a.length)]
    return first.length === 0 || second.length === 0 ? NaN : statistic(first, second)
  })
  return percentileInterval(resampled, statistics.thresholds.level)
}

const differenceInterval = (group: RegionGroups, statistics: Statistics): Interval | null =>
  groupInterval(group, statistics, (a, b) => mean(a) - mean(b))

function notesOf(
  group: RegionGroups,
  { test, assumptions, adjustment }: ReturnType<typeof compareGroups> & { adjustment: Adjustment },
  statistics: Statistics
): string[] {
  const [a, b] = [patientMeans(group.withFinding), patientMeans(group.without)]
  const delta = cliffDelta(a, b)
  const g = hedgesG(a, b)
  const interval = groupInterval(group, statistics, (first, second) => cliffDelta(first, second).value ?? NaN)
  const p = (value: number | null): string => (value === null ? 'undefined' : pWords(value))
  return [
    ...(assumptions === null
      ? []
      : [
          `${test} by the published rule: Shapiro–Wilk p ${p(assumptions.shapiro[0])} and ${p(assumptions.shapiro[1])}, Levene p ${p(assumptions.levene)}.`
        ]),
    ...(delta.value === null ? [] : [`Cliff’s δ ${withInterval(delta.value, interval)}.`]),
    ...(g.value === null ? [] : [`Hedges’ g ${figure(g.value)}.`]),
    `Tested over ${a.length} and ${b.length} patients; p adjusted over the regions (${adjustment}).`
  ]
}
