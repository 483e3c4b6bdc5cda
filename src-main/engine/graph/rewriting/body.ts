import { create } from '@bufbuild/protobuf'
import { type GraphProto, type NodeProto, type TensorProto, TensorProtoSchema } from '../onnx_pb'
import { identityNode, localNames, type Rename, renamedNode } from './rename'

/** A subgraph written into the graph around it. */
export interface WrittenBody {
  readonly nodes: readonly NodeProto[]
  readonly tensors: readonly TensorProto[]
}

export interface BodyPlace {
  /** Tensors that stand for the body's inputs, in order. */
  readonly inputs: readonly string[]
  /** Names the body's outputs get outside; `''` for one nobody reads. */
  readonly outputs: readonly string[]
  /** Put before every name the body makes itself. */
  readonly prefix: string
}

/** A copy of a subgraph (If branch, Loop body) as nodes of the outer graph. */
export function writeBody(body: GraphProto, place: BodyPlace): WrittenBody {
  const locals = localNames(body)
  const names = new Map(body.input.map(({ name }, index) => [name, place.inputs[index] ?? '']))
  const made = new Set(body.node.flatMap((node) => node.output))
  const passedOn: [string, string][] = []
  for (const [index, { name }] of body.output.entries()) {
    const outside = place.outputs[index] ?? ''
    if (outside === '') continue
    if (made.has(name) && !names.has(name)) names.set(name, outside)
    else passedOn.push([name, outside])
  }
  const rename: Rename = (name) => names.get(name) ?? (locals.has(name) ? `${place.prefix}/${name}` : name)
  const nodes = body.node.map((node) => {
    const own = renamedNode(node, rename)
    own.name = `${place.prefix}/${node.name || node.opType}`
    return own
  })
  return {
    nodes: [...nodes, ...passedOn.map(([inside, outside]) => identityNode(rename(inside), outside))],
    tensors: body.initializer.map((tensor) => create(TensorProtoSchema, { ...tensor, name: rename(tensor.name) }))
  }
}
