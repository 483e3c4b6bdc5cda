import { numberAttribute } from './attributes'
import { isFloat } from './element-types'
import { type GraphNode, type ProbedModel, sameDim } from './model'
import { producersOf } from './path'

/** What a model puts behind its logits. */
export type Head = 'none' | 'sigmoid' | 'softmax' | 'log-softmax'

/** The tensor to be explained. */
export interface Logits {
  /** Tensor that carries the logits. */
  readonly tensor: string
  /** The graph output they belong to. */
  readonly output: string
  readonly head: Head
}

/** The output that holds the scores: the first float one that looks like rows of scores, else the first float one. */
export function scoreOutput(model: ProbedModel): string | undefined {
  const floats = model.outputs.filter(
    (output) => isFloat(model.types.get(output.name)) && model.shapes.has(output.name)
  )
  const rows = floats.find(({ name }) => {
    const sizes = (model.shapes.get(name) ?? []).map((dim) => dim.fixed + dim.perBatch)
    return sizes.length <= 2 || sizes.slice(2).every((size) => size === 1)
  })
  return (rows ?? floats[0])?.name
}

/**
 * Steps back from a graph output over a final Sigmoid, Softmax or LogSoftmax, and over what only renames or reshapes on
 * the way, to the logits. When there is no such head the output itself is explained.
 */
export function findLogits(model: ProbedModel, output: string): Logits {
  const producers = producersOf(model)
  let tensor = output
  let logarithm = false
  for (;;) {
    const node = producers.get(tensor)
    if (node === undefined || node.domain !== '') return { tensor: output, output, head: 'none' }
    const head = headOf(node, model)
    if (head !== null)
      return { tensor: node.inputs[0], output, head: logarithm && head === 'softmax' ? 'log-softmax' : head }
    if (node.opType === 'Log') logarithm = true
    else if (!isTransparent(node, model)) return { tensor: output, output, head: 'none' }
    tensor = node.inputs[0]
  }
}

function headOf(node: GraphNode, model: ProbedModel): Exclude<Head, 'none'> | null {
  if (node.opType === 'Sigmoid') return 'sigmoid'
  if (node.opType !== 'Softmax' && node.opType !== 'LogSoftmax') return null
  const rank = model.shapes.get(node.inputs[0])?.length ?? 2
  const stated = numberAttribute(node, 'axis', model.opset < 13 ? 1 : -1)
  const overClasses = (stated < 0 ? stated + rank : stated) === Math.min(1, rank - 1)
  if (!overClasses) return null
  return node.opType === 'Softmax' ? 'softmax' : 'log-softmax'
}

const renaming = new Set(['Identity', 'Dropout'])
const reshaping = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose'])

/**
 * True for a node that passes the scores on as they are: renamed, cast between floats, or with axes of size 1 added or
 * dropped.
 */
function isTransparent(node: GraphNode, model: ProbedModel): boolean {
  const [input] = node.inputs
  if (renaming.has(node.opType)) return true
  if (node.opType === 'Cast') return isFloat(model.types.get(input)) && isFloat(model.types.get(node.outputs[0]))
  return reshaping.has(node.opType) && sameButForOnes(model, input, node.outputs[0])
}

function sameButForOnes(model: ProbedModel, a: string, b: string): boolean {
  const [longer, shorter] = [a, b].map((name) =>
    (model.shapes.get(name) ?? []).filter((dim) => dim.perBatch !== 0 || dim.fixed !== 1)
  )
  return longer.length === shorter.length && longer.every((dim, axis) => sameDim(dim, shorter[axis]))
}
