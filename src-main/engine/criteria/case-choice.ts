import type { RunCase, RunModel, RunSpec } from '@engine/criteria/experiment-run'
import { randomStream } from '@engine/tensor/random'

/** Cases whose maps are compared: those with a finding; all of them when no case has a label. */
export function comparedCases(spec: RunSpec): readonly RunCase[] {
  const positives = spec.cases.filter((item) => item.label !== null)
  return positives.length > 0 ? positives : spec.cases
}

export function patientCount(cases: readonly RunCase[]): number {
  return new Set(cases.map((item) => item.patient)).size
}

/** At most `limit` images, drawn by patient with the experiment's seed and kept in order; all when `limit` is null. */
export function sampledCases(cases: readonly RunCase[], limit: number | null, seed: number): readonly RunCase[] {
  if (limit === null || cases.length <= limit) return cases
  const random = randomStream(seed, 'sampled-cases')
  const patients = [...new Set(cases.map((item) => item.patient))]
  for (let index = patients.length - 1; index > 0; index--) {
    const other = random.integer(index + 1)
    ;[patients[index], patients[other]] = [patients[other], patients[index]]
  }
  const kept = new Set<string>()
  let count = 0
  for (const patient of patients) {
    const images = cases.filter((item) => item.patient === patient).length
    if (count + images > limit) continue
    kept.add(patient)
    count += images
  }
  return cases.filter((item) => kept.has(item.patient))
}

/** Models that classify; localisers serve as references only. */
export function classifiers(spec: RunSpec): readonly RunModel[] {
  return spec.models.filter((model) => model.role === 'classifier')
}
