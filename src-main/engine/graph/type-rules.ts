import { numberAttribute, tensorAttribute } from './attributes'
import { elementTypeOf } from './element-types'
import type { ElementType, GraphModel, GraphNode } from './model'

const boolean = new Set([
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Xor',
  'Not',
  'IsNaN',
  'IsInf'
])
const int64 = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero', 'NonMaxSuppression'])
/** Operators whose result has the type of their second input. */
const likeSecond = new Set(['Where', 'CastLike', 'OneHot', 'DequantizeLinear'])
/** Operators whose further outputs are indices. */
const indicesNext = new Set(['MaxPool', 'TopK', 'Unique'])

/**
 * The element type of every tensor, passed on from the inputs. Gradients flow through floats only, so this is all the
 * typing the compiler needs; an operator the table does not know passes on the type of its first input, which holds for
 * nearly all of them.
 */
export function inferTypes(model: GraphModel): Map<string, ElementType> {
  const types = new Map<string, ElementType>(model.inputs.map((input) => [input.name, input.elementType]))
  for (const [name, constant] of model.constants) types.set(name, constant.elementType)
  for (const node of model.nodes) {
    for (const [position, name] of node.outputs.entries()) {
      if (name !== '' && !types.has(name)) types.set(name, typeOfOutput(node, position, types))
    }
  }
  return types
}

function typeOfOutput(node: GraphNode, position: number, types: ReadonlyMap<string, ElementType>): ElementType {
  const like = (input: number): ElementType => types.get(node.inputs[input]) ?? 'other'
  if (position > 0) return typeOfFurtherOutput(node, position, like(0))
  const { opType } = node
  if (boolean.has(opType)) return 'bool'
  if (int64.has(opType)) return 'int64'
  if (likeSecond.has(opType)) return like(1)
  return stated[opType]?.(node) ?? (isUntyped(node) ? 'other' : like(0))
}

/** Operators that state the type of what they make. */
const stated: Readonly<Record<string, (node: GraphNode) => ElementType>> = {
  Cast: (node) => elementTypeOf(numberAttribute(node, 'to', 0)),
  ConstantOfShape: (node) => tensorAttribute(node, 'value')?.elementType ?? 'float32',
  RandomNormal: () => 'float32',
  RandomUniform: () => 'float32'
}

function typeOfFurtherOutput(node: GraphNode, position: number, first: ElementType): ElementType {
  if (node.opType === 'Dropout' && position === 1) return 'bool'
  if (indicesNext.has(node.opType)) return 'int64'
  return isUntyped(node) ? 'other' : first
}

/** Sequences, and whatever a subgraph makes. */
function isUntyped(node: GraphNode): boolean {
  return node.captures.length > 0 || node.opType.includes('Sequence')
}
