import type { AgreementContext } from '@engine/criteria/agreement'
import type { ModelPair } from '@engine/criteria/replicates'
import type { CaseNumber } from '@engine/criteria/summary'
import { mean } from '@engine/metrics/statistics/moments'

/** Similarities of two maps by one model. They are the same either way round and beside every other model, so each is computed once. */
export type OwnPairs = Map<string, number | string>

/** A map: of which model, of which image. */
export type MapAddress = readonly [modelId: string, caseId: string]

export interface OwnChance {
  readonly methodId: string
  /** For every image why it takes no part, or null. */
  readonly leftOut: readonly (string | null)[]
  compare(a: MapAddress, b: MapAddress): Promise<number | string>
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
  const { cases, partners, ownPairs, pace } = context

  async function similarity(modelId: string, one: number, other: number): Promise<number | string> {
    const [low, high] = [Math.min(one, other), Math.max(one, other)]
    const key = JSON.stringify([methodId, modelId, low, high])
    const known = ownPairs.get(key)
    if (known !== undefined) return known
    const found = await compare([modelId, cases[low].id], [modelId, cases[high].id])
    ownPairs.set(key, found)
    await pace()
    return found
  }

  const numbers: CaseNumber[] = []
  for (const [index, { id, patient }] of cases.entries()) {
    const values: number[] = []
    const asked = leftOut[index] === null ? partners[index].filter((partner) => leftOut[partner] === null) : []
    for (const model of pair) {
      for (const partner of asked) {
        const value = await similarity(model.id, index, partner)
        if (typeof value === 'number') values.push(value)
      }
    }
    const reason = leftOut[index] ?? 'no other patient to compare with'
    numbers.push(values.length > 0 ? { id, patient, value: mean(values) } : { id, patient, value: null, reason })
  }
  return numbers
}
