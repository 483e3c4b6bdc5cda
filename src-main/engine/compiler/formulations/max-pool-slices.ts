import type { GraphWriter } from '@engine/graph/writer'
import { keepWhere, pad, slice } from '../operators'
import { depthToSpace } from './depth-to-space'
import { reframe } from './frame'
import type { PoolCase } from './max-pool-routing'
import type { Window } from './window'

/** Lower than any activation, yet finite in half precision. */
const floor = -65504

/** Where one element of the window lies: its offset on the padded grid, and that offset as whole strides and a rest. */
interface Element {
  readonly offset: readonly number[]
  readonly steps: readonly number[]
  /** Index of the rest among all phases. */
  readonly phase: number
}

/**
 * Routing without indices and without scattering, for providers and operator sets that lack them: each element of the
 * window in turn takes the gradient where it equals the maximum and no element before it did. Results of one phase of
 * the stride are added on the coarse grid, then the phases are woven together.
 */
export function sliceRouting(w: GraphWriter, gradient: string, { node, window, channels }: PoolCase): string {
  const [input] = node.inputs
  const elements = elementsOf(window)
  const covered = window.narrow.map(
    (size, axis) => (size - 1) * window.strides[axis] + window.dilations[axis] * (window.kernel[axis] - 1) + 1
  )
  const coarse = covered.map((size, axis) => Math.ceil(size / window.strides[axis]))
  const padded = padWithFloor(w, input, { window, covered })
  const phases = new Map<number, string>()
  let taken: string | null = null
  for (const element of elements) {
    // The maximum is never below an element, so "not below it" is "equal", in every operator set.
    const isMaximum = w.op('Not', [w.op('Less', [elementSlice(w, padded, element, window), node.outputs[0]])])
    const isFirst: string = taken === null ? isMaximum : w.op('And', [isMaximum, w.op('Not', [taken])])
    taken = taken === null ? isMaximum : w.op('Or', [taken, isMaximum])
    const share = shift(w, keepWhere(w, isFirst, gradient, input), element, { window, coarse })
    const known = phases.get(element.phase)
    phases.set(element.phase, known === undefined ? share : w.op('Add', [known, share]))
  }
  const fine = coarse.map((size, axis) => size * window.strides[axis])
  const woven = weave(w, phases, { window, coarse, channels, like: input })
  return reframe(w, woven, { from: fine, to: window.wide, offset: window.padsBefore.map((count) => -count) })
}

function elementsOf(window: Window): Element[] {
  const count = window.kernel.reduce((product, size) => product * size, 1)
  return Array.from({ length: count }, (_, index) => {
    const position: number[] = []
    let rest = index
    for (let axis = window.kernel.length - 1; axis >= 0; axis--) {
      position[axis] = rest % window.kernel[axis]
      rest = Math.floor(rest / window.kernel[axis])
    }
    const offset = position.map((place, axis) => place * window.dilations[axis])
    const steps = offset.map((place, axis) => Math.floor(place / window.strides[axis]))
    const phase = offset.reduce((sum, place, axis) => sum * window.strides[axis] + (place % window.strides[axis]), 0)
    return { offset, steps, phase }
  })
}

function padWithFloor(
  w: GraphWriter,
  input: string,
  { window, covered }: { window: Window; covered: readonly number[] }
): string {
  const before = [0, 0, ...window.padsBefore]
  const after = [0, 0, ...covered.map((size, axis) => size - window.wide[axis] - window.padsBefore[axis])]
  if ([...before, ...after].every((count) => count === 0)) return input
  if ([...before, ...after].every((count) => count <= 0)) return pad(w, input, before, after)
  const lowest = w.typeOf(input) === 'float16' ? floor : -3.4e38
  if (w.opset >= 11) return w.op('Pad', [input, w.int64s([...before, ...after]), w.scalar(lowest, input)])
  return w.op('Pad', [input], { pads: [...before, ...after], value: { float: lowest } })
}

function elementSlice(w: GraphWriter, padded: string, { offset }: Element, window: Window): string {
  const ends = offset.map((start, axis) => start + (window.narrow[axis] - 1) * window.strides[axis] + 1)
  return slice(w, padded, { axes: offset.map((_, axis) => axis + 2), starts: offset, ends, steps: window.strides })
}

/** A share on the grid of windows, moved by whole strides onto the grid that covers the input. */
function shift(
  w: GraphWriter,
  share: string,
  { steps }: Element,
  { window, coarse }: { window: Window; coarse: readonly number[] }
): string {
  return pad(
    w,
    share,
    [0, 0, ...steps],
    [0, 0, ...steps.map((step, axis) => coarse[axis] - window.narrow[axis] - step)]
  )
}

interface Weave {
  readonly window: Window
  readonly coarse: readonly number[]
  readonly channels: number
  readonly like: string
}

function weave(w: GraphWriter, phases: ReadonlyMap<number, string>, { window, coarse, channels, like }: Weave): string {
  const count = window.strides.reduce((product, stride) => product * stride, 1)
  const [some] = phases.values()
  if (count === 1) return some
  // A stride larger than the window leaves elements that no window reads.
  const nothing = phases.size < count ? w.op('Mul', [some, w.scalar(0, like)]) : ''
  const all = Array.from({ length: count }, (_, phase) => phases.get(phase) ?? nothing)
  return depthToSpace(w, w.op('Concat', all, { axis: 1 }), {
    channels,
    sizes: coarse,
    factors: window.strides,
    order: 'phase-first'
  })
}
