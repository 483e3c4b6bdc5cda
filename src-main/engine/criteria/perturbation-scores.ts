import { setImmediate } from 'node:timers/promises'
import { trapezoid } from '@engine/metrics/perturbation/trapezoid'
import { spreadOf, withPixelsOf, withReplaced, type Replacement } from '@engine/metrics/perturbation/perturbed-input'
import {
  removalOrder,
  removeFromPercentile,
  removeShare,
  type RemovalOrder
} from '@engine/metrics/perturbation/removal-order'
import type { Tensor } from '@engine/tensor/tensor'

/** Makes images one after another and gives the thread back between them: filling one takes tens of milliseconds. */
async function oneByOne<T>(list: readonly T[], make: (item: T, index: number) => Tensor): Promise<Tensor[]> {
  const made: Tensor[] = []
  for (const [index, item] of list.entries()) {
    made.push(make(item, index))
    await setImmediate()
  }
  return made
}

/** What the model answers to changed inputs: one number each, higher for the explained class. */
export type Answers = (inputs: readonly Tensor[]) => Promise<readonly number[] | string>

/** One map over one input. */
export interface Explained {
  readonly input: Tensor
  /** Reduced for scoring, on the pixels of the input. */
  readonly map: Float32Array
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
  const images = (order: RemovalOrder): Promise<Tensor[]> =>
    oneByOne(removals(explained, order, settings), (removed, index) =>
      withReplaced(input, removed, 'road', deviation > 0 ? { deviation, seed: seed + index } : null)
    )
  const found = await answers([...(await images('most-first')), ...(await images('least-first'))])
  if (typeof found === 'string') return found
  const count = settings.percentiles.length
  const change = (list: readonly number[]): number =>
    list.reduce((sum, answer) => sum + answer - explained.before, 0) / count
  const [morf, lerf] = [change(found.slice(0, count)), change(found.slice(count))]
  return { morf, lerf, combined: (lerf - morf) / 2 }
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
  return answers(await oneByOne(shares, (share) => withReplaced(input, removeShare(places, share), replacement)))
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
  return answers(await oneByOne(shares, (share) => withPixelsOf(hazy, input, removeShare(places, share))))
}

/** Area under a curve over shares of pixels, or the reason there is none. */
export function areaUnder(shares: readonly number[], curve: readonly number[] | string): number | string {
  return typeof curve === 'string' ? curve : trapezoid(shares, curve) / (shares[shares.length - 1] - shares[0])
}
