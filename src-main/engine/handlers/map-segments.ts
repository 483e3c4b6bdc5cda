import { Fault } from '@engine/fault'
import type { Tensor } from '@engine/tensor/tensor'
import type { MapSegments } from '@shared/comparison'
import type { Workbench } from './workbench'

/**
 * The regions a map of regions (XRAI, `+region`) is made of, on the voxels of its image: 0 where the model saw nothing, 1 the region
 * taken first. Regions of several slices are told apart. Throws Fault `not-found` for maps that are not made of regions.
 */
export function mapSegments({ maps }: Pick<Workbench, 'maps'>, mapId: string): MapSegments {
  const { summary, finished } = maps.require(mapId)
  const { computed, prepared, size } = finished
  const parts = computed.slices.flatMap(({ attribution }) => attribution.segments ?? [])
  const { parts: numbered, count } = numberedApart(parts)
  const joined = parts.length === computed.slices.length ? prepared.joinCells(numbered) : null
  if (joined === null) {
    throw new Fault('not-found', `"${summary.title}" is not made of regions of the image.`, {
      hint: 'XRAI and methods with +region are.'
    })
  }
  return { mapId, size: [...size], labels: Int32Array.from(prepared.onImage(joined, 'nearest')), count }
}

/** Numbers go on from part to part; 32-bit floats hold them exactly up to 16 million. */
function numberedApart(parts: readonly Tensor[]): { parts: Tensor[]; count: number } {
  let count = 0
  const numbered = parts.map(({ data, shape }) => {
    const before = count
    const out = new Float32Array(data.length)
    data.forEach((number, cell) => {
      out[cell] = number + before
      if (out[cell] > count) count = out[cell]
    })
    return { data: out, shape }
  })
  return { parts: numbered, count }
}
