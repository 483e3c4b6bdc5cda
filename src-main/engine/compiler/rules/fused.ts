import { numberAttribute, numbersAttribute, stringAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'
import { maskPositive, passAbove, passBelow, stepAbove } from '../formulations/masks'
import type { BackwardRule } from '../rule'
import { convolution } from './convolution'
import type { RuleFamily } from './family'
import { fusedMatrix, matrix } from './matrix'

/** An activation inside a fused node: the gradient in front of it, from the node's output alone. */
type Activation = (terms: {
  readonly w: GraphWriter
  readonly gradient: string
  readonly y: string
  readonly parameters: readonly number[]
}) => string

/** Parameters are in the order of the activation's own attributes. */
const activations: Readonly<Record<string, Activation>> = {
  Relu: ({ w, gradient, y }) => maskPositive(w, gradient, y),
  Sigmoid: ({ w, gradient, y }) => w.op('Mul', [gradient, w.op('Mul', [y, w.op('Sub', [w.scalar(1, y), y])])]),
  Tanh: ({ w, gradient, y }) => w.op('Mul', [gradient, w.op('Sub', [w.scalar(1, y), w.op('Mul', [y, y])])]),
  LeakyRelu({ w, gradient, y, parameters: [alpha = 0.01] }) {
    const slope = w.op('Add', [w.op('Mul', [stepAbove(w, y, 0), w.scalar(1 - alpha, y)]), w.scalar(alpha, y)])
    return w.op('Mul', [gradient, slope])
  },
  HardSigmoid: ({ w, gradient, y, parameters: [alpha = 0.2] }) =>
    passBelow(w, passAbove(w, w.op('Mul', [gradient, w.scalar(alpha, y)]), y, 0), y, 1),
  Clip: ({ w, gradient, y, parameters: [low = -Infinity, high = Infinity] }) =>
    passBelow(w, passAbove(w, gradient, y, low), y, high)
}

function throughActivation(
  w: GraphWriter,
  gradient: string,
  { node, parameters }: { node: GraphNode; parameters: readonly number[] }
): string {
  const name = stringAttribute(node, 'activation', '')
  if (name === '') return gradient
  const activation = activations[name]
  // From the output of a falling or flat piece one cannot tell where the input was.
  const isReadable = name !== 'LeakyRelu' || (parameters[0] ?? 0.01) > 0
  if (activation === undefined || !isReadable)
    throw unsupportedUse(node, w.model, `activation "${name}" ${parameters.join()}`)
  return activation({ w, gradient, y: node.outputs[0], parameters })
}

/** A convolution, an optional sum and an activation. */
const fusedConv: BackwardRule = (context) => {
  const { w, node, needs } = context
  const parameters = numbersAttribute(node, 'activation_params') ?? []
  const inner = throughActivation(w, context.outgoing, { node, parameters })
  const [data, , bias = null] = convolution.Conv({ ...context, outgoing: inner })
  return [data, null, bias, needs[3] ? inner : null]
}

const fusedGemm: BackwardRule = (context) => {
  const { w, node } = context
  const parameters = ['activation_alpha', 'activation_beta', 'activation_gamma']
    .filter((name) => node.attributes.has(name))
    .map((name) => numberAttribute(node, name, 0))
  return matrix.Gemm({ ...context, outgoing: throughActivation(w, context.outgoing, { node, parameters }) })
}

/** Products and convolutions with more in the same node, as ONNX Runtime's optimisers fuse them. */
export const fused: RuleFamily = { FusedConv: fusedConv, FusedGemm: fusedGemm, ...fusedMatrix }
