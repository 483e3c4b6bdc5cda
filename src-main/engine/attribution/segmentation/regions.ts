/** Regions of an image, possibly overlapping, on a grid of cells. */
export interface Regions {
  readonly cells: number
  /** Cell in which each pixel lies; null when every pixel is a cell of its own. */
  readonly cellOf: Uint32Array | null
  /** The cells of each region. */
  readonly masks: readonly Uint32Array[]
}

/** Rows, columns and, for volumes, slices: `[depth, height, width]` with a depth of 1 for an image. */
export type Extent = readonly [number, number, number]
