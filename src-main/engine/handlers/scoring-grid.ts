import { type Reduction, reduceMap } from '@engine/attribution/reduction'
import type { Volume } from '@engine/geometry/volume'
import { voxelCount } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import type { Experiment } from '@shared/experiment'
import type { ComputedMap } from './compute-map'
import { placeMap } from './map-on-image'

/** The signed map as it is, one channel. */
const signedSum: Reduction = { reduce: 'sum', clip: 100, normalise: 'none' }

export type GridKind = Experiment['grid']

/** A plane or volume of values on the grid that is scored. */
export interface GridValues<Values> {
  readonly values: Values
  readonly shape: readonly number[]
}

/** Shape of the scoring grid: `[H, W]`, with the slices or the depth in front when there are several. */
export function gridShape(prepared: PreparedImage, image: Pick<Volume, 'size'>, kind: GridKind): number[] {
  if (kind === 'model') return [...prepared.shape]
  const [columns, rows, slices] = image.size
  return slices > 1 ? [slices, rows, columns] : [rows, columns]
}

/** A computed map reduced for scoring, on the model's grid or on source pixels. */
export function mapOnGrid(
  computed: ComputedMap,
  prepared: PreparedImage,
  image: Volume,
  { kind, reduction }: { kind: GridKind; reduction: Reduction }
): GridValues<Float32Array> & { signed: Float32Array; flat: boolean; peak?: number } {
  const shape = gridShape(prepared, image, kind)
  if (kind === 'image') {
    const placed = placeMap(computed, prepared, image.size, reduction)
    const { values: sums } = placeMap(computed, prepared, image.size, signedSum)
    return { values: placed.values, signed: sums, shape, flat: placed.flat }
  }
  const joined = prepared.join(computed.slices.map(({ attribution }) => attribution.map))
  const reduced = reduceMap(joined, reduction)
  const signed = reduceMap(joined, signedSum).map.data
  return { values: reduced.map.data, signed, shape, flat: reduced.flat, peak: reduced.peak }
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
  const placed = prepared.maskOnGrid(mask)
  return { values: placed.mask, shape, lost: placed.lost }
}

/** A box of source pixels in pixels of the scoring grid, far edge exclusive; null when the model does not see it. */
export function boxOnGrid(
  box: readonly [number, number, number, number],
  prepared: PreparedImage,
  kind: GridKind
): [number, number, number, number] | null {
  return kind === 'image' ? [...box] : prepared.boxOnGrid(box)
}

/** An all-zero mask for an image without a finding. */
export function emptyMask(image: Pick<Volume, 'size'>): Uint8Array {
  return new Uint8Array(voxelCount(image))
}
