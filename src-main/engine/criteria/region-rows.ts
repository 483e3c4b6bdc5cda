import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { compareGroups, type GroupTest } from '@engine/criteria/region-test'
import { missingReasons, resultRow, type RowFrame } from '@engine/criteria/row'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { counted, figure, withInterval } from '@engine/criteria/wording'
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

/**
 * One row a region: mean over the patients with the finding less the mean over those without, each patient one value; the test, the effect sizes and
 * every interval are of these same values. A patient on both sides is on neither: the sides are compared as independent. p is adjusted over the regions.
 */
export function groupRows(
  frame: RegionFrame,
  groups: readonly RegionGroups[],
  plan: GroupPlan,
  statistics: Statistics
): ResultRow[] {
  const found = groups.map((group) => ({
    group,
    sides: bySide(group),
    compared: compareGroups(valuesOf(bySide(group).first), valuesOf(bySide(group).second), plan.test)
  }))
  const adjusted = adjustedP(
    found.map(({ compared }) => compared.outcome.p),
    plan.adjustment
  )
  return found.map(({ group, sides, compared }, index) => {
    const p = compared.outcome.p
    const numbers = [...group.withFinding, ...group.without]
    const [there, absent] = [statistics.summarise(sides.first), statistics.summarise(sides.second)]
    const value = there.value === null || absent.value === null ? null : there.value - absent.value
    const ci95 = value === null ? null : groupInterval(sides, statistics, (a, b) => mean(a) - mean(b))
    const n = numbers.filter((number) => number.value !== null && !sides.both.has(number.patient)).length
    const reason =
      p === null
        ? `“${group.name}” cannot be tested: ${'reason' in compared.outcome ? compared.outcome.reason : 'no values'}.`
        : `“${group.name}” scores ${figure(there.value)} ${group.words[0]} and ${figure(absent.value)} ${group.words[1]} ` +
          `(difference ${withInterval(value, ci95)}, ${compared.test}, p ${pWords(p)}, adjusted ${pWords(adjusted[index]!)}). ` +
          'A difference between groups is no verdict on the map.'
    return resultRow(regionFrame(frame, plan, group.name), {
      numbers,
      summary: { n, patients: there.patients + absent.patients, value, sd: there.sd, ci95 },
      references: [
        {
          id: 'without-finding',
          title: group.words[1] === 'without' ? 'cases without the finding' : `cases ${group.words[1]}`,
          value: absent.value,
          ci95: absent.ci95,
          decides: false,
          difference: { n, value, ci95, p, pHolm: adjusted[index], adjustment: `${plan.adjustment} over the regions` }
        }
      ],
      verdict: { state: 'not-assessable', rule: frame.rule, reason },
      excluded: missingReasons(numbers),
      notes: notesOf(sides, { ...compared, adjustment: plan.adjustment }, statistics)
    })
  })
}

const regionFrame = (frame: RegionFrame, { score }: GroupPlan, region: string): RowFrame => ({
  ...rowFrame(frame, 'regions.group-difference', `region-${score}-${slug(region)}`),
  region
})

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

interface Sides {
  /** One value a patient. */
  readonly first: readonly CaseNumber[]
  readonly second: readonly CaseNumber[]
  /** Patients with images on both sides, left out. */
  readonly both: ReadonlySet<string>
}

function bySide({ withFinding, without }: RegionGroups): Sides {
  const patients = (numbers: readonly CaseNumber[]): Set<string> =>
    new Set(known(numbers).map(({ patient }) => patient))
  const other = patients(without)
  const both = new Set([...patients(withFinding)].filter((patient) => other.has(patient)))
  const side = (numbers: readonly CaseNumber[]): CaseNumber[] =>
    [...patients(numbers)].flatMap((patient) => {
      const [value] = patientMeans(numbers.filter((number) => number.patient === patient))
      return both.has(patient) ? [] : [{ id: patient, patient, value }]
    })
  return { first: side(withFinding), second: side(without), both }
}

const valuesOf = (numbers: readonly CaseNumber[]): number[] => known(numbers).map(({ value }) => value)

/** Interval of any statistic of the two sides, patients of both drawn again together. */
function groupInterval(
  { first, second }: Sides,
  statistics: Statistics,
  statistic: (a: number[], b: number[]) => number
): Interval | null {
  if (first.length === 0 || second.length === 0) return null
  const patients = [...first, ...second].map(({ patient }) => patient)
  const repeated = (list: readonly number[], weights: Float64Array, from: number): number[] =>
    list.flatMap((value, index) => Array.from({ length: weights[from + index] }, () => value))
  const [a, b] = [valuesOf(first), valuesOf(second)]
  const resampled = resampledStatistic(statistics.draws(patients), (weights) => {
    const [left, right] = [repeated(a, weights, 0), repeated(b, weights, a.length)]
    return left.length === 0 || right.length === 0 ? NaN : statistic(left, right)
  })
  return percentileInterval(resampled, statistics.thresholds.level)
}

function notesOf(
  sides: Sides,
  { test, assumptions, outcome, adjustment }: ReturnType<typeof compareGroups> & { adjustment: Adjustment },
  statistics: Statistics
): string[] {
  const [a, b] = [valuesOf(sides.first), valuesOf(sides.second)]
  const effect = (name: string, of: typeof cliffDelta): string[] => {
    const { value } = of(a, b)
    const interval = (): Interval | null => groupInterval(sides, statistics, (x, y) => of(x, y).value ?? NaN)
    return value === null ? [] : [`${name} ${withInterval(value, interval())}.`]
  }
  const p = (value: number | null): string => (value === null ? 'not testable' : pWords(value))
  return [
    ...(assumptions === null || outcome.p === null
      ? []
      : [
          `${test} by the published rule: Shapiro–Wilk p ${p(assumptions.shapiro[0])} and ${p(assumptions.shapiro[1])}, Levene p ${p(assumptions.levene)}.`
        ]),
    ...effect('Cliff’s δ', cliffDelta),
    ...effect('Hedges’ g', hedgesG),
    ...(sides.both.size === 0 ? [] : [`${counted(sides.both.size, 'patient')} with images on both sides left out.`]),
    `Tested over ${a.length} and ${b.length} patients, one value each; p adjusted over the regions (${adjustment}).`
  ]
}
