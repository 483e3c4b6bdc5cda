import { nothing, patchOf, type DrawnGrid, type Patch, type PlanePoint } from './patch'

/** One move of a round brush: from the last point to this one. */
export interface BrushMove {
  readonly from: PlanePoint
  readonly to: PlanePoint
  /** Of the brush, in the unit of the grid's spacing. */
  readonly diameter: number
}

/** A patch on a slice. */
export interface SlicePatch {
  readonly slice: number
  readonly patch: Patch
}

/**
 * Pixels a round brush marks on its way: those whose centre lies at most half a diameter from the way, in millimetres, and the
 * pixels under the point itself, so that the smallest brush leaves no gap.
 */
export function brushPatch(grid: DrawnGrid, move: BrushMove): Patch {
  return sweptPatch(grid, move, move.diameter / 2)
}

/**
 * Voxels of a ball that is drawn over a slice: on the slice `n` away the brush is the circle the ball has there, of radius
 * √(r² − (n · distance of slices)²); a voxel counts when its centre lies in the ball.
 */
export function ballPatches(grid: DrawnGrid, move: BrushMove, slice: number): SlicePatch[] {
  const radius = move.diameter / 2
  const reach = Math.floor(radius / grid.spacing.z)
  const patches: SlicePatch[] = []
  for (let at = Math.max(0, slice - reach); at <= Math.min(grid.slices - 1, slice + reach); at++) {
    const away = (at - slice) * grid.spacing.z
    const inside = Math.sqrt(radius * radius - away * away)
    const patch = at === slice ? brushPatch(grid, move) : circlePatch(grid, move, inside)
    if (patch.width > 0) patches.push({ slice: at, patch })
  }
  return patches
}

function sweptPatch(grid: DrawnGrid, move: BrushMove, radius: number): Patch {
  const under = pixelsUnder(move)
  return patchOf(grid, boxAround(grid, move, radius), (column, row) => {
    return squaredDistance(grid, move, { x: column + 0.5, y: row + 0.5 }) <= radius * radius || under(column, row)
  })
}

function circlePatch(grid: DrawnGrid, move: BrushMove, radius: number): Patch {
  if (!(radius >= 0)) return nothing
  return patchOf(grid, boxAround(grid, move, radius), (column, row) => {
    return squaredDistance(grid, move, { x: column + 0.5, y: row + 0.5 }) <= radius * radius
  })
}

function boxAround(
  { spacing }: DrawnGrid,
  { from, to }: BrushMove,
  radius: number
): { x0: number; y0: number; x1: number; y1: number } {
  // A pixel more: the one under the point may reach further than the brush.
  const [reachX, reachY] = [radius / spacing.x + 1, radius / spacing.y + 1]
  return {
    x0: Math.min(from.x, to.x) - reachX,
    y0: Math.min(from.y, to.y) - reachY,
    x1: Math.max(from.x, to.x) + reachX,
    y1: Math.max(from.y, to.y) + reachY
  }
}

/** Of a point to the way of the brush, in square millimetres. */
function squaredDistance({ spacing }: DrawnGrid, { from, to }: BrushMove, point: PlanePoint): number {
  const [wayX, wayY] = [(to.x - from.x) * spacing.x, (to.y - from.y) * spacing.y]
  const [x, y] = [(point.x - from.x) * spacing.x, (point.y - from.y) * spacing.y]
  const length = wayX * wayX + wayY * wayY
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, (x * wayX + y * wayY) / length))
  const [awayX, awayY] = [x - share * wayX, y - share * wayY]
  return awayX * awayX + awayY * awayY
}

/** True for pixels the point passed over, looked at every half pixel. */
function pixelsUnder({ from, to }: BrushMove): (column: number, row: number) => boolean {
  const steps = Math.max(1, Math.ceil(2 * Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))))
  const passed = new Set<string>()
  for (let step = 0; step <= steps; step++) {
    const x = Math.floor(from.x + ((to.x - from.x) * step) / steps)
    const y = Math.floor(from.y + ((to.y - from.y) * step) / steps)
    passed.add(`${x} ${y}`)
  }
  return (column, row) => passed.has(`${column} ${row}`)
}
