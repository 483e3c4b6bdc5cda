import { Fault } from '@engine/fault'
import type { GraphModel, GraphNode } from '@engine/graph/model'

const gradientFree = 'Methods that only run the model forward need no backward rule: occlusion, rise, scorecam.'

/** A node no rule exists for. */
export function missingRule(node: GraphNode, model: GraphModel): Fault {
  if (node.domain !== '') return foreignOperator(node, model)
  return new Fault('unsupported-op', `There is no backward rule for ${node.opType} (${place(node, model)}).`, {
    subject: node.opType,
    hint: gradientFree
  })
}

/** A node whose rule does not cover this use of the operator. */
export function unsupportedUse(node: GraphNode, model: GraphModel, reason: string): Fault {
  const message = `The backward rule for ${node.opType} (${place(node, model)}) does not cover this use: ${reason}.`
  return new Fault('unsupported-op', message, { subject: node.opType, hint: gradientFree })
}

/** Operators with a body of their own; what can be settled before the run was written out when the model was opened. */
export const controlFlowOps: ReadonlySet<string> = new Set(['If', 'Loop', 'Scan', 'SequenceMap'])

/** A branch or loop that the image itself steers. */
export function controlFlow(node: GraphNode, model: GraphModel): Fault {
  const what =
    node.opType === 'If'
      ? 'which of its branches runs depends on the image'
      : node.opType === 'Loop'
        ? 'how often it repeats its body depends on the image, or is more than can be written out'
        : 'it repeats its body over values of the image'
  return new Fault('unsupported-op', `There is no gradient through ${node.opType} (${place(node, model)}): ${what}.`, {
    subject: node.opType,
    hint: `Export the model with that step fixed or left out. ${gradientFree}`
  })
}

/** A node behind which the output no longer changes smoothly with the image. */
export function gradientEnds(node: GraphNode, model: GraphModel): Fault {
  return new Fault(
    'unsupported-op',
    `The output depends on the image only through ${node.opType} (${place(node, model)}), which has no gradient.`,
    { subject: node.opType, hint: `Explain an output before that step. ${gradientFree}` }
  )
}

/** A node of a domain that is not ONNX's own. */
export function foreignOperator(node: GraphNode, model: GraphModel): Fault {
  return new Fault(
    'unsupported-op',
    `${node.opType} (${place(node, model)}) is no standard ONNX operator, so there is no backward rule for it.`,
    { subject: node.opType, hint: `Export the model with standard operators only. ${gradientFree}` }
  )
}

function place(node: GraphNode, model: GraphModel): string {
  const name = node.name === '' ? `node ${node.index}` : `node "${node.name}"`
  const version = node.domain === '' ? `opset ${model.opset}` : `domain ${node.domain}`
  return `${name}, ${version}, ${model.origin.name}`
}

/** A node relevance cannot go through. */
export function noRelevanceRule(node: GraphNode, model: GraphModel, reason: string): Fault {
  const message = `Relevance cannot go through ${node.opType} (${place(node, model)}): ${reason}.`
  return new Fault('unsupported-op', message, {
    subject: node.opType,
    hint: 'Use a gradient method (gradient, integrated-gradients, gradcam), or one that only runs the model forward.'
  })
}
