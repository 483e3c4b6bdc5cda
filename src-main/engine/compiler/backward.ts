import { Fault } from '@engine/fault'
import { tensorsBetween } from '@engine/graph/path'
import type { GraphWriter } from '@engine/graph/writer'
import { sumToShape } from './broadcast'
import { missingRule } from './faults'
import { pinScale } from './formulations/channel-scale'
import { zerosLike } from './operators'
import { layerPositions } from './positions'
import type { Composite } from './rule'
import { broadcastingOps } from './rules'
import type { TargetProfile } from './targets/target'

/** What the driver needs to append one backward pass. */
export interface BackwardPass {
  readonly w: GraphWriter
  /** The explained tensor, and the tensor that holds its gradient: the start value. */
  readonly of: string
  readonly outgoing: string
  readonly wrt: readonly string[]
  readonly composite: Composite
  readonly target: TargetProfile
}

/**
 * Reverse-mode differentiation: walks the nodes between `wrt` and `of` from the end, asks the composite for each node's rule, sums what
 * several readers send to one tensor, and sums broadcast axes back. Answers the name of the gradient of every tensor in `wrt`.
 * Throws Fault `unsupported-op`, `bad-parameter`.
 */
export function appendBackward(pass: BackwardPass): Record<string, string> {
  const { w, of, wrt } = pass
  const path = tensorsBetween(w.model, wrt, of)
  const unreached = wrt.find((tensor) => !path.has(tensor))
  if (unreached !== undefined) {
    throw new Fault('bad-parameter', `The tensor "${unreached}" does not influence "${of}".`, {
      subject: unreached,
      hint: 'Choose a layer between the input and the explained output.'
    })
  }
  const arriving = new Map<string, string[]>([[of, [pass.outgoing]]])
  const positions = layerPositions(w.model, path)
  const seen = new Set<string>()
  for (const node of w.model.nodes.toReversed()) {
    const outgoings = node.outputs.map((output) => accumulated(w, arriving, output))
    const needs = node.inputs.map((input) => path.has(input))
    if (!outgoings.some((outgoing) => outgoing !== null) || !needs.some(Boolean)) continue
    const rule = pass.composite(node, positions.get(node.index) ?? elsewhere)
    if (rule === undefined) throw missingRule(node, w.model)
    const outgoing = outgoings.find((gradient) => gradient !== null) as string
    const context = { w, node, outgoing: outgoings[0] ?? outgoing, outgoings, needs, target: pass.target, shapeOf: (tensor: string) => w.shapeOf(tensor) }
    const gradients = rule(context)
    for (const [index, gradient] of gradients.entries()) {
      if (gradient === null || gradient === undefined || !needs[index]) continue
      const input = node.inputs[index]
      const fitting = broadcastingOps.has(node.opType) ? sumToShape(w, gradient, { from: node.outputs[0], to: input }) : gradient
      w.declareShape(fitting, input)
      if (seen.has(fitting) || wrt.includes(input)) pinScale(w, fitting)
      seen.add(fitting)
      arriving.set(input, [...(arriving.get(input) ?? []), fitting])
    }
  }
  return Object.fromEntries(wrt.map((tensor) => [tensor, accumulated(w, arriving, tensor) ?? zerosLike(w, tensor)]))
}

const elsewhere = { layer: null, isFirst: false, isLast: false } as const

/** The sum of everything that has arrived at a tensor, written once. */
function accumulated(w: GraphWriter, arriving: Map<string, string[]>, tensor: string): string | null {
  const gradients = arriving.get(tensor)
  if (gradients === undefined) return null
  if (gradients.length === 1) return gradients[0]
  const sum = w.op(gradients.length === 2 ? 'Add' : 'Sum', gradients)
  w.declareShape(sum, tensor)
  arriving.set(tensor, [sum])
  return sum
}
