import { numberAttribute, tensorAttribute } from './attributes'
import { elementTypeOf } from './element-types'
import type { ElementType, GraphModel, GraphNode } from './model'

const boolean = new Set(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor', 'Not', 'IsNaN', 'IsInf'])
const int64 = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero', 'NonMaxSuppression'])
/** Operators whose result has the type of their second input. */
const likeSecond = new Set(['Where', 'CastLike', 'OneHot', 'DequantizeLinear'])
/** Operators whose further outputs are indices. */
const indicesNext = new Set(['MaxPool', 'TopK', 'Unique'])

/**
 * The element type of every tensor, passed on from the inputs. Gradients flow through floats only, so this is all the typing the
 * compiler needs; an operator the table does not know passes on the type of its first input, which holds for nearly all of them.
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
  const { opType } = node
  if (boolean.has(opType)) return 'bool'
  if (int64.has(opType)) return 'int64'
  if (opType === 'Cast') return elementTypeOf(numberAttribute(node, 'to', 0))
  if (opType === 'ConstantOfShape') return tensorAttribute(node, 'value')?.elementType ?? 'float32'
  if (opType === 'RandomNormal' || opType === 'RandomUniform' || opType === 'EyeLike') return 'float32'
  if (likeSecond.has(opType)) return like(1)
  if (opType === 'Dropout' && position === 1) return 'bool'
  if (position > 0 && indicesNext.has(opType)) return 'int64'
  if (opType.startsWith('Sequence') || opType === 'SplitToSequence' || node.captures.length > 0) return 'other'
  return like(0)
}
