import * as v from 'valibot'
import { resolveBaselines } from '@engine/attribution/baseline'
import { kapishnikov2019 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { pathIntegral } from '@engine/attribution/methods/path-integral'
import { choiceParam, integerParam } from '@engine/attribution/param'
import { quadrature } from '@engine/attribution/quadrature'
import { regionMap } from '@engine/attribution/region-map'
import { sharedRegions } from '@engine/attribution/shared-regions'
import { full, type Tensor } from '@engine/tensor/tensor'

const params = v.object({
  steps: integerParam(
    { title: 'Steps', description: 'Points on the path from each of the two baselines to the image.' },
    { default: 100, min: 1, max: 2000 }
  ),
  baseline: choiceParam(
    {
      title: 'Baselines',
      description:
        'image-range: the least and the largest value of this image, as PAIR; black-white: the model’s black and white.'
    },
    ['image-range', 'black-white'],
    'image-range'
  ),
  algorithm: choiceParam(
    {
      title: 'Ranking',
      description: 'full takes the best remaining region each time; fast orders the regions once.'
    },
    ['full', 'fast'],
    'full'
  )
})
type Params = v.InferOutput<typeof params>

/** PAIR's settings: definitions A1-10. */
export const xrai: AttributionMethod<Params> = {
  id: 'xrai',
  title: 'XRAI',
  group: 'Where the model looks',
  words: {
    shows: 'Whole regions of the image, ordered by the integrated gradients they hold on average.',
    goodFor: 'Areas one can point at; the best localiser of the eight methods that Arun et al. compared.',
    notFor: 'Details smaller than a region, or the exact border of a finding.',
    failureModes:
      'The borders are those of the image, so a map looks precise whatever the model saw; large plateaus inflate scores that count ties.',
    classInsensitive: false
  },
  citation: kapishnikov2019,
  needs: ['gradient', 'baseline'],
  params,
  passes: ({ steps }) => 2 * steps,
  async attribute(context, { steps, baseline, algorithm }) {
    const baselines =
      baseline === 'black-white'
        ? await resolveBaselines('xrai.baseline', baseline, context)
        : rangeBaselines(context.input)
    const integrated = await pathIntegral(context, baselines, quadrature('pair', steps))
    const regions = await sharedRegions(context)
    return { ...regionMap(regions, integrated, algorithm), notes: { regions: regions.masks.length } }
  }
}

/** The least and the largest value of an image, everywhere. */
function rangeBaselines({ data, shape }: Tensor): readonly Tensor[] {
  let low = Infinity
  let high = -Infinity
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [full(shape, low), full(shape, high)]
}
