/**
 * Where the image lies on the screen. Image coordinates are continuous: pixel (i, j) covers [i, i + 1) × [j, j + 1), its
 * centre is (i + 0.5, j + 0.5). Screen coordinates are CSS pixels from the top left of the cell.
 */

export interface ImageGrid {
  readonly columns: number
  readonly rows: number
  /** Millimetres, or 1 where unknown: only their ratio matters for the placement. */
  readonly spacingX: number
  readonly spacingY: number
}

/** What the user sees of the image; independent of the size of the cell, so that all cells of a grid share it. */
export interface Camera {
  /** 1 fits the whole image into the cell. */
  readonly magnification: number
  /** The image point in the middle of the cell. */
  readonly x: number
  readonly y: number
}

export interface CellSize {
  readonly width: number
  readonly height: number
}

/** Screen = offset + scale · image, along x and y. */
export interface Placement {
  readonly scaleX: number
  readonly scaleY: number
  readonly offsetX: number
  readonly offsetY: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export const MIN_MAGNIFICATION = 0.2
export const MAX_SCALE = 64

export const fittedCamera = (grid: ImageGrid): Camera => ({ magnification: 1, x: grid.columns / 2, y: grid.rows / 2 })

/** CSS pixels per image column when the whole image fits. */
export function fitScale(grid: ImageGrid, cell: CellSize): number {
  const aspect = grid.spacingY / grid.spacingX
  if (cell.width <= 0 || cell.height <= 0) return 1

  return Math.min(cell.width / grid.columns, cell.height / (grid.rows * aspect))
}

export function placementOf(grid: ImageGrid, camera: Camera, cell: CellSize): Placement {
  const scaleX = fitScale(grid, cell) * camera.magnification
  const scaleY = (scaleX * grid.spacingY) / grid.spacingX

  return { scaleX, scaleY, offsetX: cell.width / 2 - camera.x * scaleX, offsetY: cell.height / 2 - camera.y * scaleY }
}

export const toScreen = (placement: Placement, point: Point): Point => ({
  x: placement.offsetX + point.x * placement.scaleX,
  y: placement.offsetY + point.y * placement.scaleY
})

export const toImage = (placement: Placement, point: Point): Point => ({
  x: (point.x - placement.offsetX) / placement.scaleX,
  y: (point.y - placement.offsetY) / placement.scaleY
})

/** Pixel under an image point, or null outside. */
export function pixelAt(grid: ImageGrid, point: Point): { column: number; row: number } | null {
  const column = Math.floor(point.x)
  const row = Math.floor(point.y)
  const inside = column >= 0 && row >= 0 && column < grid.columns && row < grid.rows

  return inside ? { column, row } : null
}

/** Magnifies by a factor around a screen point, which keeps showing the same image point. */
export function zoomedAt(
  grid: ImageGrid,
  camera: Camera,
  cell: CellSize,
  change: { factor: number; at: Point }
): Camera {
  const fit = fitScale(grid, cell)
  const most = Math.max(MAX_SCALE / fit, 1)
  const magnification = Math.min(most, Math.max(MIN_MAGNIFICATION, camera.magnification * change.factor))
  const anchor = toImage(placementOf(grid, camera, cell), change.at)
  const after = placementOf(grid, { ...camera, magnification }, cell)

  return {
    magnification,
    x: anchor.x - (change.at.x - cell.width / 2) / after.scaleX,
    y: anchor.y - (change.at.y - cell.height / 2) / after.scaleY
  }
}

/** Moves the image with the pointer; its middle never leaves the cell by more than half an image. */
export function pannedBy(grid: ImageGrid, camera: Camera, cell: CellSize, by: Point): Camera {
  const { scaleX, scaleY } = placementOf(grid, camera, cell)
  const within = (value: number, size: number): number => Math.min(size, Math.max(0, value))

  return {
    ...camera,
    x: within(camera.x - by.x / scaleX, grid.columns),
    y: within(camera.y - by.y / scaleY, grid.rows)
  }
}

/** One image column on one device pixel. */
export function truePixels(grid: ImageGrid, camera: Camera, cell: CellSize, pixelRatio: number): Camera {
  return { ...camera, magnification: 1 / (fitScale(grid, cell) * pixelRatio) }
}

/** Per cent: device pixels per image column. */
export const zoomPercent = (placement: Placement, pixelRatio: number): number => 100 * placement.scaleX * pixelRatio

/** Above this zoom every voxel is drawn as the square it is. */
const NEAREST_ABOVE_PERCENT = 400

/** Small images are magnified more than that only to fill the cell: they turn to squares at twice the fitted size. */
export function drawsSquares(grid: ImageGrid, camera: Camera, cell: CellSize, pixelRatio: number): boolean {
  const fitted = 100 * fitScale(grid, cell) * pixelRatio

  return fitted * camera.magnification > Math.max(NEAREST_ABOVE_PERCENT, 2 * fitted)
}
