import { numberAttribute } from '@engine/graph/attributes'
import { numbersOf } from '@engine/graph/constant'
import type { GraphNode, ProbedModel } from '@engine/graph/model'

/** Operators whose output is never negative, whatever they read. */
const always = new Set(['Relu', 'Sigmoid', 'HardSigmoid', 'Softmax', 'Exp', 'Abs', 'Softplus', 'ReduceL2', 'Sqrt'])

/** Operators that keep what is not negative so: they select, move, add or average their data inputs. */
const keeping: Readonly<Record<string, 'first' | 'all'>> = {
  MaxPool: 'first',
  GlobalMaxPool: 'first',
  AveragePool: 'first',
  GlobalAveragePool: 'first',
  ReduceMean: 'first',
  ReduceSum: 'first',
  ReduceMax: 'first',
  ReduceMin: 'first',
  Reshape: 'first',
  Flatten: 'first',
  Squeeze: 'first',
  Unsqueeze: 'first',
  Transpose: 'first',
  Identity: 'first',
  Dropout: 'first',
  Slice: 'first',
  Gather: 'first',
  Split: 'first',
  Expand: 'first',
  Cast: 'first',
  LeakyRelu: 'first',
  HardSwish: 'first',
  Add: 'all',
  Sum: 'all',
  Mul: 'all',
  Mean: 'all',
  Max: 'all',
  Min: 'all',
  Concat: 'all'
}

/** Constants larger than this are not read for their sign. */
const readable = 4096

/**
 * Tensors known never to be negative, from the operators alone: behind a ReLU half of the products of the z+ and alpha-beta
 * rules vanish and need not be computed.
 */
export function nonNegativeTensors(model: ProbedModel): ReadonlySet<string> {
  const found = new Set<string>()
  for (const node of model.nodes) {
    if (node.domain === '' && isNonNegative(model, node, found)) for (const output of node.outputs) found.add(output)
  }
  return found
}

function isNonNegative(model: ProbedModel, node: GraphNode, known: ReadonlySet<string>): boolean {
  if (always.has(node.opType)) return true
  const holds = (tensor: string): boolean => known.has(tensor) || isPositiveConstant(model, tensor)
  if (node.opType === 'Clip') {
    const low = node.inputs[1] ? smallest(model, node.inputs[1]) : numberAttribute(node, 'min', -Infinity)
    return low !== null && low >= 0
  }
  if (node.opType === 'Pad') {
    const fill = node.inputs[2] ? smallest(model, node.inputs[2]) : numberAttribute(node, 'value', 0)
    return holds(node.inputs[0]) && fill !== null && fill >= 0
  }
  const kept = keeping[node.opType]
  if (kept === undefined) return false
  return kept === 'first' ? holds(node.inputs[0]) : node.inputs.every(holds)
}

function isPositiveConstant(model: ProbedModel, tensor: string): boolean {
  const low = smallest(model, tensor)
  return low !== null && low >= 0
}

/** The smallest value of a small constant; null when it is none, or large. */
function smallest(model: ProbedModel, tensor: string): number | null {
  const constant = model.constants.get(tensor)
  if (constant === undefined || constant.dims.reduce((product, size) => product * size, 1) > readable) return null
  return Math.min(...numbersOf(constant))
}
