import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import type { PoolRouting, TargetProfile } from '../targets/target'
import { sliceRouting } from './max-pool-slices'
import type { Window } from './window'

/** A max pooling whose gradient is wanted. */
export interface PoolCase {
  readonly node: GraphNode
  readonly window: Window
  readonly channels: number
}

/**
 * Gradient of a max pooling: `[N, C, ...narrow]` to `[N, C, ...wide]`, all of it to the first maximum of each window.
 */
export function maxPoolGradient(w: GraphWriter, gradient: string, pool: PoolCase, target: TargetProfile): string {
  return routings[chooseRouting(w, pool, target)](w, gradient, pool)
}

/** Where the maxima were: an output of the node, asked for when the model left it out; a copy states it itself. */
function indicesOf(w: GraphWriter, { index, outputs }: GraphNode): string {
  return outputs[1] || w.requestOutput(index, 1)
}

const routings: Readonly<Record<PoolRouting, (w: GraphWriter, gradient: string, pool: PoolCase) => string>> = {
  unpool: unpoolRouting,
  scatter: scatterRouting,
  slices: sliceRouting
}

/** MaxUnpool came in opset 9, ScatterElements in 11 and with a sum in 16. */
function chooseRouting(w: GraphWriter, { node, window }: PoolCase, target: TargetProfile): PoolRouting {
  // Indices that count column by column fit none of the operators that take them back, and those operators know single
  // precision only.
  const isUsual = numberAttribute(node, 'storage_order', 0) === 0 && w.typeOf(node.inputs[0]) === 'float32'
  const separate = isSeparate(window)
  const wanted = separate ? target.separatePooling : target.overlappingPooling
  const oldest = wanted === 'unpool' ? 9 : separate ? 11 : 16
  return isUsual && w.opset >= oldest ? wanted : 'slices'
}

/** True when no two windows share an element, so that no position is written twice. */
function isSeparate(window: Window): boolean {
  return window.kernel.every((size, axis) => window.dilations[axis] * (size - 1) + 1 <= window.strides[axis])
}

/**
 * MaxUnpool puts values where their indices say; the model's node is asked for them. The window is stated only because
 * it must be: windows that reach past the end (ceil mode) would ask for a larger output, so their overhang is declared
 * as padding.
 */
function unpoolRouting(w: GraphWriter, gradient: string, { node, window }: PoolCase): string {
  const indices = indicesOf(w, node)
  const padsAfter = window.kernel.map((size, axis) => {
    const reach = (window.narrow[axis] - 1) * window.strides[axis] + size - window.padsBefore[axis]
    return Math.max(0, reach - window.wide[axis])
  })
  return w.op('MaxUnpool', [gradient, indices, w.shapeTensor(node.inputs[0])], {
    kernel_shape: window.kernel,
    strides: window.strides,
    pads: [...window.padsBefore, ...padsAfter]
  })
}

/** The indices count through the whole tensor, so gradients are added into one flat tensor of zeros. */
function scatterRouting(w: GraphWriter, gradient: string, { node, window }: PoolCase): string {
  const [input] = node.inputs
  const flat = (tensor: string): string => w.op('Reshape', [tensor, w.int64s([-1])])
  const zero = { tensor: { name: '', dims: [1], elementType: w.typeOf(input), values: new Float32Array(1) } }
  const zeros = w.op('ConstantOfShape', [w.op('ReduceProd', [w.shapeTensor(input)], { keepdims: 1 })], { value: zero })
  const reduction = isSeparate(window) ? undefined : 'add'
  const scattered = w.op('ScatterElements', [zeros, flat(indicesOf(w, node)), flat(gradient)], {
    axis: 0,
    reduction
  })
  return w.reshapeLike(scattered, input)
}
