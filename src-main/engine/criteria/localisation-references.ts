import type { CaseSource } from '@engine/criteria/case-maps'
import type { RunCase, ScoringMask } from '@engine/criteria/experiment-run'
import {
  flooredByPrevalence,
  meanScores,
  scoreMap,
  scoredMetricIds,
  type Scores,
  type Tolerances
} from '@engine/criteria/localisation-metrics'
import { constantMap } from '@engine/criteria/references/constant'
import { edgeMap } from '@engine/criteria/references/edge'
import { blurredNoise, uniformNoise } from '@engine/criteria/references/random'
import { maskArea } from '@engine/metrics/mask-area'
import { randomStream } from '@engine/tensor/random'

/** References that are the same for every method of a model. */
export const sharedReferences = [
  'prevalence',
  'constant',
  'random',
  'edge',
  'average-mask',
  'localiser',
  'readers'
] as const
export type SharedReference = (typeof sharedReferences)[number]

export const referenceTitles: Readonly<Record<SharedReference | 'randomised-model', string>> = {
  prevalence: 'share of the image outlined',
  constant: 'map that is the same everywhere',
  random: 'random map',
  edge: 'edges of the image',
  'average-mask': 'average of all outlines',
  localiser: 'localisation model (upper reference)',
  readers: 'one reader against the others (pixels that more than half of them marked)',
  'randomised-model': 'same method, fully randomised model'
}

export interface ReferenceSettings extends Tolerances {
  /** Uniform and blurred maps drawn, each, per image. */
  readonly randomDraws: number
  readonly seed: number
}

/** An image and its reference standard on the grid of a model. */
export interface ReferenceSubject {
  readonly modelId: string
  readonly item: RunCase
  readonly reference: ScoringMask
}

/** Answers the scores of every shared reference for one image, or why a reference has none. */
export type ReferenceScorer = (subject: ReferenceSubject) => Promise<ReadonlyMap<SharedReference, Scores | string>>

/** What knows neither model nor image scores the same for every model whose grid shows the same outline: kept by case. */
export function createReferenceScorer(source: CaseSource, settings: ReferenceSettings): ReferenceScorer {
  const blind = new Map<string, { readonly reference: ScoringMask; readonly scores: BlindScores }>()
  return async (subject) => {
    const { item, reference } = subject
    let known = blind.get(item.id)
    if (known === undefined || !sameOutline(known.reference, reference)) {
      known = { reference, scores: scoreBlindly(reference, item.id, settings) }
      blind.set(item.id, known)
    }
    return scoreReferences(source, subject, { settings, blind: known.scores })
  }
}

type BlindReference = Extract<SharedReference, 'prevalence' | 'constant' | 'random'>
type BlindScores = ReadonlyMap<BlindReference, Scores>

function sameOutline(a: ScoringMask, b: ScoringMask): boolean {
  return (
    a.volumetric === b.volumetric &&
    a.shape.join() === b.shape.join() &&
    a.mask.every((value, index) => value === b.mask[index])
  )
}

function scoreBlindly(reference: ScoringMask, caseId: string, settings: ReferenceSettings): BlindScores {
  const { mask, shape } = reference
  const score = (map: Float32Array): Scores => scoreMap({ map, shape, mask }, settings)
  return new Map<BlindReference, Scores>([
    ['prevalence', prevalenceScores(mask)],
    ['constant', score(constantMap(mask.length))],
    ['random', meanScores(randomMaps(reference, caseId, settings).map(score))]
  ])
}

async function scoreReferences(
  source: CaseSource,
  { modelId, item, reference }: ReferenceSubject,
  { settings, blind }: { settings: ReferenceSettings; blind: BlindScores }
): Promise<ReadonlyMap<SharedReference, Scores | string>> {
  const where = { modelId, caseId: item.id }
  const { mask, shape } = reference
  const score = (map: Float32Array): Scores => scoreMap({ map, shape, mask }, settings)

  const edge = await source.ask(where, async () => edgeMap(await source.run.input(modelId, item.id)))
  const average = await source.ask(where, () => source.run.averageMask(modelId, item.id))
  const onGrid = (found: { values: Float32Array } | string): Scores | string => {
    if (typeof found === 'string') return found
    return found.values.length === mask.length ? score(found.values) : 'it lies on another grid than the outline'
  }
  return new Map<SharedReference, Scores | string>([
    ...blind,
    ['edge', onGrid(edge)],
    ['average-mask', onGrid(average)],
    ['localiser', onGrid(await source.ask(where, () => source.run.localiserMap(modelId, item.id)))],
    ['readers', await readerScores(source, { modelId, item, reference }, settings)]
  ])
}

/** Every reader's outline scored as if it were a map, against the majority of the other readers; the mean over readers. */
async function readerScores(
  source: CaseSource,
  { modelId, item, reference }: ReferenceSubject,
  settings: ReferenceSettings
): Promise<Scores | string> {
  const found = await source.ask({ modelId, caseId: item.id }, () => source.run.readers(modelId, item.id))
  if (typeof found === 'string') return found
  const masks = found.readers.map(({ mask }) => mask)
  if (masks.length < 2) return 'one reader only: readers cannot be compared'
  const others = masks.map((_, reader) => majorityOf(masks.filter((_mask, index) => index !== reader)))
  // Leaving out only the comparison would drop the readers who disagree most, and lift the mean.
  if (others.some((mask) => !mask.includes(1))) return 'the other readers have no pixel in common'
  return meanScores(
    masks.map((own, reader) =>
      scoreMap({ map: Float32Array.from(own), shape: reference.shape, mask: others[reader] }, settings)
    )
  )
}

/** 1 where more than half of the masks are: of two, what both marked. The reference standard of several readers is made by the same rule. */
function majorityOf(masks: readonly Uint8Array[]): Uint8Array {
  return masks[0].map((_, index) => {
    const votes = masks.reduce((sum, mask) => sum + Number(mask[index] !== 0), 0)
    return Number(2 * votes > masks.length)
  })
}

/** Prevalence is the floor of the precision metrics; the others have none of their own. */
function prevalenceScores(mask: Uint8Array): Scores {
  const prevalence = maskArea(mask) / mask.length
  const none = 'prevalence is no floor of this metric'
  return new Map(scoredMetricIds.map((id) => [id, flooredByPrevalence.includes(id) ? prevalence : none]))
}

function randomMaps(
  { shape, volumetric }: Pick<ScoringMask, 'shape' | 'volumetric'>,
  caseId: string,
  { seed, randomDraws }: ReferenceSettings
): Float32Array[] {
  const draws = Array.from({ length: randomDraws }, (_, draw) => draw)
  return draws.flatMap((draw) => [
    uniformNoise(shape, randomStream(seed, 'random-reference', 'uniform', caseId, draw)),
    blurredNoise(shape, randomStream(seed, 'random-reference', 'blurred', caseId, draw), volumetric === true ? 3 : 2)
  ])
}
