import type { ElementType } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { castTo, keepWhere } from '../operators'

/** A grid of whole numbers: real = (number - zero) · scale. `''` stands for a scale of 1 or a zero point of 0. */
export interface Grid {
  readonly scale: string
  readonly zero: string
  /** The axis along which scales differ, when there are several. */
  readonly axis: number
}

/** Smallest and largest number of the integer types a grid can have. */
const ranges: Partial<Record<ElementType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1]
}

/** A scale or zero point in a shape that broadcasts against `like`: one number as it is, several along their axis. */
export function perNumber(
  w: GraphWriter,
  tensor: string,
  { like, axis }: { readonly like: string; readonly axis: number }
): string {
  const shape = w.shapeOf(tensor)
  const rank = w.shapeOf(like).length
  if (shape.length === 0 || rank === 0) return tensor
  if (shape.length === 1 && shape[0].fixed === 1) return w.op('Reshape', [tensor, w.int64s([])])
  if (shape.length !== 1) return tensor
  return w.op('Reshape', [tensor, w.int64s(Array.from({ length: rank }, (_, place) => (place === axis ? -1 : 1)))])
}

/** The real numbers a quantised tensor stands for, in float32. */
export function dequantised(w: GraphWriter, tensor: string, { scale, zero, axis }: Grid): string {
  const place = { like: tensor, axis }
  const numbers = castTo(w, tensor, 'float32')
  const centred = zero === '' ? numbers : w.op('Sub', [numbers, castTo(w, perNumber(w, zero, place), 'float32')])
  const real = scale === '' ? centred : w.op('Mul', [centred, perNumber(w, scale, place)])
  w.standFor(real, tensor)
  return real
}

/**
 * A gradient where a real value lands inside the range of the grid after rounding, zero where it is clipped: the values
 * whose rounded number lies in the type's range pass, as in PyTorch's fake_quantize.
 */
export function keepInRange(
  w: GraphWriter,
  gradient: string,
  { value, grid, quantised }: { readonly value: string; readonly grid: Grid; readonly quantised: string }
): string {
  const [least, most] = ranges[w.ownTypeOf(quantised)] ?? [-Infinity, Infinity]
  if (!Number.isFinite(least)) return gradient
  const place = { like: value, axis: grid.axis }
  const exact = w.op('Div', [value, perNumber(w, grid.scale, place)])
  // Round came in opset 11; before it half a step beyond the ends counts as inside.
  const [steps, slack] = w.opset >= 11 ? [w.op('Round', [exact]), 0] : [exact, 0.5]
  const zero = grid.zero === '' ? null : castTo(w, perNumber(w, grid.zero, place), w.typeOf(value))
  const number = zero === null ? steps : w.op('Add', [steps, zero])
  const low = w.op('Less', [number, w.scalar(least - slack, value)])
  const high = w.op('Greater', [number, w.scalar(most + slack, value)])
  return keepWhere(w, w.op('Not', [w.op('Or', [low, high])]), gradient, value)
}
