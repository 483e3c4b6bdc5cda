import type { AgreementContext } from '@engine/criteria/agreement'
import type { LocaliserMap, WeightState } from '@engine/criteria/experiment-run'
import { reasons, type PreparedMaps } from '@engine/criteria/prepared-maps'
import type { ModelPair } from '@engine/criteria/replicates'
import { ssimTo } from '@engine/criteria/ssim-to'
import type { CaseNumber } from '@engine/criteria/summary'
import { scoringPlaces } from '@engine/metrics/scoring-work'
import { prepareForSsim } from '@engine/metrics/ssim-work'
import { concurrently } from '@shared/concurrently'

/** Compares two maps of an image of the pair, or says why it cannot. */
export type CompareMaps = (
  caseId: string,
  weights: readonly [first: WeightState, second: WeightState]
) => Promise<number | string>

/** Images that take no part, with the reason. */
export type LeftOut = ReadonlyMap<string, string>

/**
 * What two networks that were never trained have in common on the same images: both models re-initialised, each with a seed of its own. An untrained
 * network still follows the image, so agreement that is no greater shows the image and not what was learned.
 */
export async function untrainedAgreement(
  context: AgreementContext,
  pair: ModelPair,
  { compare, leftOut, methodId }: { compare: CompareMaps; leftOut: LeftOut; methodId: string }
): Promise<CaseNumber[]> {
  const { source, params, cases } = context
  if (!params.untrained) return overCases(context, leftOut, () => 'not asked for')
  const { seed } = source.run.spec
  const states: WeightState[] = []
  for (const [index, model] of pair.entries()) {
    const stages = await source.ask({ modelId: model.id, caseId: '' }, () => source.run.stages(model.id))
    if (typeof stages === 'string' || stages.length === 0) {
      return overCases(context, leftOut, () => `the layers of ${model.title} could not be re-initialised`)
    }
    states.push({ kind: 'randomised', stages, seed: seed + index })
  }
  await source.ask({ modelId: pair[0].id, caseId: '', methodId }, async () => {
    const requests = cases
      .filter(({ id }) => !leftOut.has(id))
      .flatMap(({ id }) =>
        pair.map((model, index) => ({ modelId: model.id, caseId: id, methodId, weights: states[index] }))
      )
    await source.run.prefetch(requests, source.job)
    return {}
  })
  return overCases(context, leftOut, (id) => compare(id, [states[0], states[1]]))
}

/** How alike the maps of two localisation models are on the same images, on the grid of the first model. */
export function localiserAgreement(
  context: AgreementContext,
  [first]: ModelPair,
  leftOut: LeftOut
): Promise<CaseNumber[]> {
  const { source } = context
  const ofLocaliser = (caseId: string, replicate: number): Promise<LocaliserMap | string> =>
    source.ask({ modelId: first.id, caseId }, () => source.run.localiserMap(first.id, caseId, replicate))
  return overCases(context, leftOut, async (caseId) => {
    const [one, other] = [await ofLocaliser(caseId, 0), await ofLocaliser(caseId, 1)]
    if (typeof one === 'string') return one
    if (typeof other === 'string') return 'the experiment has one localisation model: two are needed'
    const prepared = [one, other].map(({ values, shape }) => prepareForSsim({ values, shape }))
    const [a, b] = await Promise.all(prepared)
    return a === null || b === null ? reasons.small : (await ssimTo(a, [b]))[0]
  })
}

/** Compares the prepared maps of a pair under any weights. */
export function comparePrepared(maps: PreparedMaps, pair: ModelPair): CompareMaps {
  return async (caseId, weights) => {
    const left = await maps.get(pair[0].id, caseId, weights[0])
    const right = await maps.get(pair[1].id, caseId, weights[1])
    return typeof left === 'string' ? left : (await ssimTo(left, [right]))[0]
  }
}

async function overCases(
  { cases, pace }: AgreementContext,
  leftOut: LeftOut,
  ask: (caseId: string) => Promise<number | string> | string
): Promise<CaseNumber[]> {
  const numbers = new Array<CaseNumber>(cases.length)
  await concurrently(cases, scoringPlaces(), async ({ id, patient }, index) => {
    const found = leftOut.get(id) ?? (await ask(id))
    numbers[index] =
      typeof found === 'number' ? { id, patient, value: found } : { id, patient, value: null, reason: found }
    await pace()
  })
  return numbers
}
