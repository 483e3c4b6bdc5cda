import { isFloat } from './element-types'
import type { GraphModel, GraphNode, ProbedModel } from './model'

/** Which node makes each tensor. */
export function producersOf(model: GraphModel): Map<string, GraphNode> {
  return new Map(
    model.nodes.flatMap((node) => node.outputs.filter((name) => name !== '').map((name) => [name, node] as const))
  )
}

/** Which nodes read each tensor, in graph order. */
export function readersOf(model: GraphModel): Map<string, GraphNode[]> {
  const readers = new Map<string, GraphNode[]>()
  for (const node of model.nodes) {
    for (const name of new Set([...node.inputs, ...node.captures])) {
      if (name !== '') readers.set(name, [...(readers.get(name) ?? []), node])
    }
  }
  return readers
}

/**
 * Tensors a gradient can be asked for: those that depend on one of `from` and that `to` depends on, ends included.
 * They are floats, and whole numbers that stand for real ones (quantised tensors).
 */
export function tensorsBetween(model: ProbedModel, from: readonly string[], to: string): Set<string> {
  const dependent = new Set(from)
  for (const node of model.nodes) {
    if (![...node.inputs, ...node.captures].some((name) => dependent.has(name))) continue
    for (const output of node.outputs) if (carriesGradient(model, node, output, dependent)) dependent.add(output)
  }
  const needed = new Set([to])
  for (const node of model.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue
    for (const input of [...node.inputs, ...node.captures]) if (dependent.has(input)) needed.add(input)
  }
  return new Set([...needed].filter((name) => dependent.has(name)))
}

/** Types of the whole numbers that can stand for real ones. */
const gridTypes: ReadonlySet<string> = new Set(['uint8', 'int8', 'uint16', 'int16', 'int32'])
const quantising: ReadonlySet<string> = new Set([
  'QuantizeLinear',
  'DynamicQuantizeLinear',
  'QGemm',
  'ConvInteger',
  'MatMulInteger'
])
/** Operators that move quantised numbers without computing with them. */
const moving: ReadonlySet<string> = new Set([
  'Concat',
  'DepthToSpace',
  'Expand',
  'Flatten',
  'Gather',
  'Identity',
  'MaxPool',
  'Pad',
  'Reshape',
  'Slice',
  'SpaceToDepth',
  'Split',
  'Squeeze',
  'Tile',
  'Transpose',
  'Unsqueeze'
])

/** True for an operator that rounds real numbers to whole ones, or computes with such numbers. */
export function isQuantising(node: Pick<GraphNode, 'opType'>): boolean {
  return quantising.has(node.opType) || node.opType.startsWith('QLinear')
}

function carriesGradient(model: ProbedModel, node: GraphNode, output: string, dependent: ReadonlySet<string>): boolean {
  const type = model.types.get(output)
  if (output === '' || isFloat(type)) return output !== ''
  if (!gridTypes.has(type ?? '')) return false
  if (isQuantising(node)) return output === node.outputs[0]
  return moving.has(node.opType) && node.inputs.some((name) => dependent.has(name) && !isFloat(model.types.get(name)))
}

/** Operators that read how large a tensor is, never what it holds. */
const sizeOnly: ReadonlySet<string> = new Set(['Shape', 'Size'])

/**
 * The node at which a gradient from `to` back to `from` is lost although the value depends on it: a choice or a
 * rounding to whole numbers (ArgMax, Cast, a comparison). Undefined when `to` does not depend on `from` at all.
 */
export function whereGradientEnds(model: ProbedModel, from: string, to: string): GraphNode | undefined {
  const needed = new Set([to])
  for (const node of model.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name)) || sizeOnly.has(node.opType)) continue
    for (const name of [...node.inputs, ...node.captures]) needed.add(name)
  }
  if (!needed.has(from)) return undefined
  const smooth = new Set([from])
  return model.nodes.find((node) => {
    const reads = [...node.inputs, ...node.captures].some((name) => smooth.has(name))
    if (!reads || sizeOnly.has(node.opType)) return false
    const carried = node.outputs.filter((output) => carriesGradient(model, node, output, smooth))
    for (const output of carried) smooth.add(output)
    return carried.length === 0 && node.outputs.some((output) => needed.has(output))
  })
}
