import { cubicZoom } from '@engine/attribution/cubic-zoom'
import { upsample } from '@engine/attribution/upsample'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** How maps at layer size become a map of the input. */
export const scalings = ['none', 'pgc'] as const
export type Scaling = (typeof scalings)[number]

/** pytorch-grad-cam's guard against a map of zeros. */
const pgcEpsilon = 1e-7

/** max(value, 0), elementwise. */
export function positivePart(map: Tensor): Tensor {
  return { data: map.data.map((value) => Math.max(0, value)), shape: map.shape }
}

/**
 * Joins non-negative maps `[N, 1, ...grid]` of one or more layers to one map `[N, 1, ...spatial]`.
 * none: one layer keeps its unit; several are each scaled to 0–1 before their mean, since units of layers do not compare.
 * pgc: what pytorch-grad-cam 1.5 returns: each to 0–1 (minus minimum, ÷ (1e-7 + maximum)), enlarged (a spline that
 * undershoots is cut at 0), mean, to 0–1 again.
 */
export function mapOnInput(maps: readonly Tensor[], spatial: readonly number[], scaling: Scaling): Tensor {
  if (scaling === 'none') {
    if (maps.length === 1) return upsample(maps[0], spatial, 'linear')
    return meanOf(maps.map((map) => upsample(unitRange(map), spatial, 'linear')))
  }
  const enlarge = (map: Tensor): Tensor =>
    spatial.length === 3 ? positivePart(cubicZoom(map, spatial)) : upsample(map, spatial, 'linear')
  return unitRange(meanOf(maps.map((map) => enlarge(unitRange(map)))))
}

/** Each plane of the leading axes minus its minimum, ÷ (1e-7 + maximum of that); a constant plane becomes 0. */
export function unitRange(map: Tensor, leadingAxes = 1): Tensor {
  const size = elementCount(map.shape.slice(leadingAxes))
  const data = new Float32Array(map.data.length)
  for (let start = 0; start < data.length; start += size) {
    let [low, high] = [Infinity, -Infinity]
    for (let index = start; index < start + size; index++) {
      low = Math.min(low, map.data[index])
      high = Math.max(high, map.data[index])
    }
    const divisor = pgcEpsilon + high - low
    for (let index = start; index < start + size; index++) data[index] = (map.data[index] - low) / divisor
  }
  return { data, shape: map.shape }
}

/** The mean of maps of one shape. */
export function meanOf(maps: readonly Tensor[]): Tensor {
  if (maps.length === 1) return maps[0]
  const data = maps[0].data.map((_, index) => maps.reduce((sum, map) => sum + map.data[index], 0) / maps.length)
  return { data, shape: maps[0].shape }
}
