import { Fault } from '@engine/fault'
import type { NewAttribute, NewConstant, NewNode } from './encode'
import { isFloat } from './element-types'
import { extendModel } from './extend'
import {
  type Dim,
  type ElementType,
  fixedDim,
  type GraphNode,
  type ModelSource,
  type ProbedModel,
  sameDim,
  type ValueInfo
} from './model'

/**
 * Collects nodes to be put behind a model. Names are made up here; equal small constants are written once.
 * Nodes nobody reads are left out when the source is made, so a rule may offer more than is used.
 */
export class GraphWriter {
  readonly model: ProbedModel
  private nodes: NewNode[] = []
  private readonly constants = new Map<string, NewConstant>()
  private readonly byContent = new Map<string, string>()
  private readonly inputs: ValueInfo[] = []
  private readonly changedOutputs = new Map<number, readonly string[]>()
  /** Added tensors with the tensor of the model whose shape and type they have. */
  private readonly declared = new Map<string, string>()
  /** Added tensors that may be asked about, with the tensor of the model whose shape they have. */
  private readonly standing = new Map<string, string>()
  private readonly facts = new Map<string, ReadonlyMap<string, unknown>>()
  private readonly made = new Set<string>()
  private serial = 0

  constructor(model: ProbedModel) {
    this.model = model
  }

  /** Version of the standard operator set the added nodes must keep to: that of the model. */
  get opset(): number {
    return this.model.opset
  }

  /** Adds a node with one output and answers that output's name. An empty input name is an omitted input. */
  op(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, NewAttribute | undefined>> = {}
  ): string {
    return this.ops(opType, inputs, attributes, 1)[0]
  }

  /** Adds a node with several outputs. */
  ops(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, NewAttribute | undefined>>,
    outputs: number
  ): string[] {
    const names = Array.from({ length: outputs }, () => this.freshName(opType))
    const stated = Object.fromEntries(
      Object.entries(attributes).filter((entry): entry is [string, NewAttribute] => entry[1] !== undefined)
    )
    for (const name of names) this.made.add(name)
    this.nodes.push({ opType, name: names[0], inputs, outputs: names, attributes: stated })
    return names
  }

  /** Adds a copy of a node of the model that reads and makes other tensors. */
  copy(node: GraphNode, inputs: readonly string[], outputs: readonly string[]): void {
    for (const name of outputs) this.made.add(name)
    const { opType, domain } = node
    const name = this.freshName(opType)
    this.nodes.push({ opType, domain, name, inputs, outputs, attributes: {}, copyOf: node.index })
  }

  /** A one-dimensional int64 constant. */
  int64s(values: readonly number[]): string {
    return this.constant({ dims: [values.length], elementType: 'int64', values: BigInt64Array.from(values, BigInt) })
  }

  /** A scalar int64 constant. */
  int64(value: number): string {
    return this.constant({ dims: [], elementType: 'int64', values: BigInt64Array.of(BigInt(value)) })
  }

  /** A scalar of the element type of a tensor of the model. */
  scalar(value: number, like: string): string {
    return this.constant({ dims: [], elementType: this.typeOf(like), values: Float32Array.of(value) })
  }

  /** Floats of the element type of a tensor of the model. */
  floats(values: Float32Array, dims: readonly number[], like: string): string {
    return this.constant({ dims, elementType: this.typeOf(like), values })
  }

  /** A constant tensor; small equal ones are shared. */
  constant(constant: Omit<NewConstant, 'name'>): string {
    const key =
      constant.values.length <= 64
        ? `${constant.elementType}|${constant.dims.join()}|${Array.from(constant.values, String).join()}`
        : ''
    const known = key === '' ? undefined : this.byContent.get(key)
    if (known !== undefined) return known
    const name = this.freshName('constant')
    this.constants.set(name, { ...constant, name })
    if (key !== '') this.byContent.set(key, name)
    return name
  }

  /** Adds a graph input. */
  input(info: ValueInfo): string {
    this.inputs.push(info)
    return info.name
  }

  /** The name of an output of a node of the model, asking for it when the model left it out. */
  requestOutput(nodeIndex: number, position: number): string {
    const outputs = [...(this.changedOutputs.get(nodeIndex) ?? this.model.nodes[nodeIndex].outputs)]
    if (outputs[position]) return outputs[position]
    while (outputs.length <= position) outputs.push('')
    outputs[position] = this.freshName('output')
    this.changedOutputs.set(nodeIndex, outputs)
    return outputs[position]
  }

  /** Sizes of a tensor of the model as functions of the batch size. */
  shapeOf(tensor: string): readonly Dim[] {
    const shape = this.model.shapes.get(tensor) ?? this.model.shapes.get(this.standing.get(tensor) ?? '')
    if (shape === undefined)
      throw new Fault('internal', `The shape of "${tensor}" was not measured.`, { subject: tensor })
    return shape
  }

  /** Sizes of a tensor of the model, -1 where they depend on the batch. */
  sizesOf(tensor: string): number[] {
    return this.shapeOf(tensor).map((dim) => (dim.perBatch === 0 ? dim.fixed : -1))
  }

  /** Element type of the gradient at a tensor of the model: its own, or float32 where whole numbers stand for real ones. */
  typeOf(tensor: string): ElementType {
    const own = this.ownTypeOf(tensor)
    return isFloat(own) || own === 'bool' ? own : 'float32'
  }

  /** Element type of a tensor of the model itself. */
  ownTypeOf(tensor: string): ElementType {
    return this.model.types.get(tensor) ?? this.model.types.get(this.standing.get(tensor) ?? '') ?? 'float32'
  }

  /** Lets an added float tensor be asked about as if it were a tensor of the model that has its shape. */
  standFor(tensor: string, like: string): string {
    this.standing.set(tensor, this.standing.get(like) ?? like)
    return tensor
  }

  /** True for a tensor that is known before the model runs. */
  isConstant(tensor: string): boolean {
    return this.model.constants.has(tensor)
  }

  /** A 1-D int64 tensor with the sizes of a tensor of the model, for any batch size. */
  shapeTensor(tensor: string): string {
    const shape = this.shapeOf(tensor)
    return shape.every((dim) => dim.perBatch === 0)
      ? this.int64s(shape.map((dim) => dim.fixed))
      : this.op('Shape', [tensor])
  }

  /**
   * Gives `tensor` the shape of a tensor of the model that has as many elements. When `tensor` is known to have the
   * shape of another one (`from`) and both begin with the same batch axis, that axis is copied by name: ONNX Runtime
   * then still knows that all batches are equal and keeps its blocked layout.
   */
  reshapeLike(tensor: string, like: string, from?: string): string {
    const shape = this.shapeOf(like)
    const growing = shape.filter((dim) => dim.perBatch !== 0)
    if (growing.length > 1) return this.op('Reshape', [tensor, this.shapeTensor(like)])
    const sizes = this.sizesOf(like)
    const first = from === undefined ? undefined : this.shapeOf(from).at(0)
    const keepsBatch = sizes[0] === -1 && first !== undefined && sameDim(first, shape[0])
    return this.op('Reshape', [tensor, this.int64s(keepsBatch ? [0, ...sizes.slice(1)] : sizes)])
  }

  /**
   * States that an added tensor has the shape and element type of a tensor of the model. ONNX Runtime cannot follow a
   * batch through every operator, and keeps its blocked layout for elementwise operators only where it knows that both
   * sides have one shape.
   */
  declareShape(tensor: string, like: string): void {
    if (this.made.has(tensor)) this.declared.set(tensor, like)
  }

  /** Remembers something about an added tensor that a later rule can use, for example how it was made. */
  note(tensor: string, about: string, fact: unknown): void {
    this.facts.set(tensor, new Map([...(this.facts.get(tensor) ?? []), [about, fact]]))
  }

  /** What was noted about an added tensor. */
  noted<Fact>(tensor: string, about: string): Fact | undefined {
    return this.facts.get(tensor)?.get(about) as Fact | undefined
  }

  /** Takes a note back. */
  forget(tensor: string, about: string): void {
    const known = this.facts.get(tensor)
    if (known !== undefined) this.facts.set(tensor, new Map([...known].filter(([key]) => key !== about)))
  }

  /** A name no tensor has yet. */
  freshName(hint: string): string {
    this.serial += 1
    return `saliscope/${hint}_${this.serial}`
  }

  /** The model with the collected nodes behind it and `outputs` as further graph outputs. */
  source(outputs: readonly string[]): ModelSource {
    const own = new Set(this.model.outputs.map((output) => output.name))
    const { nodes, constants } = this.liveParts(outputs)
    const added = [...new Set(outputs)].filter((name) => !own.has(name))
    const valueInfos = nodes.flatMap((node) => node.outputs.flatMap((name) => this.valueInfo(name)))
    const parts = extendModel(this.model, {
      nodes,
      constants,
      inputs: this.inputs,
      valueInfos,
      outputs: added,
      changedOutputs: this.changedOutputs
    })
    return { parts, externalDataFolder: this.model.hasExternalData ? this.model.origin.folder : null }
  }

  /** The declared shape of an added tensor, with the name the model itself gives its batch axis. */
  private valueInfo(name: string): ValueInfo[] {
    const like = this.declared.get(name)
    const batch = this.model.inputs[0]?.dims?.[0]
    if (like === undefined) return []
    const dims = this.shapeOf(like).map((dim) => {
      if (dim.perBatch === 0) return dim.fixed
      return dim.perBatch === 1 && dim.fixed === 0 && typeof batch === 'string' ? batch : null
    })
    return [{ name, elementType: this.typeOf(like), dims }]
  }

  private liveParts(outputs: readonly string[]): { nodes: NewNode[]; constants: NewConstant[] } {
    const live = new Set(outputs)
    const nodes: NewNode[] = []
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some((name) => live.has(name))) continue
      nodes.push(node)
      for (const name of node.inputs) live.add(name)
    }
    return {
      nodes: nodes.reverse(),
      constants: [...this.constants.values()].filter((constant) => live.has(constant.name))
    }
  }
}

/** True when two shapes agree for every batch size. */
export function sameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, axis) => sameDim(dim, b[axis]))
}

/** A shape without dependence on the batch. */
export function fixedShape(sizes: readonly number[]): Dim[] {
  return sizes.map(fixedDim)
}
