import { type Constant, constantFromMessage } from './constant'
import type { ModelOrigin } from './model'
import { type AttributeProto, AttributeProto_AttributeType as AttributeType } from './onnx_pb'

/** The value of a node attribute; graphs and the rarer kinds are not carried. */
export type AttributeValue = number | string | readonly number[] | readonly string[] | Constant | null

/** The attributes of a node by name. */
export type Attributes = ReadonlyMap<string, AttributeValue>

const text = new TextDecoder()

/** Attributes of a node as values; a subgraph becomes null, so that its presence stays visible. */
export function readAttributes(protos: readonly AttributeProto[], node: number, file: ModelOrigin): Attributes {
  return new Map(protos.map((proto) => [proto.name, readAttribute(proto, node, file)]))
}

function readAttribute(proto: AttributeProto, node: number, file: ModelOrigin): AttributeValue {
  switch (kindOf(proto)) {
    case AttributeType.FLOAT:
      return proto.f
    case AttributeType.INT:
      return Number(proto.i)
    case AttributeType.STRING:
      return text.decode(proto.s)
    case AttributeType.FLOATS:
      return proto.floats
    case AttributeType.INTS:
      return proto.ints.map(Number)
    case AttributeType.STRINGS:
      return proto.strings.map((item) => text.decode(item))
    case AttributeType.TENSOR:
      return proto.t === undefined
        ? null
        : constantFromMessage(proto.t, proto.t.name, { kind: 'node', index: node }, file)
    default:
      return null
  }
}

/** The first IR versions had no `type` field: there the filled field tells the kind. */
function kindOf(proto: AttributeProto): AttributeType {
  if (proto.type !== AttributeType.UNDEFINED) return proto.type
  if (proto.ints.length > 0) return AttributeType.INTS
  if (proto.floats.length > 0) return AttributeType.FLOATS
  if (proto.strings.length > 0) return AttributeType.STRINGS
  if (proto.t !== undefined) return AttributeType.TENSOR
  if (proto.s.length > 0) return AttributeType.STRING
  return proto.f !== 0 ? AttributeType.FLOAT : AttributeType.INT
}

interface WithAttributes {
  readonly attributes: Attributes
}

/** A number attribute, or the operator's default. */
export function numberAttribute(node: WithAttributes, name: string, fallback: number): number {
  const value = node.attributes.get(name)
  return typeof value === 'number' ? value : fallback
}

/** A string attribute, or the operator's default. */
export function stringAttribute(node: WithAttributes, name: string, fallback: string): string {
  const value = node.attributes.get(name)
  return typeof value === 'string' ? value : fallback
}

/** A list of numbers, or undefined when the node does not state it. */
export function numbersAttribute(node: WithAttributes, name: string): readonly number[] | undefined {
  const value = node.attributes.get(name)
  if (!Array.isArray(value)) return undefined
  return value.every((item) => typeof item === 'number') ? (value as readonly number[]) : undefined
}

/** A tensor attribute, or undefined. */
export function tensorAttribute(node: WithAttributes, name: string): Constant | undefined {
  const value = node.attributes.get(name)
  return typeof value === 'object' && value !== null && 'values' in value && 'dims' in value
    ? (value as Constant)
    : undefined
}
