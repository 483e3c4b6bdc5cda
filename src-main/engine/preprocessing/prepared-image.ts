import type { Tensor } from '@engine/tensor/tensor'
import type { ModelGrid } from './model-grid'

/** Which inputs a model is given of one image, and how their answers are joined. */
export interface PartPlan {
  readonly indices: readonly number[]
  readonly aggregate: 'max' | 'mean'
}

/** An image made ready for a model: its inputs one after another, and the way back to the image. */
export interface PreparedImage {
  readonly plan: PartPlan
  /** What one input is made of. */
  readonly part: 'slice' | 'volume' | 'patch' | 'box'
  /** The model's grid over all parts, on which maps are scored: `[H, W]`, or `[slices | D, H, W]`. */
  readonly shape: readonly number[]
  /** True when that grid covers the whole image, axis by axis as it is stored: its cells can be drawn as they are. */
  readonly coversImage: boolean
  /** How the model's grid lies on the image, where it has three axes. */
  readonly field?: ModelGrid
  /** Model input of one part of the plan, `[1, C, H, W]` or `[1, C, D, H, W]`. */
  input(index: number): Tensor
  /** Maps of all parts in the plan's order as one `[1, C, …]` over `shape`; where parts overlap, their mean. */
  join(maps: readonly Tensor[]): Tensor
  /** The same for maps of another resolution (the cells of a layer); null where overlapping parts have no common cells. */
  joinCells(maps: readonly Tensor[]): Tensor | null
  /** Values that cover the model's field, at its own or another resolution, on the voxels of the image; 0 where it saw nothing. */
  onImage(field: Tensor, interpolation: 'linear' | 'nearest'): Float32Array
  /** Values of the image on the model's grid, linear; 0 outside the image. */
  onGrid(values: ArrayLike<number>): Float32Array
  /** A mask of the image on the model's grid, nearest neighbour; `lost` counts mask voxels the model does not see. */
  maskOnGrid(mask: Uint8Array): { mask: Uint8Array; lost: number }
  /** A box `[x0, y0, x1, y1)` of the image in pixels of the model's grid; null when it is not seen, or the grid is one of volumes. */
  boxOnGrid(box: readonly [number, number, number, number]): [number, number, number, number] | null
  /** The cells of a map in the image's own directions: `[columns, rows, slices]`. */
  cellsOf(field: Tensor): [number, number, number]
}
