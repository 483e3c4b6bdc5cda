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

/** Float tensors that depend on one of `from` and that `to` depends on, ends included. */
export function tensorsBetween(model: ProbedModel, from: readonly string[], to: string): Set<string> {
  const dependent = new Set(from)
  for (const node of model.nodes) {
    if (![...node.inputs, ...node.captures].some((name) => dependent.has(name))) continue
    for (const output of node.outputs) if (output !== '' && isFloat(model.types.get(output))) dependent.add(output)
  }
  const needed = new Set([to])
  for (const node of model.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue
    for (const input of [...node.inputs, ...node.captures]) if (dependent.has(input)) needed.add(input)
  }
  return new Set([...needed].filter((name) => dependent.has(name)))
}
