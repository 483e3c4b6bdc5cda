import type { CompositeRequest } from '@engine/compiler/composite-request'
import type { AttributionContext } from '@engine/attribution/method'
import { Fault } from '@engine/fault'
import type { Tensor } from '@engine/tensor/tensor'

/** Gradient of the explained score with respect to the input, the input's shape, under a composite. */
export async function inputGradient(context: AttributionContext, composite: CompositeRequest): Promise<Tensor> {
  const { model, input, start, of, job } = context
  const { gradients } = await model.backward({ input, start, composite, of, wrt: ['input'] }, job)
  const gradient = gradients.get('input')
  if (gradient === undefined) throw new Fault('internal', 'The backward pass returned no gradient of the input.')
  return gradient
}
