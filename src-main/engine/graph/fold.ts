import { numbersAttribute, numberAttribute, tensorAttribute } from './attributes'
import { type Constant, constantFromValues, numbersOf } from './constant'
import type { TypedValues } from './element-types'
import type { GraphNode } from './model'

type Folder = (node: GraphNode, known: ReadonlyMap<string, Constant>) => Constant | undefined

/**
 * Adds to the initializers the tensors that Constant and ConstantOfShape nodes make, and renamings of any of them.
 * Exporters write weights in all of these ways. Values are only made when asked for.
 */
export function foldConstants(
  nodes: readonly GraphNode[],
  initializers: ReadonlyMap<string, Constant>
): Map<string, Constant> {
  const known = new Map(initializers)
  for (const node of nodes) {
    const constant = node.domain === '' ? folders[node.opType]?.(node, known) : undefined
    if (constant !== undefined) known.set(constant.name, constant)
  }
  return known
}

const folders: Record<string, Folder> = {
  Constant: foldConstant,

  ConstantOfShape(node, known) {
    const shape = known.get(node.inputs[0])
    if (shape === undefined) return undefined
    const dims = numbersOf(shape)
    const value = tensorAttribute(node, 'value')
    const elementType = value?.elementType ?? 'float32'
    const about = { elementType, origin: { kind: 'node', index: node.index } } as const
    return constantFromValues(node.outputs[0], dims, () => filled(dims, value), about)
  },

  Identity(node, known) {
    const source = known.get(node.inputs[0])
    return source === undefined
      ? undefined
      : { ...source, name: node.outputs[0], origin: { kind: 'node', index: node.index } }
  }
}

function foldConstant(node: GraphNode): Constant | undefined {
  const origin = { kind: 'node', index: node.index } as const
  const tensor = tensorAttribute(node, 'value')
  if (tensor !== undefined) return { ...tensor, name: node.outputs[0], origin }
  const floats = node.attributes.has('value_float')
    ? [numberAttribute(node, 'value_float', 0)]
    : numbersAttribute(node, 'value_floats')
  if (floats !== undefined) {
    const dims = node.attributes.has('value_float') ? [] : [floats.length]
    return constantFromValues(node.outputs[0], dims, () => Float32Array.from(floats), {
      elementType: 'float32',
      origin
    })
  }
  const ints = node.attributes.has('value_int')
    ? [numberAttribute(node, 'value_int', 0)]
    : numbersAttribute(node, 'value_ints')
  if (ints === undefined) return undefined
  const dims = node.attributes.has('value_int') ? [] : [ints.length]
  return constantFromValues(node.outputs[0], dims, () => BigInt64Array.from(ints, BigInt), {
    elementType: 'int64',
    origin
  })
}

/** What ConstantOfShape makes: the one value of its attribute, or float zeros. */
function filled(dims: readonly number[], value: Constant | undefined): TypedValues {
  const count = dims.reduce((product, size) => product * size, 1)
  if (value === undefined) return new Float32Array(count)
  const one = value.values()
  const values = new (one.constructor as new (length: number) => TypedValues)(count)
  return (values as Float32Array).fill(one[0] as number)
}
