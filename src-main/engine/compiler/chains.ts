import { numbersOf } from '@engine/graph/constant'
import type { GraphModel, GraphNode } from '@engine/graph/model'
import { producersOf } from '@engine/graph/path'
import type { GraphWriter } from '@engine/graph/writer'
import type { BackwardRule } from './rule'

/**
 * A few nodes that compute one function of one tensor, as exporters spell out activations. The slope of the whole takes
 * fewer passes over memory than the product rule node by node.
 */
export interface Chain {
  /** All its nodes; the last one is where the gradient arrives. */
  readonly nodes: readonly GraphNode[]
  /** The rule of the last node: everything for the tensor the chain starts from, nothing for its inner tensors. */
  readonly rule: BackwardRule
}

/** The chains of a model by the index of their last node; inner tensors in `asked` keep their own gradient. */
export function findChains(model: GraphModel, asked: ReadonlySet<string>): ReadonlyMap<number, Chain> {
  const producers = producersOf(model)
  const chains = new Map<number, Chain>()
  for (const node of model.nodes) {
    if (node.opType !== 'Mul' || node.domain !== '') continue
    const chain = gatedBy(model, producers, node)
    const isInside = chain?.nodes.slice(0, -1).every(({ outputs }) => !asked.has(outputs[0])) ?? false
    if (chain !== null && isInside) chains.set(node.index, chain)
  }
  return chains
}

type Producers = ReadonlyMap<string, GraphNode>

/** A product of a tensor with a function of itself, in either order. */
function gatedBy(model: GraphModel, producers: Producers, node: GraphNode): Chain | null {
  for (const position of [0, 1] as const) {
    const [x, gate] = [node.inputs[position], node.inputs[1 - position]]
    const found = sigmoidGate(producers, x, gate) ?? errorFunctionGate(model, producers, { x, gate })
    if (found !== null) return { nodes: [...found.nodes, node], rule: ruleOf(found.slope, position) }
  }
  return null
}

/** The slope of x · gate(x), as a tensor. */
type GateSlope = (w: GraphWriter, product: string) => string

interface Gate {
  readonly nodes: readonly GraphNode[]
  readonly slope: GateSlope
}

function ruleOf(slope: GateSlope, position: 0 | 1): BackwardRule {
  return ({ w, node, outgoing }) => {
    const toX = w.op('Mul', [outgoing, slope(w, node.outputs[0])])
    return position === 0 ? [toX, null] : [null, toX]
  }
}

const is = (node: GraphNode | undefined, opType: string): node is GraphNode =>
  node?.opType === opType && node.domain === ''

/**
 * y = x σ(x), SiLU: the slope is σ + y (1 - σ). HardSigmoid makes 1 - σ, because a difference with a single number
 * would leave ONNX Runtime's blocked layout. Hendrycks and Gimpel, arXiv:1606.08415; Elfwing et al., arXiv:1702.03118.
 */
function sigmoidGate(producers: Producers, x: string, gate: string): Gate | null {
  const node = producers.get(gate)
  if (!is(node, 'Sigmoid') || node.inputs[0] !== x) return null
  return {
    nodes: [node],
    slope: (w, product) => {
      const rest =
        w.typeOf(gate) === 'float32'
          ? w.op('HardSigmoid', [gate], { alpha: { float: -1 }, beta: { float: 1 } })
          : w.op('Sub', [w.scalar(1, gate), gate])
      return w.op('Add', [gate, w.op('Mul', [product, rest])])
    }
  }
}

/**
 * y = x (b + a erf(c x)), GELU for a = b = 1/2 and c = 1/√2: the slope is the gate, and x · 2ac/√π · exp(-(cx)²) more.
 * The half may stand inside the gate or behind the product. Hendrycks and Gimpel, arXiv:1606.08415.
 */
function errorFunctionGate(
  model: GraphModel,
  producers: Producers,
  { x, gate }: { readonly x: string; readonly gate: string }
): Gate | null {
  const outer = factored(model, producers, gate, 'Mul')
  const sum = outer === null ? producers.get(gate) : producers.get(outer.tensor)
  if (!is(sum, 'Add')) return null
  const shifted = sum.inputs.find((input) => single(model, input) === null) ?? ''
  const erf = producers.get(shifted)
  const hasConstant = sum.inputs.some((input) => single(model, input) !== null)
  if (!hasConstant || !is(erf, 'Erf')) return null
  const [z] = erf.inputs
  const inner = factored(model, producers, z, 'Mul') ?? factored(model, producers, z, 'Div')
  if (inner === null || inner.tensor !== x) return null
  const factor = ((outer?.factor ?? 1) * inner.factor * 2) / Math.sqrt(Math.PI)
  return {
    nodes: [inner.node, erf, sum, ...(outer === null ? [] : [outer.node])],
    slope: (w) => {
      // Dividing by exp(z²) spares the pass that would turn the sign of z²; where it is infinite the share is 0, as it should be.
      const share = w.op('Div', [x, w.op('Exp', [w.op('Mul', [z, z])])])
      return w.op('Add', [gate, w.op('Mul', [share, w.scalar(factor, x)])])
    }
  }
}

interface Factored {
  readonly node: GraphNode
  readonly tensor: string
  readonly factor: number
}

/** A tensor multiplied or divided by one constant number. */
function factored(model: GraphModel, producers: Producers, name: string, opType: 'Mul' | 'Div'): Factored | null {
  const node = producers.get(name)
  if (!is(node, opType)) return null
  const [left, right] = node.inputs.map((input) => single(model, input))
  if (right !== null) return { node, tensor: node.inputs[0], factor: opType === 'Mul' ? right : 1 / right }
  return opType === 'Mul' && left !== null ? { node, tensor: node.inputs[1], factor: left } : null
}

/** The value of a constant of one element. */
function single(model: GraphModel, name: string): number | null {
  const constant = model.constants.get(name)
  const isSingle = constant?.dims.every((size) => size === 1) ?? false
  return constant !== undefined && isSingle && constant.dims.length <= 1 ? numbersOf(constant)[0] : null
}
