import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { comparedCases, sampledCases } from '@engine/criteria/case-choice'
import { isCorrect } from '@engine/criteria/correctness'
import { trained, type ExperimentRun, type RunCase, type RunMethod } from '@engine/criteria/experiment-run'
import { comparePrepared, localiserAgreement, untrainedAgreement } from '@engine/criteria/agreement-references'
import { ownAgreement, type MapAddress, type OwnPairs } from '@engine/criteria/own-pairs'
import { inPieces } from '@engine/criteria/pairs-at-once'
import { createPace, type Pace } from '@engine/criteria/pace'
import { createPreparedMaps, reasons, type PreparedMaps } from '@engine/criteria/prepared-maps'
import { chancePartners } from '@engine/criteria/random-pairs'
import type { ModelPair } from '@engine/criteria/replicates'
import { seenElsewhere } from '@engine/criteria/seen-alike'
import { thresholdEntries } from '@engine/criteria/rules'
import { ssimTo } from '@engine/criteria/ssim-to'
import { createStatistics, type CaseNumber, type Statistics } from '@engine/criteria/summary'
import type { Job } from '@engine/job'
import { scoringPlaces } from '@engine/metrics/scoring-work'
import { mean } from '@engine/metrics/statistics/moments'
import { concurrently } from '@shared/concurrently'

/** Parameters of the criteria that compare the maps of two models. */
export const AgreementParams = v.strictObject({
  ...thresholdEntries,
  images: v.pipe(
    v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
    v.description('Images compared, drawn by patient; all when empty.')
  ),
  randomPairs: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 50),
    v.description('Random pairs of different patients per image; 0 for all.')
  ),
  untrained: v.pipe(
    v.optional(v.boolean(), true),
    v.description('Print what two networks that were never trained have in common beside the agreement.')
  ),
  onlyCorrect: v.pipe(v.optional(v.boolean(), true), v.description('Compare only images that both models get right.'))
})
export type AgreementParams = v.InferOutput<typeof AgreementParams>

/** What the agreement criteria carry along. */
export interface AgreementContext {
  readonly run: ExperimentRun
  readonly params: AgreementParams
  readonly source: CaseSource
  readonly statistics: Statistics
  readonly pace: Pace
  readonly cases: readonly RunCase[]
  /** For every case, the indices of the cases it is compared with by chance. */
  readonly partners: readonly (readonly number[])[]
  readonly ownPairs: OwnPairs
}

export function agreementContext(run: ExperimentRun, params: AgreementParams, job: Job): AgreementContext {
  const cases = sampledCases(comparedCases(run.spec), params.images, run.spec.seed)
  return {
    run,
    params,
    source: createCaseSource(run, job),
    statistics: createStatistics(params, run.spec.seed),
    pace: createPace(job),
    cases,
    partners: chancePartners(cases, params.randomPairs, run.spec.seed),
    ownPairs: new Map()
  }
}

/** SSIM of two models' maps image by image, and of maps of different patients by chance. */
export interface PairAgreement {
  readonly pair: ModelPair
  /** Same image, both models. */
  readonly same: readonly CaseNumber[]
  /** The first model's map of the image against the second model's maps of other patients. */
  readonly chance: readonly CaseNumber[]
  /** Maps of different patients, both by one of the two models. */
  readonly within: readonly CaseNumber[]
  /** Same image, both models re-initialised with seeds of their own. */
  readonly untrained: readonly CaseNumber[]
  /** Same image, two localisation models. */
  readonly localisers: readonly CaseNumber[]
}

const wrongAnswer = 'one of the two models gets the image wrong'
const oneFile = 'both models are the same file: one network agrees with itself'
const unknownAnswer = 'it cannot be told whether both models are right'

/** Compares the maps of one method between two models. */
export async function comparePair(
  context: AgreementContext,
  pair: ModelPair,
  method: RunMethod
): Promise<PairAgreement> {
  const { source, cases } = context
  const [first] = pair
  await source.ask({ modelId: first.id, caseId: '', methodId: method.id }, async () => {
    const requests = pair.flatMap((model) =>
      cases.map((item) => ({ modelId: model.id, caseId: item.id, methodId: method.id, weights: trained }))
    )
    await source.run.prefetch(requests, source.job)
    return {}
  })
  const maps = createPreparedMaps(source, method.id)
  const kept = await Promise.all(cases.map((item) => whyLeftOut(context, pair, item)))
  const { same, chance } = await acrossModels(context, pair, { maps, leftOut: kept })
  const leftOut = new Map(cases.flatMap(({ id }, index) => (kept[index] === null ? [] : [[id, kept[index]] as const])))
  const compare = method.imported ? notOurs : comparePrepared(maps, pair)
  return {
    pair,
    same,
    chance,
    within: await ownAgreement(context, pair, {
      methodId: method.id,
      leftOut: kept,
      compare: (a, b) => similarities({ maps, pace: context.pace }, a, b)
    }),
    untrained: await untrainedAgreement(context, pair, { compare, leftOut, methodId: method.id }),
    localisers: await localiserAgreement(context, pair, leftOut)
  }
}

/** Both models' maps of one image, and one model's against the other's of other patients. */
async function acrossModels(
  { cases, partners, pace }: AgreementContext,
  [first, second]: ModelPair,
  { maps, leftOut }: { maps: PreparedMaps; leftOut: readonly (string | null)[] }
): Promise<Pick<PairAgreement, 'same' | 'chance'>> {
  const same = new Array<CaseNumber>(cases.length)
  const chance = new Array<CaseNumber>(cases.length)
  await concurrently(cases, scoringPlaces(), async ({ id, patient }, index) => {
    const reason = leftOut[index]
    if (reason !== null) {
      same[index] = chance[index] = { id, patient, value: null, reason }
      return
    }
    const others = partners[index].filter((partner) => leftOut[partner] === null).map((partner) => cases[partner].id)
    const [own, ...found] = await similarities({ maps, pace }, [first.id, id], [second.id, [id, ...others]])
    const numbers = found.filter((value) => typeof value === 'number')
    same[index] = typeof own === 'number' ? { id, patient, value: own } : { id, patient, value: null, reason: own }
    const none = 'no other patient to compare with'
    chance[index] =
      numbers.length > 0 ? { id, patient, value: mean(numbers) } : { id, patient, value: null, reason: none }
  })
  return { same, chance }
}

const notOurs = (): Promise<string> => Promise.resolve('the maps were made elsewhere')

/** SSIM of a trained map and each of others of one model, or why there is none. */
async function similarities(
  { maps, pace }: { readonly maps: PreparedMaps; readonly pace: Pace },
  [model, id]: MapAddress,
  [other, ids]: readonly [modelId: string, caseIds: readonly string[]]
): Promise<(number | string)[]> {
  const left = await maps.get(model, id, trained)
  if (typeof left === 'string') return ids.map(() => left)
  const found: (number | string)[] = []
  for (const some of inPieces(ids, left.values.length)) {
    found.push(...(await ssimTo(left, await Promise.all(some.map((each) => maps.get(other, each, trained))))))
    await pace()
  }
  return found
}

/** Why an image takes no part, or null when both models are right about it. */
async function whyLeftOut(context: AgreementContext, pair: ModelPair, item: RunCase): Promise<string | null> {
  if (pair[0].sha256 !== undefined && pair[0].sha256 === pair[1].sha256) return oneFile
  const elsewhere = seenElsewhere(pair, context.run.spec.grid)
  if (elsewhere !== null) return elsewhere
  const unlabelled = context.run.spec.cases.every((other) => other.label === null)
  // Answers of a model that is not at hand are not known: all images are compared, and the row says so.
  if (!context.params.onlyCorrect || unlabelled || pair.some(({ elsewhere }) => elsewhere === true)) return null
  for (const model of pair) {
    const answer = await context.source.ask({ modelId: model.id, caseId: item.id }, () =>
      context.run.prediction(model.id, item.id, null)
    )
    if (typeof answer === 'string') return answer
    const correct = isCorrect(model, item, answer)
    if (correct === null) return unknownAnswer
    if (!correct) return wrongAnswer
  }
  return null
}

/** Several pairs as one list: the mean over the pairs in which an image counts. */
export function pooled(context: AgreementContext, lists: readonly (readonly CaseNumber[])[]): CaseNumber[] {
  return context.cases.map(({ id, patient }, index) => {
    const numbers = lists.map((list) => list[index])
    const values = numbers.flatMap((number) => (number.value === null ? [] : [number.value]))
    if (values.length > 0) return { id, patient, value: mean(values) }
    return { id, patient, value: null, reason: numbers[0]?.reason ?? reasons.flat }
  })
}
