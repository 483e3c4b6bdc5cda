import * as v from 'valibot'
import { resizeBetweenCorners } from '@engine/attribution/align-corners'
import { thibeauSutre2022 } from '@engine/attribution/citations'
import type { AttributionContext, AttributionMethod } from '@engine/attribution/method'
import { choiceParam, layerParam } from '@engine/attribution/param'
import { Fault } from '@engine/fault'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

const params = v.object({
  layer: layerParam(),
  pooling: choiceParam(
    {
      title: 'Weights',
      description:
        'all-axes: one weight per channel, the mean gradient; first-two-axes: ClinicaDL 1.x, which leaves the last axis of a volume out of the mean by mistake, for comparing with published figures.'
    },
    ['all-axes', 'first-two-axes'],
    'all-axes'
  )
})
type Params = v.InferOutput<typeof params>

/** ClinicaDL's variant (definitions A5-3, A5-4): mean over the channels, signed, enlarged between coinciding corners. */
export const gradcamClinicadl: AttributionMethod<Params> = {
  id: 'gradcam-clinicadl',
  title: 'Grad-CAM (ClinicaDL)',
  group: 'Where the model looks',
  words: {
    shows: 'Where a layer of the model supports or opposes the finding: Grad-CAM with its sign kept.',
    goodFor: 'Group maps of a cohort, and comparison with maps made by ClinicaDL.',
    notFor: 'The extent or the outline of a finding: one cell of the layer covers many voxels.',
    failureModes:
      'Support and opposition cancel in a mean over channels; the enlarged cells look smoother than what the model knows.',
    classInsensitive: false
  },
  citation: thibeauSutre2022,
  needs: ['gradient', 'layer'],
  params,
  passes: () => 1,
  async attribute(context, { layer, pooling }) {
    const tensor = layer ?? context.layer ?? context.model.layers[0]?.tensor
    if (tensor === undefined) {
      throw new Fault('unsupported-method', 'The model has no layer with spatial extent, so Grad-CAM cannot be made.', {
        hint: 'Name a layer with --layer, or use the gradient or occlusion.'
      })
    }
    const cells = meanOfChannels(await readLayer(context, tensor), pooling === 'all-axes')
    return {
      map: resizeBetweenCorners(cells, context.model.inputShape.slice(1)),
      layer: cells,
      notes: { layer: tensor }
    }
  }
}

interface Layer {
  readonly activation: Tensor
  readonly gradient: Tensor
}

/** Values and gradient of a layer, `[1, K, ...grid]`. Throws Fault `unsupported-method` for a layer without the input's axes. */
async function readLayer({ model, input, start, of, job }: AttributionContext, tensor: string): Promise<Layer> {
  const request = { input, start, composite: 'gradient' as const, of, wrt: [tensor], activations: [tensor] }
  const { activations, gradients } = await model.backward(request, job)
  const activation = activations.get(tensor)
  const gradient = gradients.get(tensor)
  if (activation?.shape.length !== input.shape.length || gradient === undefined) {
    throw new Fault(
      'unsupported-method',
      `The layer ${tensor} has no spatial extent of ${input.shape.length - 2} axes.`,
      {
        subject: tensor,
        hint: 'ClinicaDL’s Grad-CAM is for convolutional networks; choose a layer before the pooling that ends the image part.'
      }
    )
  }
  return { activation, gradient }
}

/** (1 / K) Σ_k w_k A_k; w_k is the mean gradient over all places, or over those with the same place on the last axis. */
function meanOfChannels({ activation, gradient }: Layer, allAxes: boolean): Tensor {
  const [, channels, ...grid] = activation.shape
  const places = elementCount(grid)
  const groups = allAxes || grid.length < 3 ? 1 : grid[grid.length - 1]
  const data = new Float32Array(places)
  for (let channel = 0; channel < channels; channel++) {
    const offset = channel * places
    const weights = new Float64Array(groups)
    for (let place = 0; place < places; place++) {
      weights[place % groups] += (gradient.data[offset + place] * groups) / places
    }
    for (let place = 0; place < places; place++) {
      data[place] += (weights[place % groups] * activation.data[offset + place]) / channels
    }
  }
  return { data, shape: [1, 1, ...grid] }
}
