import { directionLetters } from '@shared/direction-letters'
import {
  affineOf,
  axisOf,
  chained,
  dot,
  inverted,
  lengthOf,
  mapped,
  scaledBy,
  type Affine,
  type Vector
} from './affine'

/**
 * Three cuts through one volume (MPR). A cut is a stack of planes with a pixel grid of its own; its pixel and slice
 * indices map to voxel indices by an affine, so that map, outlines and grey image are read at the very same places.
 */
export type PlaneName = 'axial' | 'coronal' | 'sagittal'
export const planeNames: readonly PlaneName[] = ['axial', 'coronal', 'sagittal']

export interface CutPlane {
  readonly name: PlaneName
  /** Columns, rows and number of slices. */
  readonly size: Vector
  /** Millimetres of one column, row and slice; 1 where the file has no scale. */
  readonly spacing: Vector
  /** (column, row, slice) of the cut to (i, j, k) of the volume and back; centres at whole indices. */
  readonly toVoxel: Affine
  readonly fromVoxel: Affine
  readonly letters: { readonly left: string; readonly right: string; readonly top: string; readonly bottom: string }
  /** The plane is turned against the patient's axes. */
  readonly oblique: boolean
  /** Columns and rows do not meet at a right angle (gantry tilt): lengths along both are not true. */
  readonly sheared: boolean
}

/** Of each cut: the world axes its columns, rows and slices follow, columns to L or P, rows to P or F (radiological). */
const RECIPES: Readonly<Record<PlaneName, { axes: Vector; down: 1 | -1 }>> = {
  axial: { axes: [0, 1, 2], down: 1 },
  coronal: { axes: [0, 2, 1], down: -1 },
  sagittal: { axes: [1, 2, 0], down: -1 }
}

/** A step this much off the right angle is a shear (0.6°). */
const SHEAR = 0.01

const NO_LETTERS = { left: '', right: '', top: '', bottom: '' }

interface CutImage {
  readonly size: Vector
  readonly affine: Affine
  readonly spacingMm: Vector | null
  readonly oriented: boolean
}

/** Cuts along the axes the image was acquired in: every pixel is a voxel, nothing is interpolated. */
export function acquiredPlanes(image: CutImage): readonly CutPlane[] {
  const along = voxelAxes(image.affine)

  return planeNames.map((name) => {
    const { axes, down } = RECIPES[name]
    const [columns, rows, slices] = axes.map((world) => along[world])
    const directed = [towards(image.affine, columns, axes[0], 1), towards(image.affine, rows, axes[1], down), 1]
    const voxelAxesOfCut = [columns, rows, slices] as const
    const steps = voxelAxesOfCut.map((axis, at) => unitStep(axis, directed[at])) as unknown as [Vector, Vector, Vector]
    // Mirrored axes start at their far end.
    const origin = [0, 1, 2].map((axis) => {
      const at = voxelAxesOfCut.indexOf(axis)

      return directed[at] < 0 ? image.size[axis] - 1 : 0
    }) as unknown as Vector

    return finished(image, name, {
      size: voxelAxesOfCut.map((axis) => image.size[axis]) as unknown as Vector,
      toVoxel: affineOf(steps, origin)
    })
  })
}

/** Most pixels of a straightened cut along one side. */
const MOST = 1024

/** Cuts along the patient's axes: voxels of oblique series are interpolated. */
export function straightPlanes(image: CutImage): readonly CutPlane[] {
  const back = inverted(image.affine)
  if (back === null) return acquiredPlanes(image)
  const { from, to } = bounds(image)
  const extent = to.map((end, axis) => end - from[axis])
  const finest = Math.min(...[0, 1, 2].map((axis) => lengthOf(axisOf(image.affine, axis))))
  const step = Math.max(finest, Math.max(...extent) / MOST)
  const counts = extent.map((length) => Math.max(1, Math.ceil(length / step - 1e-6)))

  return planeNames.map((name) => {
    const { axes, down } = RECIPES[name]
    const world = (axis: number, sign: number): Vector => scaledBy(unitStep(axis, 1), sign * step)
    const grid = affineOf(
      [world(axes[0], 1), world(axes[1], down), world(axes[2], 1)],
      [0, 1, 2].map((axis) =>
        axis === axes[1] && down < 0 ? to[axis] - step / 2 : from[axis] + step / 2
      ) as unknown as Vector
    )

    return finished(image, name, {
      size: axes.map((axis) => counts[axis]) as unknown as Vector,
      toVoxel: chained(back, grid)
    })
  })
}

/** Which voxel axis follows each world axis; each is used once, the best-matching pair first. */
export function voxelAxes(affine: Affine): Vector {
  const pairs = [0, 1, 2].flatMap((axis) => {
    const step = axisOf(affine, axis)
    const length = lengthOf(step) || 1

    return step.map((value, world) => ({ axis, world, share: Math.abs(value) / length }))
  })
  pairs.sort((a, b) => b.share - a.share)
  const found: number[] = [-1, -1, -1]
  for (const { axis, world } of pairs) if (found[world] < 0 && !found.includes(axis)) found[world] = axis

  return found as unknown as Vector
}

const unitStep = (axis: number, by: number): Vector =>
  [0, 1, 2].map((at) => (at === axis ? by : 0)) as unknown as Vector

/** Whether a voxel axis has to be read backwards to run this way along a world axis. */
function towards(affine: Affine, axis: number, world: number, sign: 1 | -1): 1 | -1 {
  return axisOf(affine, axis)[world] * sign >= 0 ? 1 : -1
}

/** Corners of the outermost voxels in millimetres. */
function bounds({ size, affine }: CutImage): { from: Vector; to: Vector } {
  const corners = Array.from({ length: 8 }, (_, corner) =>
    mapped(affine, size.map((count, axis) => ((corner >> axis) & 1 ? count - 0.5 : -0.5)) as unknown as Vector)
  )
  const over = (pick: (...values: number[]) => number): Vector =>
    [0, 1, 2].map((axis) => pick(...corners.map((corner) => corner[axis]))) as unknown as Vector

  return { from: over(Math.min), to: over(Math.max) }
}

function finished(image: CutImage, name: PlaneName, { size, toVoxel }: Pick<CutPlane, 'size' | 'toVoxel'>): CutPlane {
  const toWorld = chained(image.affine, toVoxel)
  const [right, bottom] = [axisOf(toWorld, 0), axisOf(toWorld, 1)]
  const lengths = [0, 1, 2].map((axis) => lengthOf(axisOf(toWorld, axis)) || 1) as unknown as Vector
  const letters = {
    left: directionLetters(scaledBy(right, -1)),
    right: directionLetters(right),
    top: directionLetters(scaledBy(bottom, -1)),
    bottom: directionLetters(bottom)
  }

  return {
    name,
    size,
    spacing: image.spacingMm === null ? [1, 1, 1] : lengths,
    toVoxel,
    fromVoxel: inverted(toVoxel) ?? toVoxel,
    letters: image.oriented ? letters : NO_LETTERS,
    oblique: image.oriented && [letters.right, letters.bottom].some((one) => one.length > 1),
    sheared: Math.abs(dot(right, bottom)) / (lengths[0] * lengths[1]) > SHEAR
  }
}

/** Column, row and slice of a cut through a voxel; fractions where the voxel lies between them. */
export const onPlane = (plane: CutPlane, voxel: Vector): Vector => mapped(plane.fromVoxel, voxel)

/** The slice of a cut that a voxel lies in, kept inside the stack. */
export function sliceThrough(plane: CutPlane, voxel: Vector): number {
  return Math.min(plane.size[2] - 1, Math.max(0, Math.round(onPlane(plane, voxel)[2])))
}
