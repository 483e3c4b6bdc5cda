import { heightOf, type Slice } from '@engine/formats/series/slice'
import type { Vector } from '@engine/geometry/affine'

/** Slices closer than this share of a pixel along the normal lie at the same place. */
const samePlaceMm = 1e-3

/**
 * Slices of one group sorted along the normal, split into time points when several lie at the same place.
 * The order within a place is: temporal position, echo time, acquisition, instance number, frame.
 */
export function timePoints(group: readonly Slice[], normal: Vector): Slice[][] {
  const sorted = [...group].sort(
    (first, second) => heightOf(first, normal) - heightOf(second, normal) || compareInTime(first, second)
  )
  const places: Slice[][] = []
  for (const slice of sorted) {
    const place = places.at(-1)
    const here = place !== undefined && Math.abs(heightOf(place[0], normal) - heightOf(slice, normal)) < samePlaceMm
    if (here) place.push(slice)
    else places.push([slice])
  }
  for (const place of places) place.sort(compareInTime)
  const count = Math.max(...places.map((place) => place.length))
  return Array.from({ length: count }, (_, time) =>
    places.flatMap((place) => (place[time] === undefined ? [] : [place[time]]))
  )
}

function compareInTime(first: Slice, second: Slice): number {
  const [a, b] = [first.image.header, second.image.header]
  return (
    (a.temporalPosition ?? 0) - (b.temporalPosition ?? 0) ||
    (a.echoTimeMs ?? 0) - (b.echoTimeMs ?? 0) ||
    a.acquisitionNumber - b.acquisitionNumber ||
    a.instanceNumber - b.instanceNumber ||
    first.frame - second.frame
  )
}

/** A step this much longer than the usual one is a gap: slices are missing. */
const gapFactor = 1.5

/** Cuts a sorted stack where slices are missing. Steps that merely vary are left to a warning. */
export function runsWithoutGaps(stack: readonly Slice[], normal: Vector): Slice[][] {
  const steps = stepsOf(stack, normal)
  if (steps.length < 2) return [[...stack]]
  const usual = [...steps].sort((first, second) => first - second)[Math.floor((steps.length - 1) / 2)]
  const runs: Slice[][] = [[stack[0]]]
  for (let index = 1; index < stack.length; index++) {
    if (steps[index - 1] > gapFactor * usual) runs.push([])
    runs[runs.length - 1].push(stack[index])
  }
  return runs
}

/** Distances between neighbouring slices along the normal, millimetres. */
export function stepsOf(stack: readonly Slice[], normal: Vector): number[] {
  return stack.slice(1).map((slice, index) => heightOf(slice, normal) - heightOf(stack[index], normal))
}
