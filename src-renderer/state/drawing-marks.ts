import { ellipsePatch, polygonPatch, rectanglePatch } from '@shared/drawing/area-shapes'
import { ballPatches, brushPatch, type SlicePatch } from '@shared/drawing/brush-shape'
import { snapped } from '@shared/drawing/edge-snap'
import { nothing, type DrawnGrid, type Patch, type PlanePoint } from '@shared/drawing/patch'
import { readIn } from '@shared/uptake'
import { bandAround, connectedTo, inBand, type GreyPlane, type ValueBand } from '@shared/drawing/value-band'
import type { DisplayImage } from '@shared/vocabulary'
import { tools } from './drawing-tools.svelte'

/** How far a point snaps, in millimetres (pixels without a scale). */
const SNAP_REACH = 3
/** The adaptive band is at least this share of the window's width to both sides. */
const LEAST_BAND = 0.02

/** Grey values of a slice as the tools see them; of colours the mean of the three. */
export function greyPlane(image: DisplayImage, slice: number): GreyPlane {
  const [columns, rows] = image.size
  const start = slice * columns * rows
  const { voxels, samples } = image
  const value =
    samples === 1
      ? (index: number): number => voxels[start + index]
      : (index: number): number => {
          const at = 3 * (start + index)

          return (voxels[at] + voxels[at + 1] + voxels[at + 2]) / 3
        }

  return { columns, rows, value }
}

/** The values the adaptive brush takes from where a stroke begins. */
export function bandAt(image: DisplayImage, slice: number, point: PlanePoint): ValueBand {
  const [columns, rows] = image.size
  const within = (value: number, size: number): number => Math.min(size - 1, Math.max(0, Math.floor(value)))
  const plane = greyPlane(image, slice)

  return bandAround(plane, within(point.x, columns), within(point.y, rows), LEAST_BAND * image.window.width)
}

/** A move of the brush on its slice, or of the ball on all it reaches, less what the switches keep out. */
export function paintedPatches(
  image: DisplayImage,
  grid: DrawnGrid,
  move: { from: PlanePoint; to: PlanePoint; slice: number; band: ValueBand | null }
): SlicePatch[] {
  const { from, to, slice, band } = move
  const brush = { from, to, diameter: tools.size }
  const patches = tools.tool === 'ball' ? ballPatches(grid, brush, slice) : [{ slice, patch: brushPatch(grid, brush) }]
  const under = [from, to].map(({ x, y }) => [Math.floor(x), Math.floor(y)] as const)

  return patches.map((one) => {
    const kept = allowed(image, one.slice, one.patch)
    if (band === null) return { ...one, patch: kept }
    const alike = inBand(kept, greyPlane(image, one.slice), band)

    // What is not connected with the stroke is another structure; the ball's other slices have no stroke of their own.
    return { ...one, patch: one.slice === slice ? connectedTo(alike, under) : alike }
  })
}

/** The pixels of a patch that the value range lets through. */
export function allowed(image: DisplayImage, slice: number, patch: Patch): Patch {
  const range = rangeOf(image)
  if (range === null || patch.width === 0) return patch

  return inBand(patch, greyPlane(image, slice), range)
}

/** Where two values lie apart by less, they are the same one that went through another unit and back. */
const ROUNDING = 1e-12

/** The value range in values of the image, which may be of another unit than those that are read off; null where it is off. */
export function rangeOf(image: DisplayImage): ValueBand | null {
  const { range, ranged } = tools
  const { factor } = readIn(image)
  if (!ranged || range === null || factor === 1) return ranged ? range : null
  const [low, high] = [range.low / factor, range.high / factor]

  return { low: low - ROUNDING * Math.abs(low), high: high + ROUNDING * Math.abs(high) }
}

/** Pixels of a closed shape. */
export function shapePatch(grid: DrawnGrid, kind: string, points: readonly PlanePoint[]): Patch {
  const [first, last] = [points[0], points[points.length - 1]]
  if (points.length < 2) return nothing
  if (kind === 'rectangle') return rectanglePatch(grid, first, last)
  if (kind === 'ellipse') return ellipsePatch(grid, first, last)

  return polygonPatch(grid, points)
}

/** A point of an outline, moved to the edge near by when the switch is on. */
export function placedPoint(image: DisplayImage, grid: DrawnGrid, slice: number, point: PlanePoint): PlanePoint {
  return tools.snap ? snapped(greyPlane(image, slice), point, { reach: SNAP_REACH, spacing: grid.spacing }) : point
}
