import type { CaseSource } from '@engine/criteria/case-maps'
import type { RunCase, ScoringMask } from '@engine/criteria/experiment-run'
import { meanScores, scoreMap, scoredMetricIds, type Scores } from '@engine/criteria/localisation-metrics'
import { constantMap } from '@engine/criteria/references/constant'
import { edgeMap } from '@engine/criteria/references/edge'
import { blurredNoise, uniformNoise } from '@engine/criteria/references/random'
import { maskArea } from '@engine/metrics/mask-area'
import { randomStream } from '@engine/tensor/random'

/** References that are the same for every method of a model. */
export const sharedReferences = ['prevalence', 'constant', 'random', 'edge', 'average-mask'] as const
export type SharedReference = (typeof sharedReferences)[number]

export const referenceTitles: Readonly<Record<SharedReference | 'randomised-model', string>> = {
  prevalence: 'share of the image outlined',
  constant: 'map that is the same everywhere',
  random: 'random map',
  edge: 'edges of the image',
  'average-mask': 'average of all outlines',
  'randomised-model': 'same method, fully randomised model'
}

export interface ReferenceSettings {
  readonly tolerance: number
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
  const score = (map: Float32Array): Scores => scoreMap({ map, shape, mask }, settings.tolerance)
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
  const score = (map: Float32Array): Scores => scoreMap({ map, shape, mask }, settings.tolerance)

  const edge = await source.ask(where, async () => edgeMap(await source.run.input(modelId, item.id)))
  const average = await source.ask(where, () => source.run.averageMask(modelId, item.id))
  const onGrid = (found: { values: Float32Array } | string): Scores | string => {
    if (typeof found === 'string') return found
    return found.values.length === mask.length ? score(found.values) : 'it lies on another grid than the outline'
  }
  return new Map<SharedReference, Scores | string>([
    ...blind,
    ['edge', onGrid(edge)],
    ['average-mask', onGrid(average)]
  ])
}

/** Prevalence is the floor of the precision metrics; the others have none of their own. */
function prevalenceScores(mask: Uint8Array): Scores {
  const prevalence = maskArea(mask) / mask.length
  const floored = ['average-precision', 'auprc-trapezoid', 'proportional-energy', 'relevance-rank', 'pointing-game']
  return new Map(
    scoredMetricIds.map((id) => [id, floored.includes(id) ? prevalence : 'prevalence is no floor of this metric'])
  )
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
