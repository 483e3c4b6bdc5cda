import type { Thresholds } from '@engine/criteria/rules'
import { acceleratedInterval, basicInterval } from '@engine/metrics/statistics/bootstrap-intervals'
import {
  drawPatients,
  meanInterval,
  resampledMeans,
  type PatientDraws
} from '@engine/metrics/statistics/patient-bootstrap'
import { mean, standardDeviation } from '@engine/metrics/statistics/moments'
import { wilcoxonSignedRank } from '@engine/metrics/statistics/wilcoxon'
import type { CaseValue, Difference, Interval } from '@shared/report'

/** The value of one image, or why it has none. */
export interface CaseNumber {
  readonly id: string
  readonly patient: string
  readonly value: number | null
  readonly reason?: string
}

export interface Summary {
  readonly n: number
  readonly patients: number
  readonly value: number | null
  readonly sd: number | null
  readonly ci95: Interval | null
}

/** Means, intervals and paired differences of one assessment; the draws for a list of patients are made once. */
export interface Statistics {
  readonly thresholds: Thresholds
  summarise(numbers: readonly CaseNumber[]): Summary
  /** a − b over the images that have both. */
  difference(a: readonly CaseNumber[], b: readonly CaseNumber[]): Difference
  draws(patients: readonly string[]): PatientDraws
}

export function createStatistics(thresholds: Thresholds, seed: number): Statistics {
  const remembered = new Map<string, PatientDraws>()

  function draws(patients: readonly string[]): PatientDraws {
    const key = patients.join('\u0000')
    let found = remembered.get(key)
    if (found === undefined) {
      found = drawPatients(patients, { draws: thresholds.draws, level: thresholds.level, seed })
      remembered.set(key, found)
    }
    return found
  }

  function summarise(numbers: readonly CaseNumber[]): Summary {
    const known = numbers.filter((number) => number.value !== null)
    const patients = known.map((number) => number.patient)
    const values = known.map((number) => number.value!)
    const count = new Set(patients).size
    if (values.length === 0) return { n: 0, patients: 0, value: null, sd: null, ci95: null }
    const ci95 = count < 2 ? null : intervalOf(values, draws(patients), thresholds.interval ?? 'percentile')
    return { n: values.length, patients: count, value: mean(values), sd: standardDeviation(values), ci95 }
  }

  function difference(a: readonly CaseNumber[], b: readonly CaseNumber[]): Difference {
    const paired = subtract(a, b)
    const { n, patients, value, ci95 } = summarise(paired)
    return { n, value, ci95, patients, p: wilcoxonSignedRank(patientMeans(paired))?.p ?? null, pHolm: null }
  }

  return { thresholds, summarise, difference, draws }
}

/** Interval of the mean, patients drawn again; the accelerated one leaves every patient out once. */
function intervalOf(
  values: readonly number[],
  draws: PatientDraws,
  kind: 'percentile' | 'basic' | 'bca'
): Interval | null {
  if (kind === 'percentile') return meanInterval(values, draws)
  const resampled = resampledMeans(values, draws)
  const { level } = draws.settings
  const found =
    kind === 'basic'
      ? basicInterval(resampled, mean(values), level)
      : acceleratedInterval({ resampled, estimate: mean(values), leftOut: meansWithout(values, draws) }, level)
  return found === null ? null : [found[0], found[1]]
}

function meansWithout(values: readonly number[], { patients, patientOf }: PatientDraws): number[] {
  return Array.from({ length: patients }, (_, left) =>
    mean(values.filter((_value, index) => patientOf[index] !== left))
  )
}

/** a − b per image; null where one is missing. */
export function subtract(a: readonly CaseNumber[], b: readonly CaseNumber[]): CaseNumber[] {
  const others = new Map(b.map((number) => [number.id, number.value]))
  return a.map(({ id, patient, value }) => {
    const other = others.get(id) ?? null
    return { id, patient, value: value === null || other === null ? null : value - other }
  })
}

/** One value per patient, since a test over images would count patients with many images several times. */
function patientMeans(numbers: readonly CaseNumber[]): number[] {
  const byPatient = new Map<string, number[]>()
  for (const { patient, value } of numbers) {
    if (value !== null) byPatient.set(patient, [...(byPatient.get(patient) ?? []), value])
  }
  return [...byPatient.values()].map(mean)
}

export function asCaseValues(numbers: readonly CaseNumber[]): CaseValue[] {
  return numbers.map(({ id, value, reason }) =>
    reason === undefined ? { case: id, value } : { case: id, value, reason }
  )
}
