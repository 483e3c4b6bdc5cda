import { stepsOf } from '@engine/formats/series/order'
import type { Slice } from '@engine/formats/series/slice'
import { dot, lengthOf, scaled, subtract, type Vector } from '@engine/geometry/affine'

/** Steps may vary by this share of their mean. */
const stepTolerance = 0.01
/** Slices may lie this share of a pixel beside the line they are stacked along. */
const sidewaysTolerance = 0.25
/** Below this angle, degrees, a stack counts as straight. */
const straightDegrees = 0.5

/** Everything about a sorted run of slices that a volume hides: uneven steps, sideways shifts, a tilted gantry, unknown pixel size. */
export function irregularities(run: readonly Slice[], normal: Vector): string[] {
  const warnings: string[] = []
  if (run[0].geometry.pixelSpacingMm === null)
    warnings.push('The file states no usable pixel spacing; lengths are in pixels.')
  if (run.length < 2) return warnings
  const steps = stepsOf(run, normal)
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
  const [low, high] = steps.reduce(([a, b], step) => [Math.min(a, step), Math.max(b, step)], [Infinity, -Infinity])
  if (high - low > stepTolerance * mean) {
    warnings.push(
      `The distance between slices varies from ${low.toFixed(2)} to ${high.toFixed(2)} mm; positions in mm are approximate.`
    )
  }
  const travel = subtract(positionOf(run[run.length - 1]), positionOf(run[0]))
  const cosine = dot(travel, normal) / lengthOf(travel)
  const degrees = (Math.acos(Math.min(1, cosine)) * 180) / Math.PI
  if (degrees > straightDegrees)
    warnings.push(`The slices are stacked at a tilt of ${degrees.toFixed(1)}°; the volume is sheared accordingly.`)
  const aside = sidewaysMm(run, normal)
  if (aside > sidewaysTolerance * (run[0].geometry.pixelSpacingMm?.[0] ?? 1))
    warnings.push(`The slices are shifted sideways against each other by up to ${aside.toFixed(2)} mm.`)
  return warnings
}

/** Largest distance, within the planes, between a slice and the straight line from the first to the last. */
function sidewaysMm(run: readonly Slice[], normal: Vector): number {
  const first = positionOf(run[0])
  const travel = subtract(positionOf(run[run.length - 1]), first)
  const height = dot(travel, normal)
  return run.reduce((largest, slice) => {
    const away = subtract(positionOf(slice), first)
    const onLine = scaled(travel, height === 0 ? 0 : dot(away, normal) / height)
    return Math.max(largest, lengthOf(subtract(away, onLine)))
  }, 0)
}

function positionOf(slice: Slice): Vector {
  return slice.geometry.plane!.position
}
