import { imageRegions } from '@engine/attribution/segmentation/image-regions'
import { type CellSums, type RankingAlgorithm, rankRegions } from '@engine/attribution/segmentation/rank-regions'
import type { Regions } from '@engine/attribution/segmentation/regions'
import { volumeRegions } from '@engine/attribution/segmentation/volume-regions'
import { Fault } from '@engine/fault'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/**
 * The regions of one input `[1, C, ...spatial]`: XRAI's for an image, supervoxels (ours) for a volume.
 * Throws Fault `unsupported-method` for other numbers of spatial axes.
 */
export async function inputRegions(input: Tensor): Promise<Regions> {
  const spatial = input.shape.slice(2)
  const [a, b, c] = spatial
  if (spatial.length === 2) return imageRegions(input.data, [a, b])
  if (spatial.length === 3) return volumeRegions(input.data, [a, b, c])
  throw new Fault(
    'unsupported-method',
    `Regions are defined for images and volumes; the model's input has ${spatial.length} spatial axes.`,
    { subject: 'region', hint: 'Leave +region away, or give region.segments=FILE.npy.' }
  )
}

/** Masks `[n, ...spatial]`, one region each, 0 outside. Throws Fault `bad-parameter` for another shape. */
export function maskRegions(masks: Tensor, inputShape: readonly number[], name: string): Regions {
  const spatial = inputShape.slice(1)
  const cells = elementCount(spatial)
  const count = masks.data.length / cells
  if (masks.shape.length !== spatial.length + 1 || masks.shape.slice(1).join() !== spatial.join()) {
    throw new Fault(
      'bad-parameter',
      `${name} has shape [${masks.shape.join(', ')}]; masks of this model's input are [n, ${spatial.join(', ')}].`,
      { subject: name, hint: 'Give one mask per region, 0 outside.' }
    )
  }
  const cellsOf = (mask: Float32Array): Uint32Array => {
    const inside: number[] = []
    for (let cell = 0; cell < cells; cell++) if (mask[cell] !== 0) inside.push(cell)
    return Uint32Array.from(inside)
  }
  return {
    cells,
    cellOf: null,
    masks: Array.from({ length: count }, (_, index) => cellsOf(masks.data.subarray(index * cells, (index + 1) * cells)))
  }
}

/** A map made of regions, and which region each pixel is of: 1 the hottest. Both `[1, 1, ...spatial]`. */
export interface RegionMap {
  readonly map: Tensor
  readonly segments: Tensor
}

/** Ranks the regions by an attribution `[1, C, ...spatial]`, largest value over the channels (as PAIR). */
export function regionMap(regions: Regions, attribution: Tensor, algorithm: RankingAlgorithm): RegionMap {
  const spatial = attribution.shape.slice(2)
  const pixels = elementCount(spatial)
  const { values, turns } = rankRegions(regions, cellSums(regions, largestChannel(attribution.data, pixels)), algorithm)
  const { cellOf } = regions
  const shape = [1, 1, ...spatial]
  const onPixels = (ofCells: ArrayLike<number>): Tensor => ({
    data: Float32Array.from({ length: pixels }, (_, pixel) => ofCells[cellOf === null ? pixel : cellOf[pixel]]),
    shape
  })
  return { map: onPixels(values), segments: onPixels(turns) }
}

function largestChannel(data: Float32Array, pixels: number): Float32Array {
  const largest = data.slice(0, pixels)
  for (let index = pixels; index < data.length; index++) {
    const pixel = index % pixels
    if (data[index] > largest[pixel]) largest[pixel] = data[index]
  }
  return largest
}

function cellSums({ cells, cellOf }: Regions, values: Float32Array): CellSums {
  if (cellOf === null) return { sums: Float64Array.from(values), counts: new Float64Array(cells).fill(1) }
  const sums = new Float64Array(cells)
  const counts = new Float64Array(cells)
  cellOf.forEach((cell, pixel) => {
    sums[cell] += values[pixel]
    counts[cell] += 1
  })
  return { sums, counts }
}
