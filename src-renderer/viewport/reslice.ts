import { axisOf, type Vector } from './affine'
import type { CutPlane } from './cut-planes'

type Values = Uint8Array | Int16Array | Uint16Array | Int32Array | Float32Array

/** Values on the voxel grid of a volume, the first index fastest. */
export interface Grid {
  readonly values: Values
  readonly size: Vector
  /** Values of one voxel: 1, or 3 for colour. */
  readonly samples?: number
}

/** True when every pixel of the cut is the centre of a voxel: values are copied, never interpolated. */
export function isDirect(plane: CutPlane): boolean {
  return plane.toVoxel.every((value) => Number.isInteger(value))
}

/**
 * One slice of a cut, row by row. Between voxel centres it is interpolated linearly along all three axes, up to half a
 * voxel beyond the outermost centres it holds their value, and outside it is NaN.
 */
export function cutValues(grid: Grid, plane: CutPlane, slice: number): Float32Array {
  return isDirect(plane) ? copied(grid, plane, slice) : interpolated(grid, plane, slice)
}

function copied({ values, size, samples = 1 }: Grid, plane: CutPlane, slice: number): Float32Array {
  const [columns, rows] = plane.size
  const [start, right, down] = strides(plane, size, slice)
  const out = new Float32Array(columns * rows * samples)
  let at = 0
  for (let row = 0; row < rows; row++) {
    let index = (start + row * down) * samples
    for (let column = 0; column < columns; column++, index += right * samples) {
      for (let sample = 0; sample < samples; sample++) out[at++] = values[index + sample]
    }
  }

  return out
}

/** Index of the first pixel's voxel, and the index steps of a column and a row. */
function strides(plane: CutPlane, [columns, rows]: Vector, slice: number): Vector {
  const flat = ([i, j, k]: Vector): number => i + columns * (j + rows * k)
  const first = pixelVoxel(plane, [0, 0, slice])

  return [flat(first), flat(axisOf(plane.toVoxel, 0)), flat(axisOf(plane.toVoxel, 1))]
}

function pixelVoxel({ toVoxel: m }: CutPlane, [x, y, z]: Vector): Vector {
  return [
    m[0] * x + m[1] * y + m[2] * z + m[3],
    m[4] * x + m[5] * y + m[6] * z + m[7],
    m[8] * x + m[9] * y + m[10] * z + m[11]
  ]
}

/** Calls back for every pixel inside the volume with its place in the slice and its voxel coordinates. */
function walk(
  plane: CutPlane,
  size: Vector,
  visit: (at: number, x: number, y: number, z: number) => void,
  slice: number
): void {
  const [columns, rows] = plane.size
  const step = axisOf(plane.toVoxel, 0)
  let at = 0
  for (let row = 0; row < rows; row++) {
    const [x0, y0, z0] = pixelVoxel(plane, [0, row, slice])
    for (let column = 0; column < columns; column++, at++) {
      const x = x0 + column * step[0]
      const y = y0 + column * step[1]
      const z = z0 + column * step[2]
      if (inside(x, size[0]) && inside(y, size[1]) && inside(z, size[2])) visit(at, x, y, z)
    }
  }
}

/** Rounding of the way through the affine must not cut the outermost half voxel off. */
const EDGE = 0.5 + 1e-6

const inside = (place: number, count: number): boolean => place >= -EDGE && place <= count - 1 + EDGE

function interpolated({ values, size, samples = 1 }: Grid, plane: CutPlane, slice: number): Float32Array {
  const out = new Float32Array(plane.size[0] * plane.size[1] * samples).fill(Number.NaN)
  const [columns, rows, slices] = size
  const [alongY, alongZ] = [columns * samples, columns * rows * samples]
  const visit = (at: number, x: number, y: number, z: number): void => {
    const [i, fx] = below(x, columns)
    const [j, fy] = below(y, rows)
    const [k, fz] = below(z, slices)
    const steps = [fx > 0 ? samples : 0, fy > 0 ? alongY : 0] as const
    const behind = fz > 0 ? alongZ : 0
    for (let sample = 0; sample < samples; sample++) {
      const base = samples * i + alongY * j + alongZ * k + sample
      const here = bilinear(values, base, steps, [fx, fy])
      out[samples * at + sample] =
        behind === 0 ? here : here + fz * (bilinear(values, base + behind, steps, [fx, fy]) - here)
    }
  }
  walk(plane, size, visit, slice)

  return out
}

/** The voxel centre at or before a place, and the share of the way to the next; clamped at both ends. */
function below(place: number, count: number): [number, number] {
  const clamped = place < 0 ? 0 : place > count - 1 ? count - 1 : place
  const whole = Math.floor(clamped)

  return [whole, clamped - whole]
}

/** Between four neighbours; a step of 0 has no neighbour on that side. */
function bilinear(
  values: Values,
  at: number,
  [dx, dy]: readonly [number, number],
  [fx, fy]: readonly [number, number]
): number {
  const top = values[at] + fx * (values[at + dx] - values[at])
  if (dy === 0) return top
  const low = values[at + dy] + fx * (values[at + dy + dx] - values[at + dy])

  return top + fy * (low - top)
}

/** One slice of a labelmap on the grid of the volume: the voxel each pixel's centre lies in; 0 outside. */
export function cutLabels(grid: Grid, plane: CutPlane, slice: number): Uint8Array {
  return cutNearest(grid, plane, slice, new Uint8Array(plane.size[0] * plane.size[1]))
}

/** The same for numbers beyond 255. */
export function cutNumbers(grid: Grid, plane: CutPlane, slice: number): Int32Array {
  return cutNearest(grid, plane, slice, new Int32Array(plane.size[0] * plane.size[1]))
}

function cutNearest<T extends Uint8Array | Int32Array>(
  { values, size }: Grid,
  plane: CutPlane,
  slice: number,
  out: T
): T {
  const visit = (at: number, x: number, y: number, z: number): void => {
    out[at] = values[nearest(x, size[0]) + size[0] * (nearest(y, size[1]) + size[1] * nearest(z, size[2]))]
  }
  walk(plane, size, visit, slice)

  return out
}

/** One slice of the model's own cells, whose grid covers the whole volume: the cell each pixel lies in; NaN outside. */
export function cutCells(cells: Grid, volume: Vector, plane: CutPlane, slice: number): Float32Array {
  const out = new Float32Array(plane.size[0] * plane.size[1]).fill(Number.NaN)
  const { values, size } = cells
  const cell = (place: number, axis: number): number =>
    Math.min(size[axis] - 1, Math.max(0, Math.floor(((place + 0.5) * size[axis]) / volume[axis])))
  const visit = (at: number, x: number, y: number, z: number): void => {
    out[at] = values[cell(x, 0) + size[0] * (cell(y, 1) + size[1] * cell(z, 2))]
  }
  walk(plane, volume, visit, slice)

  return out
}

const nearest = (place: number, count: number): number => Math.min(count - 1, Math.max(0, Math.round(place)))
