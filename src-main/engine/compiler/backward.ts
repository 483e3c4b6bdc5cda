import { Fault } from '@engine/fault'
import type { GraphNode } from '@engine/graph/model'
import { tensorsBetween, whereGradientEnds } from '@engine/graph/path'
import type { GraphWriter } from '@engine/graph/writer'
import { sumToShape } from './broadcast'
import { type Chain, findChains } from './chains'
import { controlFlow, controlFlowOps, gradientEnds, missingRule, unsupportedUse } from './faults'
import { GradientFlow } from './gradient-flow'
import { zerosLike } from './operators'
import { layerPositions } from './positions'
import type { BackwardRule, CompositeMaker, Position } from './rule'
import { isBroadcasting, ruleFor } from './rules'
import type { TargetProfile } from './targets/target'

/** What the driver needs to append one backward pass. */
export interface BackwardPass {
  readonly w: GraphWriter
  /** The explained tensor, and the tensor that holds its gradient: the start value. */
  readonly of: string
  readonly outgoing: string
  readonly wrt: readonly string[]
  readonly composite: CompositeMaker
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
  // An input the output does not depend on has the gradient zero; a layer that has no influence was named by mistake.
  const inputs = new Set(w.model.inputs.map((input) => input.name))
  const unreached = wrt.find((tensor) => !path.has(tensor) && !inputs.has(tensor))
  if (unreached !== undefined) {
    throw new Fault('bad-parameter', `The tensor "${unreached}" does not influence "${of}".`, {
      subject: unreached,
      hint: 'Choose a layer between the input and the explained output.'
    })
  }
  for (const tensor of wrt) if (!path.has(tensor)) checkUnmoved(w, tensor, of)
  const flow = new GradientFlow(w, wrt)
  flow.arrive(of, pass.outgoing)
  const positions = layerPositions(w.model, path)
  const composite = pass.composite({ w, model: w.model, path })
  const choose = (node: GraphNode): BackwardRule | undefined => composite(node, positions.get(node.index) ?? elsewhere)
  const chains = findChains(w.model, new Set([of, ...wrt]))
  for (const node of w.model.nodes.toReversed()) {
    const outgoings = node.outputs.map((output) => (path.has(output) ? flow.at(output) : null))
    const needs = node.inputs.map((input) => path.has(input))
    const reads = needs.some(Boolean) || node.captures.some((name) => path.has(name))
    const isOnPath = reads && outgoings.some((outgoing) => outgoing !== null)
    if (!isOnPath) continue
    if (node.domain === '' && controlFlowOps.has(node.opType)) throw controlFlow(node, w.model)
    const rule = plainChain(chains.get(node.index), choose)?.rule ?? choose(node)
    if (rule === undefined) throw missingRule(node, w.model)
    passBack(pass, flow, { node, outgoings, needs, rule })
  }
  return Object.fromEntries(wrt.map((tensor) => [tensor, flow.at(tensor) ?? zerosLike(w, tensor)]))
}

/** Throws Fault `unsupported-op` when the output depends on an input, but only through steps without a gradient. */
function checkUnmoved(w: GraphWriter, input: string, of: string): void {
  const end = whereGradientEnds(w.model, input, of)
  if (end !== undefined) throw gradientEnds(end, w.model)
}

const elsewhere: Position = { layer: null, order: null, isFirst: false, isLast: false }

/** The chain, when the composite changes the rule of none of its nodes. */
function plainChain(
  chain: Chain | undefined,
  choose: (node: GraphNode) => BackwardRule | undefined
): Chain | undefined {
  return chain?.nodes.every((node) => choose(node) === ruleFor(node)) ? chain : undefined
}

/** A node the gradient passes. */
interface Passage {
  readonly node: GraphNode
  readonly outgoings: readonly (string | null)[]
  readonly needs: readonly boolean[]
  readonly rule: BackwardRule
}

function passBack(pass: BackwardPass, flow: GradientFlow, { node, outgoings, needs, rule }: Passage): void {
  const { w, target } = pass
  const outgoing = outgoings.find((gradient) => gradient !== null) as string
  const gradients = rule({ w, node, outgoing, outgoings, needs, target, shapeOf: (tensor) => w.shapeOf(tensor) })
  const unanswered = needs.findIndex((need, index) => need && index >= gradients.length)
  if (unanswered >= 0)
    throw unsupportedUse(node, w.model, `its input "${node.inputs[unanswered]}" depends on the image as well`)
  const isWide = isBroadcasting(node)
  for (const [index, gradient] of gradients.entries()) {
    if (gradient === null || !needs[index]) continue
    const input = node.inputs[index]
    flow.arrive(input, isWide ? sumToShape(w, gradient, { from: node.outputs[0], to: input }) : gradient)
  }
}
