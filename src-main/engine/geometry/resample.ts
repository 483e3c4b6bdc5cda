import { applyAffine, invertAffine, multiplyAffines, spacingOf } from '@engine/geometry/affine'
import type { Grid } from '@engine/geometry/grid'
import type { Interpolation } from '@engine/geometry/resize'
import type { Affine, Volume } from '@engine/geometry/volume'

/** Values read from a source outside its grid. */
export interface ResampleOptions {
  readonly interpolation: Interpolation
  /** Value where the target lies outside the source; default 0. */
  readonly outside?: number
}

/**
 * Reads `source` at the voxel centres of `target`, float32; a centre within half a voxel of the source's edge takes the edge's value.
 * Throws Fault `geometry-mismatch` when the source's affine is singular.
 */
export function resampleVolume(source: Volume, target: Grid, options: ResampleOptions): Volume {
  const voxels = new Float32Array(target.size[0] * target.size[1] * target.size[2] * source.samples)
  const toSource = multiplyAffines(invertAffine(source.affine), target.affine)
  const sampler = options.interpolation === 'nearest' ? nearestSampler(source) : linearSampler(source)
  fillRows({ source, target, toSource, outside: options.outside ?? 0 }, voxels, sampler)
  return {
    ...source,
    voxels,
    size: target.size,
    affine: target.affine,
    sources: undefined,
    spacingMm: source.spacingMm === null ? null : spacingOf(target.affine)
  }
}

/** Value of sample `s` at fractional source indices that lie inside the grid. */
type Sampler = (x: number, y: number, z: number, s: number) => number

interface Walk {
  readonly source: Volume
  readonly target: Grid
  readonly toSource: Affine
  readonly outside: number
}

function fillRows(walk: Walk, voxels: Float32Array, sampler: Sampler): void {
  const { source, target, toSource } = walk
  const [columns, rows, slices] = target.size
  const last = source.size.map((length) => length - 1)
  let offset = 0
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const start = applyAffine(toSource, [0, j, k])
      for (let i = 0; i < columns; i++) {
        const x = snap(start[0] + i * toSource[0])
        const y = snap(start[1] + i * toSource[4])
        const z = snap(start[2] + i * toSource[8])
        const inside =
          x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= last[0] + 0.5 && y <= last[1] + 0.5 && z <= last[2] + 0.5
        for (let s = 0; s < source.samples; s++) {
          voxels[offset++] = inside ? sampler(clamp(x, last[0]), clamp(y, last[1]), clamp(z, last[2]), s) : walk.outside
        }
      }
    }
  }
}

function nearestSampler(source: Volume): Sampler {
  const [columns, rows] = source.size
  return (x, y, z, s) => {
    const voxel = (Math.round(z) * rows + Math.round(y)) * columns + Math.round(x)
    return source.voxels[voxel * source.samples + s]
  }
}

function linearSampler(source: Volume): Sampler {
  const [columns, rows, slices] = source.size
  const { voxels, samples } = source
  const at = (i: number, j: number, k: number, s: number): number =>
    voxels[((k * rows + j) * columns + i) * samples + s]
  return (x, y, z, s) => {
    const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)]
    const [fx, fy, fz] = [x - i, y - j, z - k]
    const [i2, j2, k2] = [Math.min(i + 1, columns - 1), Math.min(j + 1, rows - 1), Math.min(k + 1, slices - 1)]
    const row = (jj: number, kk: number): number => mix(at(i, jj, kk, s), at(i2, jj, kk, s), fx)
    return mix(mix(row(j, k), row(j2, k), fy), mix(row(j, k2), row(j2, k2), fy), fz)
  }
}

/** Rounds away the noise of the matrix product, so that equal grids give equal values. */
function snap(index: number): number {
  const whole = Math.round(index)
  return Math.abs(index - whole) < 1e-6 ? whole : index
}

function clamp(index: number, last: number): number {
  return index < 0 ? 0 : index > last ? last : index
}

function mix(first: number, second: number, weight: number): number {
  return weight === 0 ? first : first * (1 - weight) + second * weight
}
