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

/** Gradient of a max pooling: `[N, C, ...narrow]` to `[N, C, ...wide]`, all of it to the first maximum of each window. */
export function maxPoolGradient(w: GraphWriter, gradient: string, pool: PoolCase, target: TargetProfile): string {
  return routings[chooseRouting(w, pool, target)](w, gradient, pool)
}

const routings: Readonly<Record<PoolRouting, (w: GraphWriter, gradient: string, pool: PoolCase) => string>> = {
  unpool: unpoolRouting,
  scatter: scatterRouting,
  slices: sliceRouting
}

/** MaxUnpool came in opset 9, ScatterElements with a sum in opset 16, MaxPool indices in opset 8 (dilations in 10). */
function chooseRouting(w: GraphWriter, pool: PoolCase, target: TargetProfile): PoolRouting {
  const wanted = isSeparate(pool.window) ? target.separatePooling : target.overlappingPooling
  if (wanted === 'scatter' && w.opset < 16) return isSeparate(pool.window) && w.opset >= 11 ? 'scatter' : 'slices'
  if (wanted === 'unpool' && w.opset < 9) return 'slices'
  return wanted
}

/** True when no two windows share an element, so that no position is written twice. */
function isSeparate(window: Window): boolean {
  return window.kernel.every((size, axis) => window.dilations[axis] * (size - 1) + 1 <= window.strides[axis])
}

function unpoolRouting(w: GraphWriter, gradient: string, { node, window }: PoolCase): string {
  const indices = rowMajorIndices(w, node)
  return w.op('MaxUnpool', [gradient, indices, w.shapeTensor(node.inputs[0])], { kernel_shape: window.kernel, strides: window.strides })
}

/** The indices count through the whole tensor, so gradients are added into one flat tensor of zeros. */
function scatterRouting(w: GraphWriter, gradient: string, { node, window }: PoolCase): string {
  const [input] = node.inputs
  const flat = (tensor: string): string => w.op('Reshape', [tensor, w.int64s([-1])])
  const zero = { tensor: { name: '', dims: [1], elementType: w.typeOf(input), values: new Float32Array(1) } }
  const count = w.op('ReduceProd', [w.shapeTensor(input)], { keepdims: 1 })
  const zeros = w.op('ConstantOfShape', [count], { value: zero })
  const reduction = isSeparate(window) ? undefined : 'add'
  const scattered = w.op('ScatterElements', [zeros, flat(rowMajorIndices(w, node)), flat(gradient)], { axis: 0, reduction })
  return w.reshapeLike(scattered, input)
}

/** Indices of the maxima; the model's node is asked for them unless it states them column by column. */
function rowMajorIndices(w: GraphWriter, node: GraphNode): string {
  void numberAttribute
  return w.requestOutput(node.index, 1)
}
