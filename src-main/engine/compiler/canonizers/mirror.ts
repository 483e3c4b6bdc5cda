import { Fault } from '@engine/fault'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'

/** Operators that ask for the sizes of a tensor only: a baseline has the same ones. */
const askingSizes = new Set(['Shape', 'Size'])

/** A second forward pass in the graph. */
export interface Mirror {
  /** The tensor of the second pass that stands for one of the first; itself for what does not depend on the input. */
  of(tensor: string): string
  /** A node as it is in the second pass. */
  node(node: GraphNode): GraphNode
}

/**
 * Writes the forward pass a second time, from `baseline` instead of `input`, as far as `of` needs it. A copied MaxPool says
 * where its maxima are. Throws Fault `unsupported-op` for nodes with subgraphs that read the image.
 */
export function mirrorForward(
  w: GraphWriter,
  { input, baseline, of }: { input: string; baseline: string; of: string }
): Mirror {
  const needed = ancestorsOf(w, of)
  const names = new Map([[input, w.standFor(baseline, input)]])
  const indices = new Map<string, string>()
  const mirrored = (tensor: string): string => names.get(tensor) ?? tensor
  for (const node of w.model.nodes) {
    if (!needed.has(node.index) || askingSizes.has(node.opType)) continue
    if (node.captures.some((tensor) => names.has(tensor))) throw subgraph(node, w)
    if (!node.inputs.some((tensor) => names.has(tensor))) continue
    const outputs = node.outputs.map((output) =>
      output === '' ? '' : w.standFor(`saliscope/baseline/${output}`, output)
    )
    if (node.opType === 'MaxPool' && node.domain === '' && !outputs[1]) {
      outputs[1] = w.freshName('baseline_maxima')
      indices.set(node.outputs[0], outputs[1])
    }
    w.copy(node, node.inputs.map(mirrored), outputs)
    for (const [position, output] of node.outputs.entries()) if (output !== '') names.set(output, outputs[position])
  }
  return {
    of: mirrored,
    node: (node) => {
      const outputs = node.outputs.map(mirrored)
      const maxima = indices.get(node.outputs[0])
      return {
        ...node,
        inputs: node.inputs.map(mirrored),
        outputs: maxima === undefined ? outputs : [outputs[0], maxima]
      }
    }
  }
}

/** Nodes that a tensor depends on. */
function ancestorsOf(w: GraphWriter, tensor: string): ReadonlySet<number> {
  const wanted = new Set([tensor])
  const nodes = new Set<number>()
  for (const node of w.model.nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue
    nodes.add(node.index)
    for (const name of [...node.inputs, ...node.captures]) wanted.add(name)
  }
  return nodes
}

function subgraph(node: GraphNode, w: GraphWriter): Fault {
  return new Fault(
    'unsupported-op',
    `${node.opType} of ${w.model.origin.name} holds a graph of its own, which cannot be run beside a baseline.`,
    { subject: node.opType, hint: 'Use gradient, integrated-gradients or occlusion.' }
  )
}
