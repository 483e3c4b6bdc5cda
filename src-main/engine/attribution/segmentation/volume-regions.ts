import { setImmediate } from 'node:timers/promises'
import { dilatedMasks } from '@engine/attribution/segmentation/dilate'
import type { Extent, Regions } from '@engine/attribution/segmentation/regions'
import { slic } from '@engine/attribution/segmentation/slic'

// Ours: XRAI is published for images only. The longest axis of the working grid, the numbers of supervoxels, and how far they grow.
const longestAxis = 64
const supervoxels = [50, 100, 200, 400, 800]
const dilation = 2

/**
 * Overlapping regions of a volume `[C, depth, height, width]`: supervoxels of five sizes on a grid of at most 64 cells along an axis,
 * grown by two cells. Distances are in cells, not in millimetres.
 */
export async function volumeRegions(volume: Float32Array, extent: Extent): Promise<Regions> {
  const factor = Math.min(1, longestAxis / Math.max(...extent))
  const [depth, height, width] = extent.map((size) => Math.max(1, Math.round(size * factor)))
  const grid: Extent = [depth, height, width]
  const cells = depth * height * width
  const cellOf = cellNumbers(extent, grid)
  await setImmediate()
  const planes = cellMeans(volume, cellOf, cells)
  const masks: Uint32Array[] = []
  for (const wanted of supervoxels) {
    const segments = await slic({ planes, extent: grid }, wanted)
    masks.push(...dilatedMasks(segments, grid, dilation))
  }
  return { cells, cellOf, masks }
}

function cellNumbers(extent: Extent, grid: Extent): Uint32Array {
  const along = extent.map((size, axis) =>
    Uint32Array.from({ length: size }, (_, index) => Math.floor(((index + 0.5) * grid[axis]) / size))
  )
  const [, height, width] = grid
  const out = new Uint32Array(extent[0] * extent[1] * extent[2])
  let voxel = 0
  for (const z of along[0]) {
    for (const y of along[1]) for (const x of along[2]) out[voxel++] = (z * height + y) * width + x
  }
  return out
}

/** Mean of the voxels of each cell, one array per channel, all channels together brought to 0 … 1. */
function cellMeans(volume: Float32Array, cellOf: Uint32Array, cells: number): Float64Array[] {
  const size = cellOf.length
  const counts = new Float64Array(cells)
  for (const cell of cellOf) counts[cell] += 1
  const planes = Array.from({ length: volume.length / size }, (_, channel) => {
    const sums = new Float64Array(cells)
    for (let voxel = 0; voxel < size; voxel++) sums[cellOf[voxel]] += volume[channel * size + voxel]
    return sums.map((sum, cell) => sum / counts[cell])
  })
  const low = planes.reduce((least, plane) => plane.reduce((a, b) => Math.min(a, b), least), Infinity)
  const high = planes.reduce((most, plane) => plane.reduce((a, b) => Math.max(a, b), most), -Infinity)
  const span = high - low
  return planes.map((plane) => plane.map((value) => (span > 0 ? (value - low) / span : 0)))
}
