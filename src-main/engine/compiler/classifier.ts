import { isFloat } from '@engine/graph/element-types'
import type { ProbedModel } from '@engine/graph/model'

/** Whether a model looks like an image classifier, and what says so. */
export function judgeClassifier(model: ProbedModel, output: string): { is: boolean; reason: string } {
  const no = (reason: string): { is: boolean; reason: string } => ({ is: false, reason })
  const input = sizesOf(model, model.inputs[0]?.name ?? '')
  if (input.length < 3) return no(`its input has ${input.length} axes, which is no image`)
  if (model.inputs.length > 1) return no(`it takes ${model.inputs.length} inputs, not one image`)
  const floats = model.outputs.filter(({ name }) => isFloat(model.types.get(name)))
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

/** Sizes of a tensor for one image. */
function sizesOf(model: ProbedModel, tensor: string): number[] {
  return (model.shapes.get(tensor) ?? []).map((dim) => dim.perBatch + dim.fixed)
}
