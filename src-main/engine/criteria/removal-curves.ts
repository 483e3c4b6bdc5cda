import { curvePoint, endsOf } from '@engine/criteria/curve-point'
import { areaUnder } from '@engine/criteria/perturbation-scores'
import type { AnswerScale, ScoredCase } from '@engine/criteria/scored-explanations'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import type { Curve } from '@shared/report'

/** What the four removal curves of a map hold at each of their shares, one image. */
export interface RemovalCurves {
  /** Change of the answer at each share that ROAD removes. */
  readonly morf: readonly number[] | string
  readonly lerf: readonly number[] | string
  /** The answer itself as pixels go or come back. */
  readonly deletion: readonly number[] | string
  readonly insertion: readonly number[] | string
}

const kinds = {
  morf: ['completeness.road', 'road-morf', 'share of the pixels removed, most salient first, imputed (ROAD)'],
  lerf: ['completeness.road', 'road-lerf', 'share of the pixels removed, least salient first, imputed (ROAD)'],
  deletion: [
    'completeness.deletion-insertion',
    'deletion-area',
    'share of the pixels replaced by the image’s mean, most salient first'
  ],
  insertion: [
    'completeness.deletion-insertion',
    'insertion-area',
    'share of the pixels put back into the blurred image, most salient first'
  ]
} as const

export interface RemovalFrame {
  readonly model: string
  readonly method: string
  readonly score: AnswerScale
  /** Percentiles of ROAD: 80 removes a fifth. */
  readonly percentiles: readonly number[]
  /** Steps of deletion and insertion from nothing to everything. */
  readonly steps: number
}

/** The curves of one map over the images: mean, sd and interval by patient at every share, from little removed to much. */
export function removalCurves(
  { model, method, score, percentiles, steps }: RemovalFrame,
  scored: readonly ScoredCase<{ readonly curves: RemovalCurves }>[],
  statistics: Statistics
): Curve[] {
  const removed = removedShares(percentiles)
  const stepped = Array.from({ length: steps + 1 }, (_, place) => ({ share: (100 * place) / steps, place }))
  return (Object.keys(kinds) as (keyof typeof kinds)[]).map((kind) => {
    const [criterion, metric, xTitle] = kinds[kind]
    const road = criterion === 'completeness.road'
    const points = (road ? removed : stepped).map(({ share, place }) => {
      const numbers = scored.map(({ item: { id, patient }, scored: one }): CaseNumber => {
        const values = typeof one === 'string' ? one : one.curves[kind]
        return typeof values === 'string'
          ? { id, patient, value: null, reason: values }
          : { id, patient, value: values[place] }
      })
      return curvePoint(`${Number(share.toFixed(1))} %`, numbers, { statistics, keep: true })
    })
    const yTitle = road ? `change of the ${score}` : score
    const cases = scored.map(({ item }) => item.id)
    return { criterion, metric, model, method, xTitle, yTitle, points, cases, limits: [], ...endsOf(points) }
  })
}

/** Shares that ROAD removes, from little to much, each with its place among the percentiles. */
const removedShares = (percentiles: readonly number[]): { share: number; place: number }[] =>
  percentiles
    .map((percentile, place) => ({ share: 100 - percentile, place }))
    .sort((one, other) => one.share - other.share)

/** The figure of a row, from the points of its curve of one image: the mean change (ROAD), or the area under the answer. */
export function removalScore(
  metric: string,
  values: readonly number[],
  { percentiles, steps }: Pick<RemovalFrame, 'percentiles' | 'steps'>
): number | null {
  if (metric.startsWith('road-')) {
    const asked = new Array<number>(percentiles.length).fill(NaN)
    for (const [index, { place }] of removedShares(percentiles).entries()) asked[place] = values[index]
    return asked.reduce((sum, change) => sum + change, 0) / asked.length
  }
  const shares = Array.from({ length: steps + 1 }, (_, step) => step / steps)
  const area = areaUnder(shares, values)
  return typeof area === 'string' ? null : area
}
