import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import type { LinearLayer } from '../../canonizers/linear-layer'

/** A bias: one number per output channel (1-D), or a tensor that is broadcast to the layer's output. */
export interface Bias {
  readonly tensor: string
  readonly form: 'channels' | 'broadcast'
}

/** Kernel and bias of a layer after everything that belongs to it was merged in; written as nodes, which ONNX Runtime folds. */
export interface Kernel {
  readonly kernel: string
  readonly bias: Bias | null
}

/** What a batch normalization multiplies each channel by, and what it adds: γ/√(v+ε) and β − m γ/√(v+ε). */
export function affineOf(w: GraphWriter, node: GraphNode): { factor: string; shift: string } {
  const [, gamma, beta, mean, variance] = node.inputs
  const epsilon = w.scalar(numberAttribute(node, 'epsilon', 1e-5), variance)
  const factor = w.op('Div', [gamma, w.op('Sqrt', [w.op('Add', [variance, epsilon])])])
  return { factor, shift: w.op('Sub', [beta, w.op('Mul', [mean, factor])]) }
}

/** The weights of a layer with its normalizations and additions merged. */
export function mergedWeights(w: GraphWriter, layer: LinearLayer): Kernel {
  const start = ownWeights(w, layer.node)
  const fed = layer.before === null ? start : throughInput(w, layer, start, layer.before)
  return layer.behind.reduce((weights, node) => {
    return node.opType === 'Add' ? withConstant(w, layer, weights, node) : throughOutput(w, layer, weights, node)
  }, fed)
}

function ownWeights(w: GraphWriter, node: GraphNode): Kernel {
  const [, kernel, bias] = node.inputs
  if (node.opType !== 'Gemm') return { kernel, bias: bias ? { tensor: bias, form: 'channels' } : null }
  const [alpha, beta] = [numberAttribute(node, 'alpha', 1), numberAttribute(node, 'beta', 1)]
  const scaled = (tensor: string, factor: number): string =>
    factor === 1 ? tensor : w.op('Mul', [tensor, w.scalar(factor, tensor)])
  return {
    kernel: scaled(kernel, alpha),
    bias: bias && beta !== 0 ? { tensor: scaled(bias, beta), form: 'broadcast' } : null
  }
}

/** The axis of the kernel along which the layer's outputs lie. */
function outputAxis(node: GraphNode, rank: number): number {
  if (node.opType === 'Conv') return 0
  if (node.opType === 'ConvTranspose') return 1
  return node.opType === 'Gemm' && numberAttribute(node, 'transB', 0) !== 0 ? 0 : rank - 1
}

function alongAxis(w: GraphWriter, vector: string, rank: number, axis: number): string {
  return w.op('Reshape', [vector, w.int64s(Array.from({ length: rank }, (_, at) => (at === axis ? -1 : 1)))])
}

/** A vector of channels in a shape that broadcasts over the layer's output. */
function alongOutputs(w: GraphWriter, { node, output }: LinearLayer, vector: string): string {
  const spatial = w.shapeOf(output).length - 2
  return node.opType === 'Conv' || node.opType === 'ConvTranspose'
    ? w.op('Reshape', [vector, w.int64s([-1, ...Array<number>(spatial).fill(1)])])
    : vector
}

function throughOutput(w: GraphWriter, layer: LinearLayer, { kernel, bias }: Kernel, normalization: GraphNode): Kernel {
  const { factor, shift } = affineOf(w, normalization)
  const rank = w.sizesOf(layer.node.inputs[1]).length
  const scaled = w.op('Mul', [kernel, alongAxis(w, factor, rank, outputAxis(layer.node, rank))])
  if (bias === null) return { kernel: scaled, bias: { tensor: shift, form: 'channels' } }
  const [along, moved] =
    bias.form === 'channels' ? [factor, shift] : [alongOutputs(w, layer, factor), alongOutputs(w, layer, shift)]
  return {
    kernel: scaled,
    bias: { tensor: w.op('Add', [w.op('Mul', [bias.tensor, along]), moved]), form: bias.form }
  }
}

function withConstant(w: GraphWriter, layer: LinearLayer, { kernel, bias }: Kernel, add: GraphNode): Kernel {
  const constant = add.inputs.find((input) => w.isConstant(input)) as string
  if (bias === null) return { kernel, bias: { tensor: constant, form: 'broadcast' } }
  const before = bias.form === 'channels' ? alongOutputs(w, layer, bias.tensor) : bias.tensor
  return { kernel, bias: { tensor: w.op('Add', [before, constant]), form: 'broadcast' } }
}

/**
 * A normalization before a convolution scales the kernel along its inputs; its shift reaches the output through the
 * kernel, and not from the padding, so that it is a bias of its own for every element.
 */
function throughInput(w: GraphWriter, layer: LinearLayer, { kernel, bias }: Kernel, normalization: GraphNode): Kernel {
  const { node } = layer
  const { factor, shift } = affineOf(w, normalization)
  const rank = w.sizesOf(node.inputs[1]).length
  const [, , ...spatial] = w.sizesOf(node.inputs[0])
  const whole = w.op('Expand', [alongAxis(w, shift, rank, 1), w.int64s([1, w.sizesOf(node.inputs[0])[1], ...spatial])])
  const attributes = Object.fromEntries(
    [...node.attributes].filter((entry): entry is [string, number | string | number[]] => entry[1] !== null)
  )
  const reached = w.op('Conv', [whole, kernel, ...(bias?.form === 'channels' ? [bias.tensor] : [])], attributes)
  return {
    kernel: w.op('Mul', [kernel, alongAxis(w, factor, rank, 1)]),
    bias: { tensor: reached, form: 'broadcast' }
  }
}
