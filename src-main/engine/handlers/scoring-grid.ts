import { reduceMap, scoringReduction } from '@engine/attribution/reduction'
import type { Volume } from '@engine/geometry/volume'
import { voxelCount } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepare'
import { boxToModelGrid, maskToModelGrid } from '@engine/preprocessing/resample-slice'
import { takeSlice } from '@engine/preprocessing/slices'
import type { Experiment } from '@shared/experiment'
import type { ComputedMap } from './compute-map'
import { joinSlices, placeMap } from './map-on-image'

export type GridKind = Experiment['grid']

/** A plane or volume of values on the grid that is scored. */
export interface GridValues<Values> {
  readonly values: Values
  readonly shape: readonly number[]
}

/** Shape of the scoring grid: `[H, W]`, with the slices in front when there are several. */
export function gridShape(prepared: PreparedImage, image: Pick<Volume, 'size'>, kind: GridKind): number[] {
  if (kind === 'image') {
    const [columns, rows, slices] = image.size
    return slices > 1 ? [slices, rows, columns] : [rows, columns]
  }
  const { height, width } = prepared.grid
  const slices = prepared.plan.indices.length
  return slices > 1 ? [slices, height, width] : [height, width]
}

/** A computed map reduced for scoring (sum of absolute values, clip 99, 0–1), on the model's grid or on source pixels. */
export function mapOnGrid(
  computed: ComputedMap,
  prepared: PreparedImage,
  image: Volume,
  kind: GridKind
): GridValues<Float32Array> & { flat: boolean; peak?: number } {
  const shape = gridShape(prepared, image, kind)
  if (kind === 'image') {
    const placed = placeMap(computed, prepared, image.size, scoringReduction)
    return { values: placed.values, shape, flat: placed.flat }
  }
  const reduced = reduceMap(joinSlices(computed.slices.map(({ attribution }) => attribution.map)), scoringReduction)
  return { values: reduced.map.data, shape, flat: reduced.flat, peak: reduced.peak }
}

/** A mask of the image on the scoring grid, nearest neighbour, with the source pixels that crop or slice choice lose. */
export function maskOnGrid(
  mask: Uint8Array,
  prepared: PreparedImage,
  image: Volume,
  kind: GridKind
): GridValues<Uint8Array> & { lost: number } {
  const shape = gridShape(prepared, image, kind)
  if (kind === 'image') return { values: mask, shape, lost: 0 }
  const { grid, plan } = prepared
  const out = new Uint8Array(grid.width * grid.height * plan.indices.length)
  const whole: Volume = { ...image, voxels: mask, samples: 1 }
  let lost = countMarked(mask)
  plan.indices.forEach((index, position) => {
    const plane = Uint8Array.from(takeSlice(whole, plan.axis, index).channels[0])
    const moved = maskToModelGrid(plane, grid)
    out.set(moved.mask, position * grid.width * grid.height)
    lost -= countMarked(plane) - moved.lost
  })
  return { values: out, shape, lost }
}

/** A box of source pixels in pixels of the scoring grid, far edge exclusive; null when the model does not see it. */
export function boxOnGrid(
  box: readonly [number, number, number, number],
  prepared: PreparedImage,
  kind: GridKind
): [number, number, number, number] | null {
  if (kind === 'image') return [...box]
  const covered = boxToModelGrid(box, prepared.grid)
  const { width, height } = prepared.grid
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (covered[y * width + x] === 0) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
    }
  }
  return right > left ? [left, top, right, bottom] : null
}

/** An all-zero mask for an image without a finding. */
export function emptyMask(image: Pick<Volume, 'size'>): Uint8Array {
  return new Uint8Array(voxelCount(image))
}

function countMarked(mask: Uint8Array): number {
  let count = 0
  for (const value of mask) if (value !== 0) count++
  return count
}
