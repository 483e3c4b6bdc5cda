import type { GraphWriter } from '@engine/graph/writer'
import { castMask, keepWhere } from '../operators'
import { noteRescaling, rescalingOf } from './channel-scale'

/**
 * A power of two, so that `slope * x` and `slope * bound` are exact and their difference is zero only when x equals the
 * bound; so steep that every difference between neighbouring float32 numbers of usual size reaches 1.
 */
const steepest = 2 ** 127

/**
 * 1 where an activation is above the bound, 0 elsewhere, also at the bound itself. HardSigmoid with a huge slope is a
 * step in one kernel and was the fastest of eight forms on the CPU (7.1 ms against 30 ms for Where); half precision
 * cannot hold the slope and compares.
 */
export function stepAbove(w: GraphWriter, activation: string, bound: number): string {
  return remembered(w, activation, `above ${bound}`, () => step(w, activation, { bound, sign: 1 }))
}

/** 1 where an activation is below the bound, 0 elsewhere. */
export function stepBelow(w: GraphWriter, activation: string, bound: number): string {
  return remembered(w, activation, `below ${bound}`, () => step(w, activation, { bound, sign: -1 }))
}

/** 1, 0 or -1: the side of zero an activation is on. Sign itself came in opset 9. */
export function signOf(w: GraphWriter, activation: string): string {
  return w.op('Sub', [stepAbove(w, activation, 0), stepBelow(w, activation, 0)])
}

/** A gradient where an activation is positive, zero elsewhere. */
export function maskPositive(w: GraphWriter, gradient: string, activation: string): string {
  if (w.typeOf(activation) === 'float16') {
    return keepWhere(w, w.op('Greater', [activation, w.scalar(0, activation)]), gradient, activation)
  }
  const step = stepAbove(w, activation, 0)
  const masked = w.op('Mul', [gradient, step])
  const rescale = rescalingOf(w, gradient)
  if (rescale !== undefined) noteRescaling(w, masked, (factors) => w.op('Mul', [rescale(factors), step]))
  return masked
}

/** A gradient where an activation is above a bound that may be missing (null) or beyond every float. */
export function passAbove(w: GraphWriter, gradient: string, y: string, low: number | null): string {
  if (low === null || low <= -3.4e38) return gradient
  return low === 0 ? maskPositive(w, gradient, y) : w.op('Mul', [gradient, stepAbove(w, y, low)])
}

/** A gradient where an activation is below a bound. */
export function passBelow(w: GraphWriter, gradient: string, y: string, high: number | null): string {
  return high === null || high >= 3.4e38 ? gradient : w.op('Mul', [gradient, stepBelow(w, y, high)])
}

function step(w: GraphWriter, activation: string, { bound, sign }: { bound: number; sign: 1 | -1 }): string {
  if (w.typeOf(activation) === 'float16') {
    return castMask(w, w.op(sign === 1 ? 'Greater' : 'Less', [activation, w.scalar(bound, activation)]), activation)
  }
  const slope = sign * Math.min(steepest, steepest / 2 ** Math.max(0, Math.ceil(Math.log2(Math.abs(bound) || 1))))
  // The bound as the float32 the forward graph uses.
  return w.op('HardSigmoid', [activation], { alpha: { float: slope }, beta: { float: -slope * Math.fround(bound) } })
}

function remembered(w: GraphWriter, activation: string, about: string, make: () => string): string {
  const known = w.noted<string>(activation, about)
  if (known !== undefined) return known
  const made = make()
  w.note(activation, about, made)
  return made
}
