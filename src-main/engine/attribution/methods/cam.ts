import type { AttributionContext } from '@engine/attribution/method'
import { Fault } from '@engine/fault'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** The layer to use: the method's own parameter, the caller's, else the model's first target layer. Throws Fault `unsupported-method`. */
export function chosenLayer(context: AttributionContext, stated: string | undefined): string {
  const layer = stated ?? context.layer ?? context.model.layers[0]?.tensor
  if (layer === undefined) {
    throw new Fault(
      'unsupported-method',
      'The model has no layer with spatial extent, so no class activation map can be made.',
      {
        hint: 'Name a layer with --layer, or use the gradient or occlusion.'
      }
    )
  }
  return layer
}

/** Grad-CAM before ReLU and resizing, `[N, 1, ...layer spatial]`: Σ_k (mean of the gradient of channel k) · activation of channel k. */
export async function gradCamLayer(context: AttributionContext, layer: string): Promise<Tensor> {
  const { model, input, start, of, job } = context
  const result = await model.backward(
    { input, start, composite: 'gradient', of, wrt: [layer], activations: [layer] },
    job
  )
  const gradient = result.gradients.get(layer)
  const activation = result.activations.get(layer)
  if (gradient === undefined || activation === undefined) {
    throw new Fault('internal', `The backward pass returned nothing for the layer ${layer}.`)
  }
  if (activation.shape.length < 3) {
    throw new Fault(
      'unsupported-method',
      `The layer ${layer} has no spatial extent: its shape is [${activation.shape.join(', ')}].`,
      {
        subject: layer,
        hint: 'Choose a layer before the pooling that ends the image part of the model.'
      }
    )
  }
  return weightedChannels(gradient, activation)
}

/** The weight of a channel is the mean over all spatial axes, in 2-D and 3-D. */
function weightedChannels(gradient: Tensor, activation: Tensor): Tensor {
  const [rows, channels, ...spatial] = activation.shape
  const size = elementCount(spatial)
  const data = new Float32Array(rows * size)
  const sum = new Float64Array(size)
  for (let rowIndex = 0; rowIndex < rows; rowIndex++) {
    sum.fill(0)
    for (let channel = 0; channel < channels; channel++) {
      const offset = (rowIndex * channels + channel) * size
      let weight = 0
      for (let index = 0; index < size; index++) weight += gradient.data[offset + index]
      weight /= size
      for (let index = 0; index < size; index++) sum[index] += weight * activation.data[offset + index]
    }
    data.set(sum, rowIndex * size)
  }
  return { data, shape: [rows, 1, ...spatial] }
}

/** max(value, 0), elementwise. */
export function positivePart(map: Tensor): Tensor {
  return { data: map.data.map((value) => Math.max(0, value)), shape: map.shape }
}
