import { setImmediate } from 'node:timers/promises'
import { replacedInput } from '@engine/metrics/perturbation/imputed-input'
import { infidelity } from '@engine/metrics/perturbation/infidelity'
import { trapezoid } from '@engine/metrics/perturbation/trapezoid'
import {
  lessChange,
  spreadOf,
  weightedBy,
  withPixelsOf,
  withReplaced,
  type Replacement
} from '@engine/metrics/perturbation/perturbed-input'
import {
  removalOrder,
  removeFromPercentile,
  removeShare,
  type RemovalOrder
} from '@engine/metrics/perturbation/removal-order'
import { scoringPlaces } from '@engine/metrics/scoring-work'
import { randomStream } from '@engine/tensor/random'
import type { Tensor } from '@engine/tensor/tensor'
import { concurrently } from '@shared/concurrently'

/** Makes images, some at once where there are threads for it, and gives the thread back between them: filling one takes tens of milliseconds. */
async function images<T>(
  list: readonly T[],
  make: (item: T, index: number) => Tensor | Promise<Tensor>
): Promise<Tensor[]> {
  const made = new Array<Tensor>(list.length)
  await concurrently(list, scoringPlaces(), async (item, index) => {
    made[index] = await make(item, index)
    await setImmediate()
  })
  return made
}

/** What the model answers to changed inputs: one number each, higher for the explained class. */
export type Answers = (inputs: readonly Tensor[]) => Promise<readonly number[] | string>

/** One map over one input. */
export interface Explained {
  readonly input: Tensor
  /** Reduced for scoring, on the pixels of the input. */
  readonly map: Float32Array
  /** Signed sum over channels, where it is known. */
  readonly signed?: Float32Array
  /** Answer to the input as it is. */
  readonly before: number
  readonly seed: number
}

export interface RoadSettings {
  readonly percentiles: readonly number[]
  /** `exact` removes the stated share; `percentile` what lies at or above it, as the published code does. */
  readonly removal: 'exact' | 'percentile'
  readonly noise: number
  /** What the noise is a share of: the spread of the image, or one unit of the model's input. */
  readonly noiseOf: 'image' | 'unit'
}

export interface RoadScores {
  /** Change of the answer at each percentile, most and least salient pixels first. */
  readonly changes: { readonly morf: readonly number[]; readonly lerf: readonly number[] }
  readonly morf: number
  readonly lerf: number
  readonly combined: number
}

/**
 * ROAD: mean change of the answer when the most (MoRF) or least (LeRF) salient pixels are imputed; combined (LeRF − MoRF) / 2.
 * Source: Rong Y, et al. A consistent and efficient evaluation strategy for attribution methods. ICML 2022.
 */
export async function roadScores(
  explained: Explained,
  answers: Answers,
  settings: RoadSettings
): Promise<RoadScores | string> {
  const { input, seed } = explained
  const deviation = settings.noise * (settings.noiseOf === 'image' ? spreadOf(input) : 1)
  const { percentiles } = settings
  const patterns = (['most-first', 'least-first'] as const).flatMap((order) => removals(explained, order, settings))
  const found = await answers(
    await images(patterns, (removed, index) => {
      const noise = deviation > 0 ? { deviation, seed: seed + (index % percentiles.length) } : null
      return replacedInput({ input, removed, replacement: 'road', noise })
    })
  )
  if (typeof found === 'string') return found
  const count = percentiles.length
  const changes = found.map((answer) => answer - explained.before)
  const mean = (list: readonly number[]): number => list.reduce((sum, change) => sum + change, 0) / count
  const each = { morf: changes.slice(0, count), lerf: changes.slice(count) }
  const [morf, lerf] = [mean(each.morf), mean(each.lerf)]
  return { changes: each, morf, lerf, combined: (lerf - morf) / 2 }
}

function removals({ map, seed }: Explained, order: RemovalOrder, { percentiles, removal }: RoadSettings): Uint8Array[] {
  if (removal === 'percentile') return percentiles.map((percentile) => removeFromPercentile(map, order, percentile))
  const places = removalOrder(map, order, seed)
  return percentiles.map((percentile) => removeShare(places, 1 - percentile / 100))
}

/** Answers while the pixels go from the most salient on, replaced by `replacement`; `shares` from 0 to 1. */
export async function deletionCurve(
  { input, map, seed }: Explained,
  answers: Answers,
  { shares, replacement }: { shares: readonly number[]; replacement: Replacement }
): Promise<readonly number[] | string> {
  const places = removalOrder(map, 'most-first', seed)
  return answers(
    await images(shares, (share) => replacedInput({ input, removed: removeShare(places, share), replacement }))
  )
}

/** Answers while the pixels come back, from the most salient on, into the blurred image. */
export async function insertionCurve(
  { input, map, seed }: Explained,
  answers: Answers,
  shares: readonly number[]
): Promise<readonly number[] | string> {
  const places = removalOrder(map, 'most-first', seed)
  // Blurred once: what comes back are the pixels of the image.
  const hazy = withReplaced(input, removeShare(places, 1), 'blur')
  return answers(await images(shares, (share) => withPixelsOf(hazy, input, removeShare(places, share))))
}

/** Mean fall of the answer over the steps of a deletion curve, the first of which removes nothing. Source: Samek W, et al. TNNLS 2017. */
export function meanDrop(curve: readonly number[] | string, before: number): number | string {
  return typeof curve === 'string' ? curve : curve.reduce((sum, after) => sum + before - after, 0) / curve.length
}

export interface KeptScores {
  /** max(0, before − kept) / before, in percent. */
  readonly drop: number | string
  /** 1 where the answer rises, else 0. */
  readonly increase: number | string
}

/**
 * What is left of the answer when the input is multiplied by the map. Source: Chattopadhay A, et al. Grad-CAM++. WACV 2018; the model's input is
 * multiplied as it is, so 0 (for most models mid-grey) stands where the map is 0.
 */
export async function keptScores({ input, map, before }: Explained, answers: Answers): Promise<KeptScores> {
  const found = await answers([weightedBy(input, map)])
  if (typeof found === 'string') return { drop: found, increase: found }
  const [kept] = found
  const drop = before > 0 ? (100 * Math.max(0, before - kept)) / before : 'the answer is not above 0'
  return { drop, increase: Number(kept > before) }
}

export interface InfidelitySettings {
  readonly samples: number
  /** Standard deviation of the perturbation as a share of the image's spread. */
  readonly deviation: number
}

/**
 * Infidelity with Gaussian perturbations that change all channels of a pixel alike, at the best scale of the map; `logits` answers with logits.
 * Source: Yeh C-K, et al. On the (in)fidelity and sensitivity of explanations. NeurIPS 2019.
 */
export async function infidelityScore(
  { input, map, signed = map, seed }: Explained,
  { logits, beforeLogit }: { logits: Answers; beforeLogit: number },
  { samples, deviation }: InfidelitySettings
): Promise<number | string> {
  const size = deviation * spreadOf(input)
  const changes = Array.from({ length: samples }, (_, sample) => {
    const random = randomStream(seed, 'infidelity', sample)
    return Float32Array.from(signed, () => size * random.normal())
  })
  const found = await logits(await images(changes, (change) => lessChange(input, change)))
  if (typeof found === 'string') return found
  const products = changes.map((change) => change.reduce((sum, value, pixel) => sum + value * signed[pixel], 0))
  const drops = found.map((after) => beforeLogit - after)
  return infidelity(products, drops, true) ?? 'no perturbation was drawn'
}

/** Area under a curve over shares of pixels, or the reason there is none. */
export function areaUnder(shares: readonly number[], curve: readonly number[] | string): number | string {
  return typeof curve === 'string' ? curve : trapezoid(shares, curve) / (shares[shares.length - 1] - shares[0])
}
