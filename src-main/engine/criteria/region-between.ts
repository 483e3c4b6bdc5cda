import type { CaseRegions } from '@engine/criteria/expected-regions'
import { patientMeans, rowFrame, type RegionFrame } from '@engine/criteria/region-rows'
import { missingRow, resultRow } from '@engine/criteria/row'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { figure, withInterval } from '@engine/criteria/wording'
import { adjustedP, type Adjustment } from '@engine/metrics/statistics/adjusted-p'
import { friedman } from '@engine/metrics/statistics/friedman'
import { kruskalWallis } from '@engine/metrics/statistics/kruskal-wallis'
import type { ResultRow } from '@shared/report'

/** Scores of all regions of one map, and how p values over them are adjusted. */
export interface RegionTable {
  readonly frame: RegionFrame
  readonly names: readonly string[]
  readonly cases: readonly CaseRegions[]
  readonly adjustment: Adjustment
}

/** The scores of one region, a case each. */
export function scoresIn(name: string, cases: readonly CaseRegions[]): CaseNumber[] {
  return cases.map(({ item: { id, patient }, names, scores }) => {
    const score = typeof scores === 'string' ? scores : (scores[names.indexOf(name)] ?? 'the case lacks this region')
    return typeof score === 'string' ? { id, patient, value: null, reason: score } : { id, patient, value: score }
  })
}

/** Do the scores of a region differ among more than two findings? One row a region, by patient; p is adjusted over the regions. */
export function betweenLabels({ frame, names, cases, adjustment }: RegionTable): ResultRow[] {
  const labels = [...new Set(cases.map(({ item }) => item.label ?? 'none'))]
  if (labels.length < 3) return []
  const compared = names.map((name) => {
    const samples = labels.map((label) =>
      patientMeans(
        scoresIn(
          name,
          cases.filter(({ item }) => (item.label ?? 'none') === label)
        )
      )
    )
    return { samples, outcome: kruskalWallis(samples) }
  })
  const adjusted = adjustedP(
    compared.map(({ outcome }) => outcome.p),
    adjustment
  )
  return compared.map(({ samples, outcome }, index) => {
    const row = rowFrame(frame, 'regions.between-findings', `kruskal-wallis-${index + 1}`)
    if (outcome.p === null)
      return missingRow(row, frame.rule, `“${names[index]}” cannot be compared between findings: ${outcome.reason}.`)
    const p = `p ${outcome.p.toPrecision(2)}, adjusted over the regions (${adjustment}) ${adjusted[index]!.toPrecision(2)}`
    const reason = `“${names[index]}” between ${labels.length} findings: Kruskal–Wallis H ${figure(outcome.statistic)}, ${p}. It is no verdict on the map.`
    const patients = samples.reduce((sum, sample) => sum + sample.length, 0)
    return resultRow(row, {
      numbers: [],
      summary: { n: cases.length, patients, value: outcome.statistic, sd: null, ci95: null },
      references: [],
      verdict: { state: 'not-assessable', rule: frame.rule, reason }
    })
  })
}

/** More pairs than these say nothing to anybody, and their adjusted p values less. */
const mostPaired = 10

/**
 * Which regions of a patient differ from which: mean of the paired differences with its interval, Wilcoxon signed-rank over patients, adjusted over the
 * pairs. Nothing for more than ten regions.
 */
export function regionPairs({ frame, names, cases, adjustment }: RegionTable, statistics: Statistics): ResultRow[] {
  if (names.length < 2 || names.length > mostPaired) return []
  const pairs = names.flatMap((first, index) =>
    names.slice(index + 1).map((second) => {
      const [own, other] = [first, second].map((name) => scoresIn(name, cases))
      return { first, second, own, other, difference: statistics.difference(own, other) }
    })
  )
  const adjusted = adjustedP(
    pairs.map(({ difference }) => difference.p),
    adjustment
  )
  return pairs.map(({ first, second, own, other, difference }, index) => {
    const row = rowFrame(frame, 'regions.pair', `paired-difference-${index + 1}`)
    const both = own.filter((number, at) => number.value !== null && other[at].value !== null)
    const patients = new Set(both.map(({ patient }) => patient)).size
    const { value, ci95, p } = difference
    if (value === null || p === null || adjusted[index] === null) {
      const why = patients === 0 ? 'no patient has both' : 'their scores do not differ in any patient'
      return missingRow(row, frame.rule, `“${first}” and “${second}” cannot be compared: ${why}.`)
    }
    const tested = `Wilcoxon signed-rank p ${p.toPrecision(2)}, adjusted over the pairs of regions (${adjustment}) ${adjusted[index].toPrecision(2)}`
    const reference = statistics.summarise(other)
    return resultRow(row, {
      numbers: [],
      summary: { n: both.length, patients, value, sd: null, ci95 },
      references: [
        {
          id: 'other-region',
          title: second,
          value: reference.value,
          ci95: reference.ci95,
          decides: false,
          difference: { ...difference, pHolm: adjusted[index], adjustment: `${adjustment} over the pairs of regions` }
        }
      ],
      verdict: {
        state: 'not-assessable',
        rule: frame.rule,
        reason: `“${first}” less “${second}”, by patient: ${withInterval(value, ci95)}, ${tested}. It is no verdict on the map.`
      }
    })
  })
}

/** Do the regions of one patient differ among each other? Paired, over the patients who have them all. */
export function betweenRegions(
  frame: RegionFrame,
  names: readonly string[],
  cases: readonly CaseRegions[],
  statistics: Statistics
): ResultRow {
  const row = rowFrame(frame, 'regions.between', 'friedman')
  const whole = cases.filter(
    ({ scores }) => typeof scores !== 'string' && scores.every((score) => typeof score === 'number')
  )
  const patients = [...new Set(whole.map(({ item }) => item.patient))]
  const table = names.map((name) =>
    patients.map((patient) => {
      const own = whole.filter(({ item }) => item.patient === patient)
      return patientMeans(scoresIn(name, own))[0] ?? NaN
    })
  )
  const complete = table.every((scores) => scores.every(Number.isFinite))
  const outcome = friedman(complete ? table : [])
  if (outcome.p === null) return missingRow(row, frame.rule, `The regions cannot be compared: ${outcome.reason}.`)
  const means = names.map((name, index) => `${name} ${figure(statistics.summarise(asNumbers(table[index])).value)}`)
  return resultRow(row, {
    numbers: [],
    summary: { n: whole.length, patients: patients.length, value: outcome.statistic, sd: null, ci95: null },
    references: [],
    verdict: {
      state: 'not-assessable',
      rule: frame.rule,
      reason: `Between the regions of a patient: Friedman χ² ${figure(outcome.statistic)}, p ${outcome.p.toPrecision(2)}. Means: ${means.join(', ')}. It is no verdict on the map.`
    }
  })
}

const asNumbers = (values: readonly number[]): CaseNumber[] =>
  values.map((value, index) => ({ id: String(index), patient: String(index), value }))
