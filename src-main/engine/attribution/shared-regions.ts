import type { AttributionContext } from '@engine/attribution/method'
import { inputRegions } from '@engine/attribution/region-map'
import type { Regions } from '@engine/attribution/segmentation/regions'

/** The regions of the one input of a context, segmented once for all maps of the image. */
export function sharedRegions({ input, shared }: AttributionContext): Promise<Regions> {
  const make = (): Promise<Regions> => inputRegions(input)
  return shared === undefined ? make() : shared.ofImage('regions', make, bytesOf)
}

function bytesOf({ masks, cellOf }: Regions): number {
  return masks.reduce((sum, mask) => sum + mask.byteLength, cellOf?.byteLength ?? 0)
}
