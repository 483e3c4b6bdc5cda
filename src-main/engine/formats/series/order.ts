import { heightOf, type Slice } from '@engine/formats/series/slice'
import type { Vector } from '@engine/geometry/affine'

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
