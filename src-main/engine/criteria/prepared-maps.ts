import type { CaseSource } from '@engine/criteria/case-maps'
import type { MapRequest, ReducedMap, WeightState } from '@engine/criteria/experiment-run'
import { prepareForSsim } from '@engine/metrics/ssim-work'
import type { PreparedMap } from '@engine/metrics/structural-similarity'
import { Kept } from '@shared/kept'

/** Memory of the maps kept ready for comparison; what does not fit is asked for again, so that it does not grow with the images. */
const capacityBytes = 320 * 2 ** 20

export const reasons = {
  flat: 'a map that is the same everywhere',
  small: 'the map is smaller than the window of SSIM (7 pixels)',
  vanished: 'the activations vanish with these weights',
  exploded: 'the activations explode with these weights'
} as const

/** Maps of one method made ready to be compared, or the reason why one cannot be. */
export interface ReadyMaps<Prepared> {
  get(modelId: string, caseId: string, weights: WeightState): Promise<Prepared | string>
}

/** Maps ready to be compared by SSIM. */
export type PreparedMaps = ReadyMaps<PreparedMap>

export function createPreparedMaps(source: CaseSource, methodId: string): PreparedMaps {
  return createReadyMaps(source, methodId, {
    make: async ({ values, shape }) => (await prepareForSsim({ values, shape })) ?? reasons.small,
    bytes: ({ values }) => 20 * values.length
  })
}

/** How a map is made ready, and what it then takes. */
export interface Preparation<Prepared> {
  make(map: ReducedMap): Promise<Prepared | string>
  bytes(prepared: Prepared): number
}

export function createReadyMaps<Prepared extends object>(
  source: CaseSource,
  methodId: string,
  preparation: Preparation<Prepared>
): ReadyMaps<Prepared> {
  const kept = new Kept<Prepared | string>(capacityBytes, (prepared) =>
    typeof prepared === 'string' ? 0 : preparation.bytes(prepared)
  )
  return {
    get: (modelId, caseId, weights) =>
      kept.get(JSON.stringify([modelId, caseId, weights]), async () => {
        const map = await comparableMap(source, { modelId, caseId, methodId, weights })
        return typeof map === 'string' ? map : preparation.make(map)
      })
  }
}

/** The map of a request where it can be compared with others. */
async function comparableMap(source: CaseSource, request: MapRequest): Promise<ReducedMap | string> {
  const map = await source.map(request)
  if (typeof map === 'string') return map
  if (map.activations !== 'normal') return reasons[map.activations]
  return map.flat ? reasons.flat : map
}
