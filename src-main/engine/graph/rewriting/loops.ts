import { create } from '@bufbuild/protobuf'
import { dataTypeOf } from '../element-types'
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema
} from '../onnx_pb'
import { writeBody } from './body'
import { identityNode } from './rename'

/** Most rounds of a loop that are written out. */
export const mostRounds = 256

/** A loop being written out round by round. */
export class Unrolling {
  readonly nodes: NodeProto[] = []
  readonly tensors: TensorProto[] = []
  /** The condition after the last written round; true from the start when the loop states none. */
  condition: string
  rounds = 0
  private carried: readonly string[]
  private readonly scanned: string[][]
  private readonly body: GraphProto

  constructor(
    private readonly loop: NodeProto,
    private readonly prefix: string,
    private readonly opset: number
  ) {
    this.body = bodyOf(loop) as GraphProto
    this.condition = loop.input[1] || `${prefix}/go_on`
    if (!loop.input[1]) this.tensors.push(yes(this.condition))
    this.carried = loop.input.slice(2)
    this.scanned = Array.from({ length: this.body.output.length - 1 - this.carried.length }, () => [])
  }

  /** True when the body hands its condition on unchanged, so that only the number of rounds counts. */
  get keepsCondition(): boolean {
    const [end] = this.body.output
    return passesOn(this.body, end.name, this.body.input[1]?.name ?? '')
  }

  /** Writes one more round. */
  round(): void {
    const prefix = `${this.prefix}/round_${this.rounds}`
    const count = `${prefix}/count`
    this.tensors.push(int64Scalar(count, this.rounds))
    const outputs = this.body.output.map(({ name }) => `${prefix}/out/${name}`)
    const written = writeBody(this.body, { inputs: [count, this.condition, ...this.carried], outputs, prefix })
    this.nodes.push(...written.nodes)
    this.tensors.push(...written.tensors)
    this.condition = outputs[0]
    this.carried = outputs.slice(1, 1 + this.carried.length)
    for (const [index, list] of this.scanned.entries()) list.push(outputs[1 + this.carried.length + index])
    this.rounds += 1
  }

  /** Gives the loop's outputs their names: carried values as they are, scanned ones stacked along a new first axis. */
  finish(): void {
    const stacked = this.loop.output.slice(this.carried.length)
    for (const [index, name] of this.loop.output.slice(0, this.carried.length).entries())
      if (name !== '') this.nodes.push(identityNode(this.carried[index], name))
    for (const [index, name] of stacked.entries()) if (name !== '') this.stack(this.scanned[index], name)
  }

  private stack(parts: readonly string[], name: string): void {
    const axes = `${this.prefix}/first_axis`
    if (this.opset >= 13 && !this.tensors.some((tensor) => tensor.name === axes))
      this.tensors.push({ ...int64Scalar(axes, 0), dims: [1n] })
    const rows = parts.map((part) => {
      const row = `${part}/row`
      this.nodes.push(this.opset >= 13 ? made('Unsqueeze', [part, axes], row) : withInts('Unsqueeze', part, row))
      return row
    })
    const concat = made('Concat', rows, name)
    concat.attribute = [create(AttributeProtoSchema, { name: 'axis', type: AttributeType.INT, i: 0n })]
    this.nodes.push(concat)
  }

  /** True when values are to be stacked but no round was made: their shape is then unknown. */
  get cannotFinish(): boolean {
    return this.rounds === 0 && this.loop.output.slice(this.carried.length).some((name) => name !== '')
  }
}

/** The body of a Loop. */
export function bodyOf(loop: NodeProto): GraphProto | undefined {
  return loop.attribute.find(({ name }) => name === 'body')?.g
}

/** True when `name` is `source`, or a constant true, perhaps renamed. */
function passesOn(body: GraphProto, name: string, source: string): boolean {
  const producers = new Map(body.node.flatMap((node) => node.output.map((output) => [output, node] as const)))
  for (let current = name; ;) {
    if (current === source) return true
    const constant = body.initializer.find((tensor) => tensor.name === current)
    if (constant !== undefined) return isTrue(constant)
    const node = producers.get(current)
    if (node?.opType === 'Constant') return isTrue(node.attribute.find((attribute) => attribute.name === 'value')?.t)
    if (node === undefined || !['Identity', 'Cast'].includes(node.opType)) return false
    current = node.input[0]
  }
}

function isTrue(tensor: TensorProto | undefined): boolean {
  const bytes = tensor?.rawData ?? new Uint8Array()
  return bytes.length > 0 ? bytes[0] !== 0 : (tensor?.int32Data[0] ?? 0) !== 0
}

function int64Scalar(name: string, value: number): TensorProto {
  return create(TensorProtoSchema, { name, dataType: dataTypeOf('int64'), int64Data: [BigInt(value)] })
}

function yes(name: string): TensorProto {
  return create(TensorProtoSchema, { name, dataType: dataTypeOf('bool'), int32Data: [1] })
}

function made(opType: string, input: string[], output: string): NodeProto {
  return create(NodeProtoSchema, { opType, name: output, input, output: [output] })
}

function withInts(opType: string, input: string, output: string): NodeProto {
  const node = made(opType, [input], output)
  node.attribute = [create(AttributeProtoSchema, { name: 'axes', type: AttributeType.INTS, ints: [0n] })]
  return node
}
