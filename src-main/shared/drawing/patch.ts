/**
 * Pixels of one slice that a tool marks, inside the smallest box that holds them: 1 marked, rows after rows.
 * Image coordinates are continuous: pixel (i, j) covers [i, i + 1) × [j, j + 1), its centre is (i + 0.5, j + 0.5).
 */
export interface Patch {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly bits: Uint8Array
}

/** Size and voxel distances of the image that is drawn on; millimetres, or 1 where the file has no scale. */
export interface DrawnGrid {
  readonly columns: number
  readonly rows: number
  readonly slices: number
  readonly spacing: { readonly x: number; readonly y: number; readonly z: number }
}

export interface PlanePoint {
  readonly x: number
  readonly y: number
}

export const nothing: Patch = { x: 0, y: 0, width: 0, height: 0, bits: new Uint8Array(0) }

export const isEmpty = (patch: Patch): boolean => !patch.bits.includes(1)

/**
 * The part of a box that lies on the slice, with every pixel asked in turn; `marks` is given the indices of a pixel.
 * Ends are exclusive. Work: one call for every pixel of the box.
 */
export function patchOf(
  grid: Pick<DrawnGrid, 'columns' | 'rows'>,
  box: { x0: number; y0: number; x1: number; y1: number },
  marks: (column: number, row: number) => boolean
): Patch {
  const x = Math.max(0, Math.floor(box.x0))
  const y = Math.max(0, Math.floor(box.y0))
  const width = Math.min(grid.columns, Math.ceil(box.x1)) - x
  const height = Math.min(grid.rows, Math.ceil(box.y1)) - y
  if (!(width > 0 && height > 0)) return nothing
  const bits = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (marks(x + column, y + row)) bits[row * width + column] = 1
    }
  }
  return { x, y, width, height, bits }
}

/** The marked pixels of a patch that a second rule keeps too. */
export function keptOf(patch: Patch, keeps: (column: number, row: number) => boolean): Patch {
  const bits = patch.bits.map((bit, index) => {
    if (bit === 0) return 0
    return keeps(patch.x + (index % patch.width), patch.y + Math.floor(index / patch.width)) ? 1 : 0
  })
  return { ...patch, bits }
}
