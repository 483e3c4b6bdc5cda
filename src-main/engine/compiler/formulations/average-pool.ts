import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { applyAlongAxis } from './axis-matrix'
import { reframe } from './frame'
import { spreadWithCopies } from './spread'
import { backwardPads, isDense, type Window, windowVolume } from './window'

/** An average pooling whose gradient is wanted. */
export interface AveragePoolCase {
  readonly node: GraphNode
  readonly window: Window
  readonly channels: number
  /** Whether padding counts in the divisor. */
  readonly countsPadding: boolean
}

/** Gradient of an average pooling: `[N, C, ...narrow]` to `[N, C, ...wide]`. */
export function averagePoolGradient(w: GraphWriter, gradient: string, pool: AveragePoolCase): string {
  return shareOverWindows(w, correctDivisors(w, gradient, pool), pool)
}

/** Every window hands each element under it one part in `windowVolume` of its gradient; padding takes its part with it. */
export function shareOverWindows(
  w: GraphWriter,
  corrected: string,
  pool: Omit<AveragePoolCase, 'countsPadding'>
): string {
  const { window, node } = pool
  const pads = backwardPads(window)
  const plain = window.dilations.every((dilation) => dilation === 1)
  if (isDense(window) && plain && pads !== null) {
    return w.op('AveragePool', [corrected], {
      kernel_shape: window.kernel,
      pads: [...pads.before, ...pads.after],
      count_include_pad: 1
    })
  }
  if (plain && window.kernel.every((size, axis) => size === window.strides[axis]))
    return spreadMeans(w, corrected, pool)
  const rank = window.kernel.length + 2
  return window.kernel.reduce(
    (tensor, _, axis) =>
      applyAlongAxis(w, tensor, { rank, axis: axis + 2, matrix: spreadMatrix(window, axis), like: node.inputs[0] }),
    corrected
  )
}

/** Windows that tile: every element gets its share of the one window over it. */
function spreadMeans(
  w: GraphWriter,
  gradient: string,
  { window, channels, node }: Omit<AveragePoolCase, 'countsPadding'>
): string {
  const share = w.op('Mul', [gradient, w.scalar(1 / windowVolume(window), node.inputs[0])])
  const spread = spreadWithCopies(w, share, {
    channels,
    sizes: window.narrow,
    factors: window.strides,
    like: node.inputs[0]
  })
  const from = window.narrow.map((size, axis) => size * window.strides[axis])
  return reframe(w, spread, { from, to: window.wide, offset: window.padsBefore.map((count) => -count) })
}

/**
 * Windows over the border may divide by less than the window's volume: the gradient is scaled once so that every
 * divisor is the volume.
 */
function correctDivisors(w: GraphWriter, gradient: string, pool: AveragePoolCase): string {
  const { window, node } = pool
  const counts = window.kernel.map((_, axis) => (window.narrow.length > 0 ? elementsUnderWindow(pool, axis) : []))
  if (counts.every((perPosition, axis) => perPosition.every((count) => count === window.kernel[axis]))) return gradient
  const total = window.narrow.reduce((product, size) => product * size, 1)
  const factors = Float32Array.from({ length: total }, (_, position) => {
    let rest = position
    let divisor = 1
    for (let axis = window.narrow.length - 1; axis >= 0; axis--) {
      divisor *= counts[axis][rest % window.narrow[axis]]
      rest = Math.floor(rest / window.narrow[axis])
    }
    return divisor === 0 ? 0 : windowVolume(window) / divisor
  })
  return w.op('Mul', [gradient, w.floats(factors, [1, 1, ...window.narrow], node.inputs[0])])
}

/**
 * For each position along an axis, how many elements the divisor counts; what ceil mode adds past the padding never
 * counts.
 */
function elementsUnderWindow({ window, countsPadding }: AveragePoolCase, axis: number): number[] {
  const lowest = countsPadding ? -window.padsBefore[axis] : 0
  const highest = window.wide[axis] + (countsPadding ? window.padsAfter[axis] : 0)
  return Array.from({ length: window.narrow[axis] }, (_, position) => {
    const start = position * window.strides[axis] - window.padsBefore[axis]
    const places = Array.from(
      { length: window.kernel[axis] },
      (_unused, element) => start + element * window.dilations[axis]
    )
    return places.filter((place) => place >= lowest && place < highest).length
  })
}

/** The mean along one axis, turned around: `[wide, narrow]`. */
function spreadMatrix(window: Window, axis: number): { rows: number; columns: number; values: Float32Array } {
  const [rows, columns] = [window.wide[axis], window.narrow[axis]]
  const values = new Float32Array(rows * columns)
  for (let column = 0; column < columns; column++) {
    for (let element = 0; element < window.kernel[axis]; element++) {
      const row = column * window.strides[axis] - window.padsBefore[axis] + element * window.dilations[axis]
      if (row >= 0 && row < rows) values[row * columns + column] += 1 / window.kernel[axis]
    }
  }
  return { rows, columns, values }
}
