import { percentileOfSorted } from '@engine/metrics/percentile'
import { randomStream } from '@engine/tensor/random'

export interface BootstrapSettings {
  readonly draws: number
  /** Coverage of the interval, such as 0.95. */
  readonly level: number
  readonly seed: number
}

/** How often every patient is drawn in every resample. */
export interface PatientDraws {
  readonly settings: BootstrapSettings
  /** Patient number of every case. */
  readonly patientOf: Uint32Array
  readonly patients: number
  /** `[draws, patients]` flattened. */
  readonly counts: Uint16Array
}

/**
 * Resamples patients with replacement; all images of a drawn patient come along, since images of one patient are not independent.
 * The same patients and seed give the same draws, so that differences of rows are paired.
 */
export function drawPatients(patientOfCase: readonly string[], settings: BootstrapSettings): PatientDraws {
  const numbers = new Map<string, number>()
  const patientOf = Uint32Array.from(patientOfCase, (patient) => {
    if (!numbers.has(patient)) numbers.set(patient, numbers.size)
    return numbers.get(patient)!
  })
  const patients = numbers.size
  const counts = new Uint16Array(settings.draws * patients)
  const random = randomStream(settings.seed, 'bootstrap', patients)
  for (let draw = 0; draw < settings.draws; draw++) {
    for (let index = 0; index < patients; index++) counts[draw * patients + random.integer(patients)]++
  }
  return { settings, patientOf, patients, counts }
}

/** Mean of the values in every resample. */
export function resampledMeans(values: ArrayLike<number>, draws: PatientDraws): Float64Array {
  const { patients, patientOf, counts } = draws
  const sums = new Float64Array(patients)
  const sizes = new Float64Array(patients)
  for (let index = 0; index < patientOf.length; index++) {
    sums[patientOf[index]] += values[index]
    sizes[patientOf[index]]++
  }
  const means = new Float64Array(draws.settings.draws)
  for (let draw = 0; draw < means.length; draw++) {
    let sum = 0
    let size = 0
    for (let patient = 0; patient < patients; patient++) {
      const count = counts[draw * patients + patient]
      sum += count * sums[patient]
      size += count * sizes[patient]
    }
    means[draw] = sum / size
  }
  return means
}

/** Percentile interval of resampled statistics (linear interpolation); resamples without a value are NaN and left out. Null when most are. */
export function percentileInterval(statistics: Float64Array, level: number): [number, number] | null {
  const sorted = statistics.filter((value) => Number.isFinite(value)).sort()
  if (sorted.length === 0 || sorted.length < statistics.length / 2) return null
  const tail = (100 * (1 - level)) / 2
  return [percentileOfSorted(sorted, tail), percentileOfSorted(sorted, 100 - tail)]
}

/** Interval of the mean over cases. */
export function meanInterval(values: ArrayLike<number>, draws: PatientDraws): [number, number] | null {
  return values.length === 0 ? null : percentileInterval(resampledMeans(values, draws), draws.settings.level)
}

/** Any statistic in every resample; `statistic` gets the weight of every case and answers NaN where it is undefined. */
export function resampledStatistic(draws: PatientDraws, statistic: (weights: Float64Array) => number): Float64Array {
  const { patients, patientOf, counts } = draws
  const weights = new Float64Array(patientOf.length)
  return Float64Array.from({ length: draws.settings.draws }, (_, draw) => {
    for (let index = 0; index < weights.length; index++) weights[index] = counts[draw * patients + patientOf[index]]
    return statistic(weights)
  })
}
