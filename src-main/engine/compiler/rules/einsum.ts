import { stringAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'
import { type Equation, freeLetters, readEquation } from '../formulations/einsum-equation'
import { expandLike, unsqueeze } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** A factor of a product and its labels; axes along which it is broadcast are dropped. */
interface Factor {
  readonly tensor: string
  readonly labels: readonly string[]
}

/**
 * The gradient of one factor of a sum of products is the sum of products of all others and the outgoing gradient, over
 * the labels the factor lacks.
 */
const einsum: BackwardRule = ({ w, node, outgoing, needs }) => {
  const equation = readEquation(
    stringAttribute(node, 'equation', ''),
    node.inputs.map((input) => w.shapeOf(input).length)
  )
  const sizes = labelSizes(w, node, equation)
  const gradient: Factor = { tensor: outgoing, labels: equation.output }
  return node.inputs.map((_, index) =>
    needs[index] ? gradientOf(w, { node, equation, sizes, gradient }, index) : null
  )
}

interface EinsumCase {
  readonly node: GraphNode
  readonly equation: Equation
  /** Size of every label, -1 where it depends on the batch. */
  readonly sizes: ReadonlyMap<string, number>
  readonly gradient: Factor
}

function labelSizes(w: GraphWriter, node: GraphNode, { operands }: Equation): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const [index, labels] of operands.entries()) {
    const own = w.sizesOf(node.inputs[index])
    for (const [axis, label] of labels.entries()) if ((sizes.get(label) ?? 1) === 1) sizes.set(label, own[axis])
  }
  return sizes
}

function gradientOf(w: GraphWriter, { node, equation, sizes, gradient }: EinsumCase, index: number): string {
  const input = node.inputs[index]
  const own = equation.operands[index]
  const others = equation.operands
    .map((labels, other) => narrowed(w, { tensor: node.inputs[other], labels }, sizes))
    .filter((_, other) => other !== index)
  const diagonals = separated(w, { input, own, sizes, equation })
  const factors = [gradient, ...others, ...diagonals.factors]
  const known = new Set(factors.flatMap((factor) => factor.labels))
  // A broadcast axis is summed over, and a label nobody else has stands for a plain sum: both are put back afterwards.
  const kept = diagonals.labels.map(
    (label, axis) => known.has(label) && !isBroadcast(w, input, { axis, label: own[axis], sizes })
  )
  const result = diagonals.labels.filter((_, axis) => kept[axis])
  const summed = w.op(
    'Einsum',
    factors.map((factor) => factor.tensor),
    { equation: `${factors.map((factor) => factor.labels.join('')).join(',')}->${result.join('')}` }
  )
  const missing = kept.flatMap((isKept, axis) => (isKept ? [] : [axis]))
  if (missing.some((axis) => w.sizesOf(input)[axis] < 0)) throw unsupportedUse(node, w.model, 'a sum over the batch')
  return missing.length === 0 ? summed : expandLike(w, unsqueeze(w, summed, missing), input)
}

function isBroadcast(
  w: GraphWriter,
  tensor: string,
  { axis, label, sizes }: { axis: number; label: string; sizes: ReadonlyMap<string, number> }
): boolean {
  return w.sizesOf(tensor)[axis] === 1 && sizes.get(label) !== 1
}

/** A tensor of the model without the axes along which it is broadcast. */
function narrowed(w: GraphWriter, { tensor, labels }: Factor, sizes: ReadonlyMap<string, number>): Factor {
  const dropped = labels.flatMap((label, axis) => (isBroadcast(w, tensor, { axis, label, sizes }) ? [axis] : []))
  if (dropped.length === 0) return { tensor, labels }
  const squeezed =
    w.opset >= 13 ? w.op('Squeeze', [tensor, w.int64s(dropped)]) : w.op('Squeeze', [tensor], { axes: dropped })
  return { tensor: squeezed, labels: labels.filter((_, axis) => !dropped.includes(axis)) }
}

/**
 * A label that occurs twice in one operand reads a diagonal; its gradient lies on that diagonal. Each repetition gets a
 * letter of its own and an identity matrix that ties it to the first.
 */
function separated(
  w: GraphWriter,
  {
    input,
    own,
    sizes,
    equation
  }: { input: string; own: readonly string[]; sizes: ReadonlyMap<string, number>; equation: Equation }
): { labels: string[]; factors: Factor[] } {
  const used = [...equation.operands.flat(), ...equation.output].join('')
  const repeated = own.map((label, axis) => own.indexOf(label) < axis)
  const free = freeLetters(used, repeated.filter(Boolean).length)
  const factors: Factor[] = []
  const labels = own.map((label, axis) => {
    if (!repeated[axis]) return label
    const fresh = free[factors.length]
    const size = sizes.get(label) ?? 1
    const identity = Float32Array.from({ length: size * size }, (_, place) => (place % (size + 1) === 0 ? 1 : 0))
    factors.push({ tensor: w.floats(identity, [size, size], input), labels: [label, fresh] })
    return fresh
  })
  return { labels, factors }
}

/** Sums of products in index notation. */
export const sumsOfProducts: RuleFamily = { Einsum: einsum }
