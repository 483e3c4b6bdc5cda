import type { NodeProto } from '../onnx_pb'
import { capturedNames } from '../subgraphs'

/** Operators that read the size of a tensor, never its values. */
const sizeOnly: ReadonlySet<string> = new Set(['Shape', 'Size'])
/** Operators that answer differently in every run. */
const drawing: ReadonlySet<string> = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli'
])

/** Tensors whose values depend on what is in the image, not only on its size. */
export function dataDependent(nodes: readonly NodeProto[], inputs: readonly string[]): Set<string> {
  const dependent = new Set(inputs)
  for (const node of nodes) {
    if (node.domain === '' && sizeOnly.has(node.opType)) continue
    const reads = [...node.input, ...capturedNames(node)].some((name) => dependent.has(name))
    if (!reads && !drawing.has(node.opType)) continue
    for (const name of node.output) if (name !== '') dependent.add(name)
  }
  return dependent
}
