import * as v from 'valibot'
import { loadParameterTensor } from '@engine/attribution/baseline'
import { kapishnikov2019 } from '@engine/attribution/citations'
import type { Attribution, AttributionContext } from '@engine/attribution/method'
import { choiceParam, fileParam } from '@engine/attribution/param'
import { inputRegions, maskRegions, regionMap, type RegionMap } from '@engine/attribution/region-map'
import { sharedRegions } from '@engine/attribution/shared-regions'
import type { Regions } from '@engine/attribution/segmentation/regions'
import type { Wrapper } from '@engine/attribution/wrapper'
import { Fault } from '@engine/fault'
import { throwIfCancelled } from '@engine/job'
import { elementCount, row, stack } from '@engine/tensor/tensor'

const params = v.object({
  algorithm: choiceParam(
    {
      title: 'Ranking',
      description: 'full takes the best remaining region each time; fast orders the regions once.'
    },
    ['full', 'fast'],
    'full'
  ),
  segments: fileParam({
    title: 'Regions file',
    description: 'NPY file of masks, one region each, 0 outside; the image is segmented when not given.'
  }),
  attribution: fileParam({
    title: 'Attribution file',
    description: 'NPY file of an attribution to rank the regions by, instead of the method’s own map.'
  })
})
type Params = v.InferOutput<typeof params>

export const region: Wrapper<Params> = {
  id: 'region',
  title: 'Regions',
  words: {
    shows: 'The regions of the image in the order of their mean attribution, by XRAI’s ranking.',
    goodFor: 'Turning a speckled map into areas one can point at and compare with an outline.',
    notFor: 'Details smaller than a region; borders of a region are borders in the image, not of the evidence.',
    failureModes:
      'Large plateaus of equal values inflate scores that count ties; signed maps rank by the largest channel, so put +abs first for magnitudes. Volumes use supervoxels of our own choice.',
    classInsensitive: false
  },
  citation: kapishnikov2019,
  prefix: 'region',
  params,
  repeats: () => 1,
  async apply(inner, context, given) {
    const base = await baseAttribution(inner, context, given)
    const masks =
      given.segments === undefined
        ? null
        : maskRegions(
            await loadParameterTensor('region.segments', given.segments, context),
            context.model.inputShape,
            'region.segments'
          )
    const maps: RegionMap[] = []
    let count = 0
    const rows = context.input.shape[0]
    for (let index = 0; index < rows; index++) {
      throwIfCancelled(context.job)
      const own = (): Promise<Regions> =>
        rows === 1 ? sharedRegions(context) : inputRegions(row(context.input, index))
      const regions = masks ?? (await own())
      count = regions.masks.length
      maps.push(regionMap(regions, row(base.map, index), given.algorithm))
    }
    const notes = { ...base.notes, regions: count }
    return maps.length === 1 ? { ...maps[0], notes } : { map: stack(maps.map(({ map }) => map)), notes }
  }
}

/** The map so far, or the one of the file; with a file the method does not run. */
async function baseAttribution(
  inner: (context: AttributionContext) => Promise<Attribution>,
  context: AttributionContext,
  { attribution }: Params
): Promise<Pick<Attribution, 'map' | 'notes'>> {
  if (attribution === undefined) return inner(context)
  const name = 'region.attribution'
  const { data, shape } = await loadParameterTensor(name, attribution, context)
  const spatial = context.model.inputShape.slice(1)
  const rows = context.input.shape[0]
  const channels = data.length / (rows * elementCount(spatial))
  if (shape.slice(-spatial.length).join() === spatial.join() && Number.isInteger(channels) && channels > 0) {
    return { map: { data, shape: [rows, channels, ...spatial] } }
  }
  throw new Fault(
    'bad-parameter',
    `${name} has shape [${shape.join(', ')}]; an attribution of this model's input is [${rows}, C, ${spatial.join(', ')}].`,
    { subject: name, hint: 'Give a map of the input’s own size.' }
  )
}
