import type { GraphModel } from './model'

/** What these make follows from the shape of their input, whatever numbers are in it. */
const readsShapeOnly: ReadonlySet<string> = new Set(['Shape', 'Size', 'EyeLike'])

/**
 * Tensors whose numbers depend on the numbers of an input, not on its shape alone: what a probing run measures of them
 * says nothing about the next image.
 */
export function valueDependent(model: GraphModel): Set<string> {
  const dependent = new Set(model.inputs.map((input) => input.name))
  for (const node of model.nodes) {
    if (readsShapeOnly.has(node.opType) && node.domain === '') continue
    if (![...node.inputs, ...node.captures].some((name) => dependent.has(name))) continue
    for (const name of node.outputs) if (name !== '') dependent.add(name)
  }
  return dependent
}
