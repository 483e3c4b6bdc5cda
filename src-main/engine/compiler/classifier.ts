import { isFloat } from '@engine/graph/element-types'
import type { ProbedModel } from '@engine/graph/model'

/** Whether a model can be explained as an image classifier, what says so, and what would help. */
export interface Judgement {
  readonly is: boolean
  readonly reason: string
  readonly hint?: string
}

/** Whether a model looks like an image classifier, and what says so. */
export function judgeClassifier(model: ProbedModel, output: string): Judgement {
  const no = (reason: string, hint?: string): Judgement => ({
    is: false,
    reason,
    ...(hint === undefined ? {} : { hint })
  })
  const wrongInput = judgeInputs(model, no)
  if (wrongInput !== null) return wrongInput
  const floats = model.outputs.filter(({ name }) => isFloat(model.types.get(name)))
  if (floats.length === 0 && model.outputs.some(({ name }) => (model.types.get(name) ?? 'other') === 'other')) {
    return no(
      'its scores come as a sequence or a map, not as a tensor',
      'Export it without ZipMap (skl2onnx: options={"zipmap": False}) or other containers.'
    )
  }
  if (floats.length === 0) return no('it answers with whole numbers (labels), not with scores')
  const boxes = floats.find(({ name }) => sizesOf(model, name).length >= 3 && sizesOf(model, name).at(-1) === 4)
  if (boxes !== undefined) return no(`its output "${boxes.name}" looks like boxes: it is a detector`)
  const sizes = sizesOf(model, output)
  const spatial = sizes.slice(2).filter((size) => size !== 1)
  if (spatial.length >= 2)
    return no(`its output "${output}" is an image of ${spatial.join(' × ')}: it segments or makes images`)
  if (spatial.length === 1)
    return no(`its output "${output}" is a sequence of ${sizes[1]} × ${spatial[0]} values, not one row of scores`)
  const classes = sizes.length >= 2 ? sizes[1] : 1
  return { is: true, reason: `one row of ${classes} ${classes === 1 ? 'score' : 'scores'} for each image` }
}

/** What is wrong with the inputs, or null. The first input is the image. */
function judgeInputs(model: ProbedModel, no: (reason: string, hint?: string) => Judgement): Judgement | null {
  const [image, ...others] = model.inputs
  if (image === undefined) return no('it has no input')
  if (others.length > 0) {
    const named = others.map(({ name }) => `"${name}"`)
    const values = others.map(({ name }) => `"${name}": 0`).join(', ')
    return no(
      `it takes ${model.inputs.length} inputs, and beside the image "${image.name}" nothing says what ${named.join(' and ')} ${others.length === 1 ? 'is' : 'are'}`,
      `In the model card, name the image in "input.name" and give the others in "otherInputs": {${values}} (a number, a list or an .npy file).`
    )
  }
  if (!isFloat(image.elementType)) {
    return no(
      `its input "${image.name}" takes ${image.elementType} numbers (labels, words or raw bytes), which have no gradient`,
      'Export the model from behind its first Cast or embedding, with a float input.'
    )
  }
  const sizes = sizesOf(model, image.name)
  if (sizes.length < 4) {
    return no(
      `its input "${image.name}" has ${sizes.length} ${sizes.length === 1 ? 'axis' : 'axes'}, which is no image: batch, channels and at least two spatial axes are needed`,
      'For a model of one image without a batch or channel axis, state "input.size" and "input.channels" in the model card.'
    )
  }
  return null
}

/** Sizes of a tensor for one image. */
function sizesOf(model: ProbedModel, tensor: string): number[] {
  return (model.shapes.get(tensor) ?? []).map((dim) => dim.perBatch + dim.fixed)
}
