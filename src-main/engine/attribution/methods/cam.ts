import type { LayerInfo } from '@engine/attribution/explainable'
import { channelsFirst, layerPlaces } from '@engine/attribution/layer-places'
import type { AttributionContext } from '@engine/attribution/method'
import { Fault } from '@engine/fault'
import type { Tensor } from '@engine/tensor/tensor'

/** A layer of one or more inputs as the class activation maps see it. */
export interface CamLayer {
  readonly info: LayerInfo
  /** `[N, K, ...grid]`: channels in front, class tokens left out. */
  readonly activation: Tensor
  /** Its gradient in the same shape; zeros where the method asked for none. */
  readonly gradient: Tensor
  /** The values in the layer's own layout, `[N, ...layer shape]`. */
  readonly own: Tensor
}

/**
 * The layers to use: the method's own parameter, the caller's, else the model's first target layer. Several are named with
 * commas between them. Throws Fault `unsupported-method` for a model or layer without places, `bad-parameter` for an
 * unknown name.
 */
export function chosenLayers({ model, layer }: AttributionContext, stated: string | undefined): readonly LayerInfo[] {
  const text = stated ?? layer ?? model.layers[0]?.tensor
  if (text === undefined) throw noLayers()
  const whole = model.layers.find(({ tensor }) => tensor === text)
  const layers = whole === undefined ? text.split(',').map((name) => model.layer(name.trim())) : [whole]
  const axes = model.inputShape.length - 1
  for (const candidate of layers) {
    const places = layerPlaces(candidate)
    if (places?.grid.length !== axes) throw withoutPlaces(candidate, axes, model.layers)
  }
  return layers
}

function noLayers(): Fault {
  return new Fault(
    'unsupported-method',
    'The model has no layer with spatial extent, so no class activation map can be made.',
    { hint: 'Name a layer with --layer, or use the gradient or occlusion.' }
  )
}

function withoutPlaces({ tensor, shape }: LayerInfo, axes: number, known: readonly LayerInfo[]): Fault {
  const others = known.map((candidate) => candidate.tensor).filter((name) => name !== tensor)
  return new Fault(
    'unsupported-method',
    `The layer ${tensor} has no spatial extent of ${axes} axes: its shape is [${shape.join(', ')}] for one image.`,
    {
      subject: tensor,
      hint:
        others.length > 0
          ? `These layers would work: ${others.join(', ')}.`
          : 'Choose a layer before the pooling that ends the image part of the model.'
    }
  )
}

/** Values of the layers, and their gradients where they are asked for, all from one run. Throws what the model throws. */
export async function readLayers(
  { model, input, start, of, job }: AttributionContext,
  layers: readonly LayerInfo[],
  withGradient: boolean
): Promise<readonly CamLayer[]> {
  const names = layers.map(({ tensor }) => tensor)
  const result = await model.backward(
    { input, start, composite: 'gradient', of, wrt: withGradient ? names : [], activations: names },
    job
  )
  return layers.map((info) => {
    const own = result.activations.get(info.tensor)
    const gradient = result.gradients.get(info.tensor)
    if (own === undefined || (withGradient && gradient === undefined)) {
      throw new Fault('internal', `The backward pass returned nothing for the layer ${info.tensor}.`)
    }
    const activation = channelsFirst(own, info)
    const zeros = (): Tensor => ({ data: new Float32Array(activation.data.length), shape: activation.shape })
    return { info, own, activation, gradient: gradient === undefined ? zeros() : channelsFirst(gradient, info) }
  })
}
