import type { CaseSource } from '@engine/criteria/case-maps'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import type { SampleOrder } from '@engine/criteria/groups/samples'
import type { Pace } from '@engine/criteria/pace'
import { correlation } from '@engine/metrics/statistics/correlation'
import { emptySums, withMap, type MapSums } from '@engine/metrics/statistics/map-sums'

export interface SignCheck {
  readonly outputs: readonly [string, string]
  readonly correlation: number | null
  readonly images: number
}

/**
 * Correlation of the signed mean maps of the two outputs of a softmax over all images of both groups; null for other models.
 * Source: ClinicaDL's documentation: the map of the opposite node should show the opposite sign.
 */
export async function signCheck(
  run: ExperimentRun,
  source: CaseSource,
  { model, method, groupOf, names }: SampleOrder,
  pace: Pace
): Promise<SignCheck | null> {
  if (model.activation !== 'softmax' || model.labels.length !== 2 || method.imported || method.role === 'reference')
    return null
  const sums: (MapSums | null)[] = [null, null]
  let images = 0
  for (const item of run.spec.cases.filter((one) => names.includes(groupOf(one)))) {
    const address = { modelId: model.id, caseId: item.id, methodId: method.id }
    const pair = []
    for (const target of ['0', '1']) {
      pair.push(await source.ask(address, () => run.groupMap({ ...address, target, signed: true }, source.job)))
      await pace()
    }
    if (pair.some((map) => typeof map === 'string')) continue
    images++
    for (const [index, map] of pair.entries()) {
      if (typeof map === 'string') continue
      sums[index] = withMap(sums[index] ?? emptySums(map.values.length), map.values)
    }
  }
  const [zero, one] = sums
  if (zero === null || one === null) return null
  return { outputs: [model.labels[0], model.labels[1]], correlation: correlation(zero.mean, one.mean), images }
}
