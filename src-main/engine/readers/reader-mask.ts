/** One reader's mask of one image: 0 outside, 1 inside, first axis fastest. */
export interface ReaderMask {
  readonly reader: string
  readonly voxels: Uint8Array
}

/** The lattice that all masks of a comparison lie on. */
export interface MaskGrid {
  /** `[columns, rows, slices]`. */
  readonly size: readonly [number, number, number]
  /** Distances of voxel centres along the three axes, millimetres; null: unknown, distances are then in voxels. */
  readonly spacingMm: readonly [number, number, number] | null
}
