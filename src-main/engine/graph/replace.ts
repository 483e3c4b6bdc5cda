import { Fault } from '@engine/fault'
import { encodeConstant, encodeNode, type NewConstant } from './encode'
import { isFloat } from './element-types'
import { isWeightInput, rewrite } from './extend'
import { graphField } from './layout'
import { type GraphModel, joinParts } from './model'
import { largestModelBytes } from './open'
import { parseModel } from './parse'

/**
 * The same model with other weights, as a model of its own: shapes and everything measured stay true. Handles weights
 * however they are stored (raw bytes, float lists, files beside the model) or made (Constant, ConstantOfShape, Identity
 * nodes); replaced ones lie inside the new model. Values are row major in the weight's own shape. Throws Fault `bad-
 * parameter` for unknown names and wrong counts, `too-large` over 2 GiB.
 */
export function replaceInitializers<Model extends GraphModel>(
  model: Model,
  values: Readonly<Record<string, Float32Array>>
): Model {
  const replaced = new Map<string, Uint8Array>()
  for (const [name, replacement] of Object.entries(values)) {
    const constant = model.constants.get(name)
    const count = constant?.dims.reduce((product, size) => product * size, 1)
    if (constant === undefined || !isFloat(constant.elementType)) {
      throw new Fault('bad-parameter', `The model ${model.origin.name} has no weight "${name}".`, { subject: name })
    }
    if (count !== replacement.length) {
      throw new Fault(
        'bad-parameter',
        `The weight "${name}" has ${count} values, ${replacement.length} were given for it.`,
        { subject: name }
      )
    }
    const { kind, index } = constant.origin
    const written: NewConstant = { name, dims: constant.dims, elementType: constant.elementType, values: replacement }
    replaced.set(`${kind} ${index}`, kind === 'initializer' ? encodeConstant(written) : constantNode(written))
  }
  const parts = rewrite(model, (field, position) => {
    if (isWeightInput(model, field)) return null
    if (field.number === graphField.initializer) return replaced.get(`initializer ${position}`) ?? 'keep'
    if (field.number === graphField.node) return replaced.get(`node ${position}`) ?? 'keep'
    return 'keep'
  })
  if (parts.reduce((sum, part) => sum + part.length, 0) > largestModelBytes) {
    throw new Fault(
      'too-large',
      `With its weights inside, ${model.origin.name} would exceed the 2 GiB an ONNX file can hold.`,
      { subject: model.origin.name }
    )
  }
  const { inputs, remarks } = model
  return { ...model, ...parseModel(joinParts(parts), model.origin), inputs, remarks }
}

/** A Constant node in the place of the node that made the weight. */
function constantNode(constant: NewConstant): Uint8Array {
  const { name } = constant
  return encodeNode({
    opType: 'Constant',
    name: `${name}/replaced`,
    inputs: [],
    outputs: [name],
    attributes: { value: { tensor: { ...constant, name: '' } } }
  })
}
