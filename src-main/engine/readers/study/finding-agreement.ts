import type { Computed } from '@engine/metrics/metric'
import { drawPatients, percentileInterval, resampledStatistic } from '@engine/metrics/statistics/patient-bootstrap'
import { fleissKappa, krippendorffWithGaps } from '@engine/readers/chance-corrected'
import { intraclassCorrelation } from '@engine/readers/intraclass-correlation'
import type { CaseFigures } from '@engine/readers/study/case-figures'
import { extentUnits, type AgreementRow, type AgreementRowId } from '@shared/reading-results'

export interface BootstrapChoice {
  readonly draws: number
  readonly seed: number
}

/** Readers, and the cases each of them has read. */
export interface SharedCases {
  readonly readers: readonly string[]
  readonly cases: readonly CaseFigures[]
}

/**
 * The readers and cases of a table without gaps, as κ and ICC need it: of the groups of readers who share cases, the one with
 * the most readings (readers × cases), so that one reader who has begun does not take the others' cases away. Ties: more readers.
 */
export function sharedCases(cases: readonly CaseFigures[], readers: readonly string[]): SharedCases {
  const sets = cases.map(({ found }) => readers.filter((reader) => found.has(reader)))
  const distinct = [...new Map(sets.map((set) => [set.join('\n'), set])).values()]
  const common = distinct.flatMap((one, at) =>
    distinct.slice(at).map((other) => one.filter((reader) => other.includes(reader)))
  )
  const groups = [...new Map(common.map((set) => [set.join('\n'), set])).values()].filter((set) => set.length > 1)
  const tables = groups.map((group) => ({
    readers: group,
    cases: cases.filter((_, index) => group.every((reader) => sets[index].includes(reader)))
  }))
  const size = (table: SharedCases): number => table.readers.length * table.cases.length
  tables.sort((a, b) => size(b) - size(a) || b.readers.length - a.readers.length)
  return tables[0] ?? { readers: [], cases: [] }
}

/** Agreement on whether there is a finding, and on its size: one figure over many cases. */
export function findingAgreement(
  cases: readonly CaseFigures[],
  readers: readonly string[],
  bootstrap: BootstrapChoice
): AgreementRow[] {
  const shared = sharedCases(cases, readers)
  const several = cases.filter(({ found }) => found.size > 1)
  const units = extentUnits.filter((unit) => cases.some(({ extentUnit }) => extentUnit === unit))
  const kappa = overCases(shared.cases, bootstrap, (list) =>
    fleissKappa(votesOf(list, shared.readers), shared.readers.length)
  )
  const alpha = overCases(several, bootstrap, (list) =>
    krippendorffWithGaps(list.map(({ found }) => [...found.values()].map(Number)))
  )
  return [
    named('finding-kappa', kappa, shared),
    named('finding-alpha', alpha),
    ...units.map((unit) => {
      const measured = sharedCases(
        cases.filter(({ extentUnit }) => extentUnit === unit),
        readers
      )
      const icc = overCases(measured.cases, bootstrap, (list) =>
        intraclassCorrelation(measured.readers.map((reader) => list.map(({ extent }) => extent.get(reader) ?? 0)))
      )
      return { ...named('extent-icc', icc, measured), unit }
    })
  ]
}

type Figure = Omit<AgreementRow, 'id' | 'finding'>

const named = (id: AgreementRowId, figure: Figure, shared?: SharedCases): AgreementRow => ({
  id,
  finding: null,
  ...figure,
  ...(shared === undefined || shared.readers.length === 0 ? {} : { readers: [...shared.readers] })
})

const votesOf = (list: readonly CaseFigures[], readers: readonly string[]): Uint16Array =>
  Uint16Array.from(list, ({ found }) => readers.filter((reader) => found.get(reader) === true).length)

/** A statistic of all cases, with its interval over patients. */
function overCases(
  cases: readonly CaseFigures[],
  bootstrap: BootstrapChoice,
  statistic: (cases: readonly CaseFigures[]) => Computed
): Figure {
  if (cases.length === 0) return { n: 0, value: null, reason: 'no case was read by two readers', ci95: null }
  const computed = statistic(cases)
  if (computed.value === null) return { n: cases.length, ...computed, ci95: null }
  const draws = drawPatients(
    cases.map(({ patient }) => patient),
    { ...bootstrap, level: 0.95 }
  )
  const again = (weights: Float64Array): number => statistic(repeated(cases, weights)).value ?? Number.NaN
  const ci95 = draws.patients < 2 ? null : percentileInterval(resampledStatistic(draws, again), 0.95)
  return { n: cases.length, value: computed.value, ci95 }
}

const repeated = (cases: readonly CaseFigures[], weights: Float64Array): CaseFigures[] =>
  cases.flatMap((one, index) => Array.from({ length: weights[index] }, () => one))
