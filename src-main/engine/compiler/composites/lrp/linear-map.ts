import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import type { LinearLayer } from '../../canonizers/linear-layer'
import { unsupportedUse } from '../../faults'
import { convDataGradient } from '../../formulations/conv-data-gradient'
import { groupsOf, windowOf } from '../../formulations/window'
import type { TargetProfile } from '../../targets/target'
import { type Bias, type Kernel, mergedWeights } from './merged-weights'

/** A linear layer z = K x + b as operations that rules call with changed kernels and inputs. */
export interface LinearMap {
  readonly w: GraphWriter
  readonly node: GraphNode
  /** What goes in, `[N, inputs, ...]`, and what comes out of the layer and of all that was merged into it. */
  readonly x: string
  readonly z: string
  readonly kernel: string
  readonly bias: Bias | null
  readonly kernelSizes: readonly number[]
  /** K x + b. */
  forward(x: string, kernel: string, bias?: Bias | null): string
  /** Kᵀ s; `sizes` are those of a kernel with other channels than the layer's. */
  backward(s: string, kernel: string, sizes?: readonly number[]): string
}

/** A linear layer ready for its rule. Throws Fault `unsupported-op` for a kernel that is computed from the input. */
export function linearMap(w: GraphWriter, layer: LinearLayer, target: TargetProfile): LinearMap {
  const { node } = layer
  const kernelName = node.inputs[1]
  if (!w.isConstant(kernelName)) throw unsupportedUse(node, w.model, 'both factors are computed from the input')
  const operations = node.opType === 'Conv' ? convolution : node.opType === 'ConvTranspose' ? transposed : dense
  const { kernel, bias } = mergedWeights(w, layer)
  const x = layer.before?.inputs[0] ?? node.inputs[0]
  return {
    w,
    node,
    x,
    z: layer.output,
    kernel,
    bias,
    kernelSizes: w.sizesOf(kernelName),
    ...operations(w, node, target)
  }
}

type Operations = Pick<LinearMap, 'forward' | 'backward'>

function convolution(w: GraphWriter, node: GraphNode, target: TargetProfile): Operations {
  const [data, kernelName] = node.inputs
  const kernelSizes = w.sizesOf(kernelName)
  const window = windowOf(w, node, { wide: data, narrow: node.outputs[0], kernel: kernelSizes.slice(2) })
  const groups = groupsOf(node)
  return {
    forward: (x, kernel, bias = null) =>
      withBias(w, bias, (inputs) =>
        w.op('Conv', [x, kernel, ...inputs], {
          kernel_shape: window.kernel,
          strides: window.strides,
          dilations: window.dilations,
          pads: [...window.padsBefore, ...window.padsAfter],
          group: groups
        })
      ),
    backward: (s, kernel, sizes = kernelSizes) =>
      convDataGradient(w, s, { window, groups, kernel, kernelSizes: sizes, like: data }, target)
  }
}

function transposed(w: GraphWriter, node: GraphNode): Operations {
  const [data, kernelName] = node.inputs
  const window = windowOf(w, node, { wide: node.outputs[0], narrow: data, kernel: w.sizesOf(kernelName).slice(2) })
  const shape = {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: [...window.padsBefore, ...window.padsAfter],
    group: groupsOf(node)
  }
  const unread = window.wide.map(
    (size, axis) =>
      size -
      ((window.narrow[axis] - 1) * window.strides[axis] -
        window.padsBefore[axis] -
        window.padsAfter[axis] +
        window.dilations[axis] * (window.kernel[axis] - 1) +
        1)
  )
  const output_padding = unread.some((count) => count !== 0) ? unread : undefined
  return {
    forward: (x, kernel, bias = null) =>
      withBias(w, bias, (inputs) => w.op('ConvTranspose', [x, kernel, ...inputs], { ...shape, output_padding })),
    backward: (s, kernel) => w.op('Conv', [s, kernel], shape)
  }
}

function dense(w: GraphWriter, node: GraphNode): Operations {
  if (node.opType === 'Gemm' && numberAttribute(node, 'transA', 0) !== 0)
    throw unsupportedUse(node, w.model, 'its data are transposed')
  if (w.sizesOf(node.inputs[1]).length !== 2) throw unsupportedUse(node, w.model, 'its kernel is not a matrix')
  const transB = node.opType === 'Gemm' && numberAttribute(node, 'transB', 0) !== 0
  const turned = (kernel: string): string => w.op('Transpose', [kernel], { perm: [1, 0] })
  return {
    // Products of matrices take any number of leading axes; ONNX Runtime turns the constant kernel once.
    forward: (x, kernel, bias = null) => {
      const product = w.op('MatMul', [x, transB ? turned(kernel) : kernel])
      return bias === null ? product : w.op('Add', [product, bias.tensor])
    },
    backward: (s, kernel) => w.op('MatMul', [s, transB ? kernel : turned(kernel)])
  }
}

/** A bias per channel is an input of the operator; one per element is added behind it. */
function withBias(w: GraphWriter, bias: Bias | null, write: (inputs: readonly string[]) => string): string {
  if (bias === null) return write([])
  return bias.form === 'channels' ? write([bias.tensor]) : w.op('Add', [write([]), bias.tensor])
}

export type { Bias, Kernel }
