import * as v from 'valibot'
import { thibeauSutre2022 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { type CamLayer, chosenLayers, readLayers } from '@engine/attribution/methods/cam'
import { meanOf } from '@engine/attribution/methods/cam-scaling'
import { choiceParam, layerParam } from '@engine/attribution/param'
import { upsample } from '@engine/attribution/upsample'
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
    const chosen = chosenLayers(context, layer)
    const layers = await readLayers(context, chosen, true)
    const cells = layers.map((one) => meanOfChannels(one, pooling === 'all-axes'))
    const map = meanOf(cells.map((one) => upsample(one, context.model.inputShape.slice(1), 'corners')))
    const notes = { layer: chosen.map(({ tensor }) => tensor).join(',') }
    return { map, ...(cells.length === 1 ? { layer: cells[0] } : {}), notes }
  }
}

/** (1 / K) Σ_k w_k A_k; w_k is the mean gradient over all places, or over those with the same place on the last axis. */
function meanOfChannels({ activation, gradient }: CamLayer, allAxes: boolean): Tensor {
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
