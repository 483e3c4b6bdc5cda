import { Fault } from '@engine/fault'
import type { GraphModel, GraphNode } from '@engine/graph/model'

const gradientFree = 'Methods that only run the model forward need no backward rule: occlusion, rise, scorecam.'

/** A node no rule exists for. */
export function missingRule(node: GraphNode, model: GraphModel): Fault {
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

function place(node: GraphNode, model: GraphModel): string {
  const name = node.name === '' ? `node ${node.index}` : `node "${node.name}"`
  const version = node.domain === '' ? `opset ${model.opset}` : `domain ${node.domain}`
  return `${name}, ${version}, ${model.origin.name}`
}
