import type { GraphNode, ProbedModel } from '@engine/graph/model'
import { producersOf } from '@engine/graph/path'

/** Bounded functions that open and close a signal. */
const gates = new Set(['Sigmoid', 'HardSigmoid', 'Tanh', 'Erf', 'Softmax', 'Clip'])

/** Operators a gate may pass on its way to the product. */
const moving = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Expand', 'Identity', 'Cast'])

/** Arithmetic with a constant, which scales or shifts a gate: (1 + erf(x)) / 2. */
const scaling = new Set(['Mul', 'Add', 'Sub', 'Div'])

/**
 * Which input of a product is the signal, when the other one is a gate: the x of x · sigmoid(x) (SiLU), of
 * x · (1 + erf(x / √2)) (GELU), of a squeeze-and-excitation block. Null when no input, or more than one, is a gate.
 */
export function signalOfProduct(model: ProbedModel, node: GraphNode): number | null {
  const producers = producersOf(model)
  const isGate = node.inputs.map((input) => reachesGate(model, producers, input))
  if (isGate.filter(Boolean).length !== 1) return null
  return isGate.indexOf(false)
}

function reachesGate(model: ProbedModel, producers: ReadonlyMap<string, GraphNode>, tensor: string): boolean {
  let at = tensor
  for (;;) {
    const node = producers.get(at)
    if (node === undefined || node.domain !== '') return false
    if (gates.has(node.opType)) return true
    const next = moving.has(node.opType) ? node.inputs[0] : variableFactor(model, node)
    if (next === undefined) return false
    at = next
  }
}

/** The one input that is no constant, of arithmetic with constants. */
function variableFactor(model: ProbedModel, node: GraphNode): string | undefined {
  if (!scaling.has(node.opType)) return undefined
  const variable = node.inputs.filter((input) => !model.constants.has(input))
  return variable.length === 1 ? variable[0] : undefined
}
