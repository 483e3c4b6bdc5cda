import { directionLetters } from '@shared/direction-letters'

/** Planes of a volume along its own stored axes, turned the radiological way round; pure numbers. */

type Triple = readonly [number, number, number]
type Axis = 0 | 1 | 2

export interface StoredGrid {
  readonly size: Triple
  /** (i, j, k) to LPS millimetres, row major, 16 numbers. */
  readonly affine: readonly number[]
}

/** Which stored axes run across and down a plane, and whether they are turned round. */
export interface PlaneAxes {
  /** The axis the plane is perpendicular to. */
  readonly through: Axis
  readonly across: { readonly axis: Axis; readonly flipped: boolean }
  readonly down: { readonly axis: Axis; readonly flipped: boolean }
}

const axisOf = ({ affine }: StoredGrid, axis: Axis): Triple => [affine[axis], affine[4 + axis], affine[8 + axis]]

/** The patient axis (0 left, 1 posterior, 2 head) a stored axis mostly follows. */
function mostlyAlong(grid: StoredGrid, axis: Axis): Axis {
  const step = axisOf(grid, axis).map(Math.abs)

  return step.indexOf(Math.max(...step)) as Axis
}

/**
 * How the plane perpendicular to a stored axis is drawn: right of the patient on the left, front on the left of sagittal
 * planes and at the top of axial ones, head at the top.
 */
export function planeAxes(grid: StoredGrid, through: Axis): PlaneAxes {
  const [first, second] = ([0, 1, 2] as const).filter((axis) => axis !== through)
  // Head and feet always run down; of two others left–right runs across.
  const swap = mostlyAlong(grid, first) === 2 || (mostlyAlong(grid, second) === 0 && mostlyAlong(grid, first) === 1)
  const [across, down] = swap ? [second, first] : [first, second]
  const along = (axis: Axis): number => axisOf(grid, axis)[mostlyAlong(grid, axis)]
  // Patient axes grow to the left, to the back and to the head; the head belongs at the top.
  const downFlipped = mostlyAlong(grid, down) === 2 ? along(down) > 0 : along(down) < 0

  return { through, across: { axis: across, flipped: along(across) < 0 }, down: { axis: down, flipped: downFlipped } }
}

/** Columns and rows of a plane. */
export const planeSize = ({ size }: StoredGrid, { across, down }: PlaneAxes): { width: number; height: number } => ({
  width: size[across.axis],
  height: size[down.axis]
})

/** One plane of values on the grid, row by row as drawn; `samples` values a voxel, of which the first is taken. */
export function planeValues(
  grid: StoredGrid,
  axes: PlaneAxes,
  index: number,
  { values, samples = 1 }: { readonly values: ArrayLike<number>; readonly samples?: number }
): Float32Array {
  const { width, height } = planeSize(grid, axes)
  const strides = [1, grid.size[0], grid.size[0] * grid.size[1]]
  const plane = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = axes.down.flipped ? height - 1 - y : y
    for (let x = 0; x < width; x++) {
      const column = axes.across.flipped ? width - 1 - x : x
      const voxel = index * strides[axes.through] + column * strides[axes.across.axis] + row * strides[axes.down.axis]
      plane[y * width + x] = values[voxel * samples]
    }
  }

  return plane
}

/** Millimetres of one step along a stored axis. */
export const stepLength = (grid: StoredGrid, axis: Axis): number => Math.hypot(...axisOf(grid, axis))

/** Letters at the edges of a plane as drawn. */
export function planeLetters(
  grid: StoredGrid,
  { across, down }: PlaneAxes
): { left: string; right: string; top: string; bottom: string } {
  const edge = ({ axis, flipped }: PlaneAxes['across'], far: boolean): string =>
    directionLetters(axisOf(grid, axis).map((part) => (far === flipped ? -part : part)) as unknown as Triple)

  return { left: edge(across, false), right: edge(across, true), top: edge(down, false), bottom: edge(down, true) }
}

/** LPS millimetres of a voxel. */
export function worldOfVoxel({ affine }: StoredGrid, [i, j, k]: Triple): [number, number, number] {
  const row = (at: number): number => affine[at] * i + affine[at + 1] * j + affine[at + 2] * k + affine[at + 3]

  return [row(0), row(4), row(8)]
}

/** The voxel nearest to a place in LPS millimetres, kept inside the volume; null where the affine cannot be turned round. */
export function voxelAtWorld(grid: StoredGrid, [x, y, z]: Triple): [number, number, number] | null {
  const { affine, size } = grid
  const [a, b, c] = ([0, 1, 2] as const).map((axis) => axisOf(grid, axis))
  const cross = (u: Triple, v: Triple): Triple => [
    u[1] * v[2] - u[2] * v[1],
    u[2] * v[0] - u[0] * v[2],
    u[0] * v[1] - u[1] * v[0]
  ]
  const dot = (u: Triple, v: Triple): number => u[0] * v[0] + u[1] * v[1] + u[2] * v[2]
  const determinant = dot(a, cross(b, c))
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-12) return null
  const from: Triple = [x - affine[3], y - affine[7], z - affine[11]]

  return [cross(b, c), cross(c, a), cross(a, b)].map((row, axis) =>
    Math.min(size[axis] - 1, Math.max(0, Math.round(dot(row, from) / determinant)))
  ) as [number, number, number]
}

/** The voxel with the largest size of a map: where a statistic map is cut first. */
export function hottestVoxel(values: Float32Array, [columns, rows]: Triple): [number, number, number] {
  let best = 0
  for (let at = 1; at < values.length; at++) if (Math.abs(values[at]) > Math.abs(values[best])) best = at

  return [best % columns, Math.floor(best / columns) % rows, Math.floor(best / (columns * rows))]
}
