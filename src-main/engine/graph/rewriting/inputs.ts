import { create } from '@bufbuild/protobuf'
import { Fault } from '@engine/fault'
import { dataTypeOf, typedValues } from '../element-types'
import type { NewConstant } from '../encode'
import type { ElementType, GraphModel, ValueInfo } from '../model'
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema
} from '../onnx_pb'
import { decodeNodes, rebuild } from './rebuild'
import { renamedNode } from './rename'

/** What a model input beside the image is always given: numbers, and their shape when it is known. */
export interface FixedInput {
  readonly values: readonly number[]
  readonly shape: readonly number[] | null
}

/**
 * Turns inputs beside the image into constants of the graph, repeated along the batch where their first axis is free.
 * Throws Fault `bad-card` for values that do not fit the input.
 */
export function fixInputs(model: GraphModel, image: string, given: ReadonlyMap<string, FixedInput>): GraphModel {
  const fixed = model.inputs.filter((input) => given.has(input.name))
  if (fixed.length === 0) return model
  const before: NodeProto[] = []
  const constants: NewConstant[] = []
  for (const input of fixed) {
    const { constant, repeat } = constantFor(input, given.get(input.name) as FixedInput)
    const name = repeat ? `${input.name}/once` : input.name
    constants.push({ ...constant, name })
    if (repeat) before.push(...repeated(input.name, { once: name, image, rest: constant.dims.slice(1) }, constants))
  }
  const names = fixed.map(({ name }) => `"${name}"`).join(', ')
  return rebuild(model, {
    nodes: [...before, ...decodeNodes(model)],
    constants,
    inputs: model.inputs.filter((input) => !given.has(input.name)),
    remark: `The ${fixed.length === 1 ? 'input' : 'inputs'} ${names} beside the image ${fixed.length === 1 ? 'is' : 'are'} fixed by the model card.`
  })
}

function constantFor(input: ValueInfo, given: FixedInput): { constant: Omit<NewConstant, 'name'>; repeat: boolean } {
  const { elementType } = input
  const stated = input.dims ?? given.shape ?? []
  const repeat = stated.length > 0 && typeof stated[0] !== 'number' && given.shape?.length !== stated.length
  const dims = stated.map((size, axis) => {
    if (typeof size === 'number' && size > 0) return size
    const own = given.shape?.[given.shape.length - stated.length + axis]
    if (own !== undefined) return own
    if (axis === 0) return 1
    throw misfit(input, given, `its axis ${axis} is free, so the value must state it, as nested lists or an .npy file`)
  })
  const count = dims.reduce((product, size) => product * size, 1)
  if (given.values.length !== count && given.values.length !== 1)
    throw misfit(input, given, `it takes ${count} ${count === 1 ? 'number' : 'numbers'} of shape [${dims.join(', ')}]`)
  const numbers = Array.from({ length: count }, (_, index) => given.values[given.values.length === 1 ? 0 : index])
  const free = stated.length > 0 && typeof stated[0] !== 'number'
  return {
    constant: { dims, elementType, values: typedValues(elementType, numbers) },
    repeat: (repeat || free) && dims[0] === 1
  }
}

function misfit(input: ValueInfo, given: FixedInput, reason: string): Fault {
  return new Fault(
    'bad-card',
    `The model card gives ${given.values.length} ${given.values.length === 1 ? 'number' : 'numbers'} for the model input "${input.name}", but ${reason}.`,
    { subject: input.name, hint: `Correct "otherInputs.${input.name}" in the model card.` }
  )
}

/** Nodes that repeat a one-row constant once for each image of the batch. */
function repeated(
  name: string,
  { once, image, rest }: { readonly once: string; readonly image: string; readonly rest: readonly number[] },
  constants: NewConstant[]
): NodeProto[] {
  const int64s = (suffix: string, values: readonly number[]): string => {
    const own = `${name}/${suffix}`
    constants.push({
      name: own,
      dims: [values.length],
      elementType: 'int64',
      values: BigInt64Array.from(values, BigInt)
    })
    return own
  }
  const batch = [
    plainNode('Shape', [image], `${name}/image_sizes`),
    withNumber(plainNode('Gather', [`${name}/image_sizes`, int64s('first', [0])], `${name}/batch`), 'axis', 0)
  ]
  const sizes =
    rest.length === 0
      ? `${name}/batch`
      : (batch.push(
          withNumber(plainNode('Concat', [`${name}/batch`, int64s('rest', rest)], `${name}/sizes`), 'axis', 0)
        ),
        `${name}/sizes`)
  return [...batch, plainNode('Expand', [once, sizes], name)]
}

/**
 * Gives the image input an axis it lacks: the batch (axis 0) of a model for one image, or the channel (axis 1) of one
 * that takes `[N, H, W]`. The model itself sees what it always saw.
 */
export function widenInput(model: GraphModel, image: string, axis: 0 | 1): GraphModel {
  const input = model.inputs.find(({ name }) => name === image)
  if (input?.dims === null || input === undefined) return model
  const inner = `${image}/without_axis`
  const dims = [...input.dims.slice(0, axis), 1, ...input.dims.slice(axis)]
  const squeeze = plainNode('Squeeze', [image], inner)
  const constants: NewConstant[] = []
  if (model.opset >= 13) {
    const name = `${image}/axis`
    constants.push({ name, dims: [1], elementType: 'int64', values: BigInt64Array.of(BigInt(axis)) })
    squeeze.input.push(name)
  } else {
    squeeze.attribute.push(
      create(AttributeProtoSchema, { name: 'axes', type: AttributeType.INTS, ints: [BigInt(axis)] })
    )
  }
  const what = axis === 0 ? 'batch axis: it is run one image at a time' : 'channel axis: one of size 1 is put in'
  return replaceInput(model, { ...input, dims }, [squeeze], { inner, constants, remark: `The model has no ${what}.` })
}

/**
 * Makes a half-precision image input take float32: a Cast behind the input, so that gradients arrive in float32 too. Inputs of whole numbers stay as they are. Throws Fault `unsupported-model` for bfloat16.
 */
export function floatInput(model: GraphModel, image: string): GraphModel {
  const input = model.inputs.find(({ name }) => name === image)
  if (input === undefined || input.elementType === 'float32') return model
  const { elementType } = input
  if (elementType === 'bfloat16') {
    throw new Fault('unsupported-model', `The input "${image}" of ${model.origin.name} takes bfloat16 numbers.`, {
      subject: image,
      hint: 'ONNX Runtime has no bfloat16 kernels on a CPU: export the model in float32 or float16.'
    })
  }
  if (elementType !== 'float16') return model
  const inner = `${image}/${elementType}`
  const cast = withNumber(plainNode('Cast', [image], inner), 'to', dataTypeOf(elementType))
  return replaceInput(model, { ...input, elementType: 'float32' }, [cast], {
    inner,
    constants: [],
    remark: 'The model takes half-precision (float16) numbers; the image is cast at its input, and so is the gradient.'
  })
}

function replaceInput(
  model: GraphModel,
  input: ValueInfo,
  before: readonly NodeProto[],
  { inner, constants, remark }: { inner: string; constants: readonly NewConstant[]; remark: string }
): GraphModel {
  const rename = (name: string): string => (name === input.name ? inner : name)
  const nodes = decodeNodes(model).map((node) => renamedNode(node, rename))
  const inputs = model.inputs.map((own) => (own.name === input.name ? input : own))
  return rebuild(model, { nodes: [...before, ...nodes], constants, inputs, remark })
}

function plainNode(opType: string, input: string[], output: string): NodeProto {
  return create(NodeProtoSchema, { opType, name: output, input, output: [output] })
}

function withNumber(node: NodeProto, name: string, value: number): NodeProto {
  node.attribute.push(create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) }))
  return node
}

/** Element types of an image a gradient can be made for. */
export const imageTypes: ReadonlySet<ElementType> = new Set(['float32', 'float16', 'float64'])
