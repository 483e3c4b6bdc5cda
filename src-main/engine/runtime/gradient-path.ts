import * as v from 'valibot'
import { addWeighted, pathPoints } from '@engine/tensor/line-points'

const Doubles = v.custom<Float64Array>((value) => value instanceof Float64Array, 'double precision values')
const Values = v.custom<Float32Array>((value) => value instanceof Float32Array, 'single precision values')
const Rows = v.pipe(v.number(), v.integer(), v.minValue(1))

/**
 * A straight line of inputs that one call runs through: point k is `from + alphas[k] · (feed − from)`, all flat, in the
 * order and size of one row of the feed.
 */
export const GradientPath = v.object({
  /** The feed that is varied; it holds where the line ends. */
  input: v.string(),
  /** Where the line begins. */
  from: Values,
  alphas: Doubles,
  /** Of each point in the sum that is answered. */
  weights: Doubles,
  /** Points in one native run. */
  rows: Rows,
  /** The network takes `rows` points and no fewer: the last run is filled up with its last point. */
  fixed: v.boolean()
})
export type GradientPath = v.InferOutput<typeof GradientPath>

/** Native runs of a path. */
export const runsOf = ({ alphas, rows }: Pick<GradientPath, 'alphas' | 'rows'>): number =>
  Math.ceil(alphas.length / rows)

/**
 * Σ weights[k] · answer(point k) over a line, `[size]`, in double precision and in the order of the points.
 * `run` answers for `rows` points at once, flat.
 */
export async function sumAlong(
  path: GradientPath,
  end: Float32Array,
  run: (points: Float32Array, rows: number) => Promise<Float32Array>
): Promise<Float64Array> {
  const { alphas, weights, rows, fixed } = path
  const size = end.length
  const sum = new Float64Array(size)
  let points = new Float32Array(0)
  for (let first = 0; first < alphas.length; first += rows) {
    const count = Math.min(rows, alphas.length - first)
    const sent = fixed ? rows : count
    if (points.length !== sent * size) points = new Float32Array(sent * size)
    pathPoints(path, end, { first, target: points })
    const answer = await run(points, sent)
    for (let step = 0; step < count; step++) {
      addWeighted(sum, answer.subarray(step * size, (step + 1) * size), weights[first + step])
    }
  }
  return sum
}
