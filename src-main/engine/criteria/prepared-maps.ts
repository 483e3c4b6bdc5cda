import type { CaseSource } from '@engine/criteria/case-maps'
import type { MapRequest, WeightState } from '@engine/criteria/experiment-run'
import { prepareMap, type PreparedMap } from '@engine/metrics/structural-similarity'

/** Pixels kept ready for comparison at once; what does not fit is asked for again, so that memory does not grow with the images. */
const capacityPixels = 16_000_000

export const reasons = {
  flat: 'a map that is the same everywhere',
  small: 'the map is smaller than the window of SSIM (7 pixels)',
  vanished: 'the activations vanish with these weights',
  exploded: 'the activations explode with these weights'
} as const

/** Maps of one method, ready to be compared by SSIM, or the reason why one cannot be. */
export interface PreparedMaps {
  get(modelId: string, caseId: string, weights: WeightState): Promise<PreparedMap | string>
}

export function createPreparedMaps(source: CaseSource, methodId: string): PreparedMaps {
  const kept = new Map<string, PreparedMap | string>()
  let pixels = 0

  function keep(key: string, prepared: PreparedMap | string): void {
    kept.set(key, prepared)
    pixels += sizeOf(prepared)
    for (const [oldKey, old] of kept) {
      if (pixels <= capacityPixels || oldKey === key) break
      kept.delete(oldKey)
      pixels -= sizeOf(old)
    }
  }

  async function get(modelId: string, caseId: string, weights: WeightState): Promise<PreparedMap | string> {
    const key = `${modelId}\u0000${caseId}\u0000${JSON.stringify(weights)}`
    const found = kept.get(key)
    if (found !== undefined) return found
    const prepared = await prepare(source, { modelId, caseId, methodId, weights })
    keep(key, prepared)
    return prepared
  }

  return { get }
}

function sizeOf(prepared: PreparedMap | string): number {
  return typeof prepared === 'string' ? 0 : prepared.values.length
}

async function prepare(source: CaseSource, request: MapRequest): Promise<PreparedMap | string> {
  const map = await source.map(request)
  if (typeof map === 'string') return map
  if (map.activations !== 'normal') return reasons[map.activations]
  if (map.flat) return reasons.flat
  return prepareMap(map.values, map.shape) ?? reasons.small
}
