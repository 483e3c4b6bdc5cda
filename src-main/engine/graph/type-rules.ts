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
/** Operators that answer in the type of their zero point, and where that input is. */
const likeZeroPoint: Readonly<Record<string, number>> = {
  QuantizeLinear: 2,
  QLinearConv: 7,
  QLinearMatMul: 7,
  QLinearAdd: 7,
  QLinearMul: 7,
  QLinearWhere: 8,
  QGemm: 8
}
const int32 = new Set(['ConvInteger', 'MatMulInteger'])
/** Domains whose results are no tensors: class labels as maps or sequences. */
const notTensors = new Set(['ZipMap', 'OptionalHasElement', 'Optional', 'OptionalGetElement', 'StringNormalizer'])

/** The type of what a quantising operator makes; undefined for other operators. */
function quantisedType(
  node: GraphNode,
  position: number,
  like: (input: number) => ElementType
): ElementType | undefined {
  const { opType, inputs } = node
  if (int32.has(opType)) return 'int32'
  if (opType === 'DynamicQuantizeLinear') return position === 1 ? 'float32' : 'uint8'
  if (opType === 'MatMulIntegerToFloat' || opType === 'DynamicQuantizeMatMul') return 'float32'
  if (opType === 'DequantizeLinear') return like(1)
  const zeroPoint = likeZeroPoint[opType]
  if (zeroPoint === undefined) return undefined
  if (inputs[zeroPoint]) return like(zeroPoint)
  return opType === 'QGemm' ? 'float32' : opType === 'QuantizeLinear' ? statedType(node) : like(0)
}

/** QuantizeLinear without a zero point: uint8 unless the attribute of opset 21 says otherwise. */
function statedType(node: GraphNode): ElementType {
  const stated = numberAttribute(node, 'output_dtype', 0)
  return stated === 0 ? 'uint8' : elementTypeOf(stated)
}

const int64 = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero', 'NonMaxSuppression'])
/** Operators whose result has the type of their second input. */
const likeSecond = new Set(['Where', 'CastLike'])
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
  if (node.subgraphTypes.length > 0) return node.subgraphTypes[position] ?? 'other'
  const quantised = quantisedType(node, position, like)
  if (quantised !== undefined) return quantised
  if (position > 0) return typeOfFurtherOutput(node, position, like(0))
  const { opType } = node
  if (boolean.has(opType)) return 'bool'
  if (int64.has(opType)) return 'int64'
  if (likeSecond.has(opType)) return like(1)
  // Its third input holds the two values.
  if (opType === 'OneHot') return like(2)
  return stated[opType]?.(node) ?? (isUntyped(node) ? 'other' : like(0))
}

/** Operators that state the type of what they make. */
const stated: Readonly<Record<string, (node: GraphNode) => ElementType>> = {
  Cast: (node) => elementTypeOf(numberAttribute(node, 'to', 0)),
  EyeLike: (node) => elementTypeOf(numberAttribute(node, 'dtype', 1)),
  ConstantOfShape: (node) => tensorAttribute(node, 'value')?.elementType ?? 'float32',
  RandomNormal: () => 'float32',
  RandomUniform: () => 'float32'
}

function typeOfFurtherOutput(node: GraphNode, position: number, first: ElementType): ElementType {
  if (node.opType === 'Dropout' && position === 1) return 'bool'
  if (indicesNext.has(node.opType)) return 'int64'
  return isUntyped(node) ? 'other' : first
}

/** Sequences, and whatever a subgraph makes; ReverseSequence turns an axis of a tensor. */
function isUntyped(node: GraphNode): boolean {
  const isSequence = node.opType.includes('Sequence') && node.opType !== 'ReverseSequence'
  return node.captures.length > 0 || isSequence || notTensors.has(node.opType)
}
