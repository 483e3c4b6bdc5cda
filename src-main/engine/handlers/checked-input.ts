import { outputShape } from '@engine/compiler/compile'
import type { ModelDescription } from '@engine/compiler/describe'
import { Fault } from '@engine/fault'
import { sizesWithoutBatch } from '@engine/graph/layers'
import type { ProbedModel } from '@engine/graph/model'

/** Sizes of the image input without the batch. Throws Fault `unsupported-model` for what is no classifier of one image. */
export function checkedInputShape(
  model: ProbedModel,
  { input, classifier, output }: ModelDescription
): readonly number[] {
  const refuse = (reason: string, hint: string): Fault =>
    new Fault('unsupported-model', `${model.origin.name} cannot be explained: ${reason}.`, {
      subject: model.origin.name,
      hint
    })
  if (!classifier.is)
    throw refuse(
      classifier.reason,
      classifier.hint ?? 'Open a classifier that answers one image with one row of scores.'
    )
  const scores = model.shapes.get(output.logits)
  if (scores === undefined || outputShape(scores).length !== 2)
    throw refuse(`its output "${output.name}" is not a row of scores`, 'Open a classifier.')
  return sizesWithoutBatch(model, input.name)
}
