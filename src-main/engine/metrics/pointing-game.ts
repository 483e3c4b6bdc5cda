import * as v from 'valibot'
import { maskArea } from '@engine/metrics/mask-area'
import { emptyMask, type Metric, type MetricInputs } from '@engine/metrics/metric'

const Params = v.strictObject({
  tolerance: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0)), 0),
    v.description('Distance in pixels from the reference that still counts as a hit (15 in the original paper).')
  ),
  ties: v.pipe(
    v.optional(v.picklist(['first', 'any', 'share']), 'first'),
    v.description(
      'Which of several equal maxima counts: the first in row-major order, any of them, or the share of them that hits (what a random choice among them scores on average).'
    )
  )
})

/** 1 when the hottest pixel lies inside the mask or within `tolerance` pixels of it, else 0; in between for shared ties. */
export const pointingGameMetric: Metric<v.InferOutput<typeof Params>> = {
  id: 'pointing-game',
  title: 'Pointing game: hottest point inside the reference',
  citation:
    'Zhang J, Bargal SA, Lin Z, et al. Top-down neural attention by excitation backprop. International Journal of Computer Vision 2018;126:1084–1102.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: Params,
  compute(inputs, { tolerance, ties }) {
    if (maskArea(inputs.mask!) === 0) return { value: null, reason: emptyMask }
    // A clipped map has many equal maxima; where the peak of the map before clipping is known, it alone counts.
    const peaks = inputs.peak === undefined ? hottest(inputs.map, ties === 'first') : [inputs.peak]
    const hits = peaks.filter((peak) => touchesMask(inputs, peak, tolerance)).length
    return { value: ties === 'share' ? hits / peaks.length : Number(hits > 0) }
  }
}

/** Indices of the maximum: the first, or all equal ones. */
function hottest(map: Float32Array, onlyFirst: boolean): number[] {
  let best = 0
  for (let index = 1; index < map.length; index++) if (map[index] > map[best]) best = index
  if (onlyFirst) return [best]
  const all: number[] = []
  for (let index = best; index < map.length; index++) if (map[index] === map[best]) all.push(index)
  return all
}

/** Where the pixels of a mask lie: their coordinates one after another, and the box around them. */
interface MaskPlaces {
  readonly points: Int32Array
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** The places of each mask: many maps are held against one. Masks are never written to. */
const remembered = new WeakMap<Uint8Array, MaskPlaces>()

function placesOf({ mask, shape }: MetricInputs): MaskPlaces {
  const known = remembered.get(mask!)
  if (known !== undefined) return known
  const axes = shape.length
  const points = new Int32Array(maskArea(mask!) * axes)
  const [low, high] = [shape.map(() => Infinity), shape.map(() => -Infinity)]
  let at = 0
  for (let index = 0; index < mask!.length; index++) {
    if (mask![index] === 0) continue
    for (const [axis, value] of coordinates(index, shape).entries()) {
      points[at++] = value
      low[axis] = Math.min(low[axis], value)
      high[axis] = Math.max(high[axis], value)
    }
  }
  const places = { points, low, high }
  remembered.set(mask!, places)
  return places
}

/** True when a mask pixel lies within `tolerance` (Euclidean, in pixels) of the peak. */
function touchesMask(inputs: MetricInputs, peak: number, tolerance: number): boolean {
  if (inputs.mask![peak] !== 0) return true
  if (tolerance === 0) return false
  const { points, low, high } = placesOf(inputs)
  const center = coordinates(peak, inputs.shape)
  const axes = center.length
  if (center.some((value, axis) => value < low[axis] - tolerance || value > high[axis] + tolerance)) return false
  for (let start = 0; start < points.length; start += axes) {
    let squared = 0
    for (let axis = 0; axis < axes; axis++) squared += (points[start + axis] - center[axis]) ** 2
    if (squared <= tolerance ** 2) return true
  }
  return false
}

/** Row-major index as coordinates, slowest axis first. */
function coordinates(index: number, shape: readonly number[]): number[] {
  const point = new Array<number>(shape.length)
  let rest = index
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    point[axis] = rest % shape[axis]
    rest = Math.floor(rest / shape[axis])
  }
  return point
}
