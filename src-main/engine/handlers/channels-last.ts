import type { BackwardRequest, BackwardResult } from '@engine/attribution/explainable'
import { elementCount, type Tensor } from '@engine/tensor/tensor'
import type { ExplainableModel } from './explainable'

/**
 * A model that takes `[N, H, W, C]` or `[N, D, H, W, C]`, made to look like one with the channels in front: inputs and input gradients are
 * turned at the border, so that methods and preparation know one layout only. Layers keep the model's own layout.
 */
export function channelsLast(model: ExplainableModel): ExplainableModel {
  const channels = model.inputShape.at(-1) ?? 1
  return {
    ...pickFacts(model),
    // Both may change while the model is used.
    get provider() {
      return model.provider
    },
    get rows() {
      return model.rows
    },
    inputShape: [channels, ...model.inputShape.slice(0, -1)],
    predict: (batch, of, job) => model.predict(toLast(batch), of, job),
    predictFrom: (replacement, job) => model.predictFrom({ ...replacement, input: toLast(replacement.input) }, job),
    layer: (tensor) => model.layer(tensor),
    biasedLayers: (of) => model.biasedLayers(of),
    async backward(request: BackwardRequest, job): Promise<BackwardResult> {
      return turned(await model.backward({ ...request, ...lastInputs(request) }, job))
    },
    async backwardEach(request, starts, job): Promise<readonly BackwardResult[]> {
      return (await model.backwardEach({ ...request, ...lastInputs(request) }, starts, job)).map(turned)
    },
    withWeights: (values) => channelsLast(model.withWeights(values)),
    close: () => model.close()
  }
}

/** A result whose input gradient has its channels in front. */
function turned(result: BackwardResult): BackwardResult {
  const gradients = new Map(result.gradients)
  const own = gradients.get('input')
  if (own !== undefined) gradients.set('input', toFirst(own))
  return { ...result, gradients }
}

/** What a request puts in, with its channels behind. */
function lastInputs({ input, baseline }: Omit<BackwardRequest, 'start'>): Pick<BackwardRequest, 'input' | 'baseline'> {
  return { input: toLast(input), baseline: baseline && toLast(baseline) }
}

function pickFacts(
  model: ExplainableModel
): Pick<ExplainableModel, 'outputs' | 'black' | 'white' | 'layers' | 'description' | 'model'> {
  const { outputs, black, white, layers, description } = model
  return { outputs, black, white, layers, description, model: model.model }
}

/** `[N, C, ...spatial]` to `[N, ...spatial, C]`. */
export function toLast(batch: Tensor): Tensor {
  const [n, channels, ...spatial] = batch.shape
  const data = new Float32Array(batch.data.length)
  const pixels = elementCount(spatial)
  for (let row = 0; row < n; row++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (row * channels + channel) * pixels
      for (let pixel = 0; pixel < pixels; pixel++)
        data[(row * pixels + pixel) * channels + channel] = batch.data[from + pixel]
    }
  }
  return { data, shape: [n, ...spatial, channels] }
}

/** `[N, ...spatial, C]` to `[N, C, ...spatial]`. */
export function toFirst(batch: Tensor): Tensor {
  const n = batch.shape[0]
  const channels = batch.shape.at(-1) ?? 1
  const spatial = batch.shape.slice(1, -1)
  const data = new Float32Array(batch.data.length)
  const pixels = elementCount(spatial)
  for (let row = 0; row < n; row++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        data[(row * channels + channel) * pixels + pixel] = batch.data[(row * pixels + pixel) * channels + channel]
      }
    }
  }
  return { data, shape: [n, channels, ...spatial] }
}
