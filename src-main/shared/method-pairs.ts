import { decimalOr, interval, probability } from './number-words'
import type { Comparison, Report } from './report'
import { namesOf } from './report-names'
import { areaOf, areaQuestion, metricTitle } from './verdict-words'

/** Pairs of maps compared by one measure, as the report lists them. */
export interface PairFamily {
  readonly id: string
  /** The question, and the measure that answers it. */
  readonly title: string
  /** How many of the pairs differ once p is adjusted. */
  readonly summary: string
  /** True for the measure whose rows decide. */
  readonly decides: boolean
  readonly pairs: readonly PairWords[]
}

export interface PairWords {
  readonly id: string
  /** First and second map of the difference. */
  readonly maps: string
  readonly model: string
  readonly images: string
  readonly difference: string
  readonly interval: string
  readonly p: string
  readonly adjusted: string
}

/** Adjusted p below this counts as a difference in the summary. */
const LEVEL = 0.05
const none = '–'

/** Every pair of maps, by question and measure: paired difference, interval by patient, Wilcoxon signed-rank, adjusted by Holm. */
export function pairFamilies(report: Report): PairFamily[] {
  const families = new Map<string, Comparison[]>()
  for (const one of report.comparisons) {
    const key = `${one.criterion} ${one.metric}`
    families.set(key, [...(families.get(key) ?? []), one])
  }

  return [...families].map(([id, pairs]) => ({
    id,
    title: `${areaQuestion[areaOf(pairs[0])]}: ${metricTitle(pairs[0].metric)}`,
    summary: summaryOf(pairs),
    decides: report.results.some(
      ({ criterion, metric, headline }) => headline && criterion === pairs[0].criterion && metric === pairs[0].metric
    ),
    pairs: pairs.map((pair) => wordsOf(report, pair))
  }))
}

function summaryOf(pairs: readonly Comparison[]): string {
  const differ = pairs.filter(({ difference: { pHolm } }) => pHolm !== null && pHolm < LEVEL).length

  return `${differ} of ${pairs.length} ${pairs.length === 1 ? 'pair differs' : 'pairs differ'} (adjusted p below ${LEVEL})`
}

function wordsOf(report: Report, { criterion, metric, model, a, b, difference }: Comparison): PairWords {
  const names = namesOf(report)
  const { n, patients, value, ci95, p, pHolm } = difference

  return {
    id: `${criterion} ${metric} ${model} ${a} ${b}`,
    maps: `${names.method(a)} − ${names.method(b)}`,
    model: names.short(model),
    images: patients === undefined ? String(n) : `${n}, ${patients} patients`,
    difference: decimalOr(value, none),
    interval: ci95 === null ? none : interval(ci95),
    p: p === null ? none : probability(p),
    adjusted: pHolm === null ? none : probability(pHolm)
  }
}

/** The head of the table. */
export const pairColumns = [
  { id: 'maps', title: 'Maps', note: 'first − second' },
  { id: 'model', title: 'Model' },
  { id: 'images', title: 'Images' },
  { id: 'difference', title: 'Difference' },
  { id: 'interval', title: '95 % interval' },
  { id: 'p', title: 'p', note: 'Wilcoxon' },
  { id: 'adjusted', title: 'p', note: 'Holm' }
] as const

export const pairLede =
  'Every pair of maps on the same images of the same model. Differences are paired by image, intervals and tests go by patient; p is adjusted by Holm within a measure and model.'
