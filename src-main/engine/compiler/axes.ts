import { numberAttribute, numbersAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from './faults'

/** An axis counted from the front. */
export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

/** The `axis` attribute of a node, counted from the front of its first input. */
export function axisOf(w: GraphWriter, node: GraphNode, fallback: number): number {
  return fromFront(numberAttribute(node, 'axis', fallback), w.shapeOf(node.inputs[0]).length)
}

/** Every axis of a tensor of the model. */
export function everyAxis(w: GraphWriter, tensor: string): number[] {
  return w.shapeOf(tensor).map((_, axis) => axis)
}

/**
 * Whole numbers that steer a node: an attribute in older operator sets, an input in newer ones. Undefined when the node
 * states none.
 * Throws Fault `unsupported-op` for an input whose value changes while the model runs.
 */
export function steering(
  w: GraphWriter,
  node: GraphNode,
  { attribute, input }: { readonly attribute: string; readonly input: number }
): readonly number[] | undefined {
  const name = node.inputs[input]
  if (!name) return numbersAttribute(node, attribute)
  const known = w.model.integers.get(name)
  if (known === undefined) throw unsupportedUse(node, w.model, `"${attribute}" is only known while the model runs`)
  return known
}
