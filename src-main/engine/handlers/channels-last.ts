import type { BackwardRequest, BackwardResult } from '@engine/attribution/explainable'
import type { Tensor } from '@engine/tensor/tensor'
import type { ExplainableModel } from './explainable'

/**
 * A model that takes `[N, H, W, C]`, made to look like one that takes `[N, C, H, W]`: inputs and input gradients are
 * turned at the border, so that methods and preparation know one layout only. Layers keep the model's own layout.
 */
export function channelsLast(model: ExplainableModel): ExplainableModel {
  const [height, width, channels] = model.inputShape
  return {
    ...pickFacts(model),
    inputShape: [channels, height, width],
    predict: (batch, of, job) => model.predict(toLast(batch), of, job),
    async backward(request: BackwardRequest, job): Promise<BackwardResult> {
      const result = await model.backward({ ...request, input: toLast(request.input) }, job)
      const gradients = new Map(result.gradients)
      const own = gradients.get('input')
      if (own !== undefined) gradients.set('input', toFirst(own))
      return { ...result, gradients }
    },
    withWeights: (values) => channelsLast(model.withWeights(values)),
    close: () => model.close()
  }
}

function pickFacts(model: ExplainableModel): Omit<ExplainableModel, 'predict' | 'backward' | 'withWeights' | 'close'> {
  const { inputShape, outputs, black, white, layers, description, provider, rows } = model
  return { inputShape, outputs, black, white, layers, description, provider, rows, model: model.model }
}

/** `[N, C, H, W]` to `[N, H, W, C]`. */
export function toLast(batch: Tensor): Tensor {
  const [n, channels, height, width] = batch.shape
  const data = new Float32Array(batch.data.length)
  const pixels = height * width
  for (let row = 0; row < n; row++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (row * channels + channel) * pixels
      for (let pixel = 0; pixel < pixels; pixel++)
        data[(row * pixels + pixel) * channels + channel] = batch.data[from + pixel]
    }
  }
  return { data, shape: [n, height, width, channels] }
}

/** `[N, H, W, C]` to `[N, C, H, W]`. */
export function toFirst(batch: Tensor): Tensor {
  const [n, height, width, channels] = batch.shape
  const data = new Float32Array(batch.data.length)
  const pixels = height * width
  for (let row = 0; row < n; row++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        data[(row * channels + channel) * pixels + pixel] = batch.data[(row * pixels + pixel) * channels + channel]
      }
    }
  }
  return { data, shape: [n, channels, height, width] }
}
