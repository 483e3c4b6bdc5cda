import { Fault } from '@engine/fault'
import type { GraphNode } from '@engine/graph/model'
import { tensorsBetween } from '@engine/graph/path'
import type { GraphWriter } from '@engine/graph/writer'
import { sumToShape } from './broadcast'
import { missingRule } from './faults'
import { GradientFlow } from './gradient-flow'
import { zerosLike } from './operators'
import { layerPositions } from './positions'
import type { Composite, Position } from './rule'
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
 * Reverse-mode differentiation: walks the nodes between `wrt` and `of` from the end, asks the composite for each node's
 * rule, sums what several readers send to one tensor, and sums broadcast axes back. Answers the name of the gradient of
 * every tensor in `wrt`.
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
  const flow = new GradientFlow(w, wrt)
  flow.arrive(of, pass.outgoing)
  const positions = layerPositions(w.model, path)
  for (const node of w.model.nodes.toReversed()) {
    const outgoings = node.outputs.map((output) => (path.has(output) ? flow.at(output) : null))
    const needs = node.inputs.map((input) => path.has(input))
    const isOnPath = outgoings.some((outgoing) => outgoing !== null) && needs.some(Boolean)
    if (isOnPath) passBack(pass, flow, { node, outgoings, needs, position: positions.get(node.index) ?? elsewhere })
  }
  return Object.fromEntries(wrt.map((tensor) => [tensor, flow.at(tensor) ?? zerosLike(w, tensor)]))
}

const elsewhere: Position = { layer: null, isFirst: false, isLast: false }

/** A node the gradient passes. */
interface Passage {
  readonly node: GraphNode
  readonly outgoings: readonly (string | null)[]
  readonly needs: readonly boolean[]
  readonly position: Position
}

function passBack(pass: BackwardPass, flow: GradientFlow, { node, outgoings, needs, position }: Passage): void {
  const { w, target } = pass
  const rule = pass.composite(node, position)
  if (rule === undefined) throw missingRule(node, w.model)
  const outgoing = outgoings.find((gradient) => gradient !== null) as string
  const gradients = rule({ w, node, outgoing, outgoings, needs, target, shapeOf: (tensor) => w.shapeOf(tensor) })
  for (const [index, gradient] of gradients.entries()) {
    if (gradient === null || !needs[index]) continue
    const input = node.inputs[index]
    const isWide = broadcastingOps.has(node.opType) && node.domain === ''
    flow.arrive(input, isWide ? sumToShape(w, gradient, { from: node.outputs[0], to: input }) : gradient)
  }
}
