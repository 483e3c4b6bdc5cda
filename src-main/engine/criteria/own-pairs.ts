import type { AgreementContext } from '@engine/criteria/agreement'
import { eachPairOnce, pairOf } from '@engine/criteria/pairs-once'
import type { ModelPair } from '@engine/criteria/replicates'
import type { CaseNumber } from '@engine/criteria/summary'
import { scoringPlaces } from '@engine/metrics/scoring-work'
import { mean } from '@engine/metrics/statistics/moments'
import { concurrently } from '@shared/concurrently'

/** Similarities of two maps by one model. They are the same either way round and beside every other model, so each is computed once. */
export type OwnPairs = Map<string, number | string>

/** A map: of which model, of which image. */
export type MapAddress = readonly [modelId: string, caseId: string]

export interface OwnChance {
  readonly methodId: string
  /** For every image why it takes no part, or null. */
  readonly leftOut: readonly (string | null)[]
  /** A map and each of others by the same model. */
  compare(one: MapAddress, others: readonly [modelId: string, caseIds: readonly string[]]): Promise<(number | string)[]>
}

/**
 * How alike the maps of different patients are that one and the same model makes: for every image the mean over both models of the pair and over the
 * image's partners. Arun et al. 2021 draw their random pairs so, among the trained model's own maps.
 */
export async function ownAgreement(
  context: AgreementContext,
  pair: ModelPair,
  { methodId, leftOut, compare }: OwnChance
): Promise<CaseNumber[]> {
  const { cases, partners, ownPairs } = context
  const keyOf = (modelId: string, pairOfImages: string): string => JSON.stringify([methodId, modelId, pairOfImages])
  const askedOf = (index: number): readonly number[] =>
    leftOut[index] === null ? partners[index].filter((partner) => leftOut[partner] === null) : []

  const asked = cases.map((_, index) => askedOf(index))
  const tasks = pair.flatMap(({ id }) =>
    eachPairOnce(asked, (images) => ownPairs.has(keyOf(id, images))).map((partners, index) => {
      return { modelId: id, index, partners }
    })
  )
  await concurrently(tasks, scoringPlaces(), async ({ modelId, index, partners }) => {
    if (partners.length === 0) return
    const ids = partners.map((partner) => cases[partner].id)
    const found = await compare([modelId, cases[index].id], [modelId, ids])
    partners.forEach((partner, at) => ownPairs.set(keyOf(modelId, pairOf(index, partner)), found[at]))
  })

  const numbers: CaseNumber[] = []
  for (const [index, { id, patient }] of cases.entries()) {
    const values = pair.flatMap((model) =>
      asked[index].flatMap((partner) => {
        const value = ownPairs.get(keyOf(model.id, pairOf(index, partner)))
        return typeof value === 'number' ? [value] : []
      })
    )
    const reason = leftOut[index] ?? 'no other patient to compare with'
    numbers.push(values.length > 0 ? { id, patient, value: mean(values) } : { id, patient, value: null, reason })
  }
  return numbers
}
