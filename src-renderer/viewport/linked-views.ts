import { axisOf, dot, inverted, lengthOf, mapped, type Affine, type Vector } from './affine'
import { fitScale, type Camera, type CellSize, type ImageGrid } from './placement'

/**
 * Two studies beside each other. `position`: by millimetres of the patient (LPS), which needs one frame of reference;
 * `relative`: the same share of both stacks; `here`: from the slices at which they were linked, by their distance.
 */
export type LinkKind = 'position' | 'relative' | 'here' | 'none'

/** What of an image decides how it can be linked. */
export interface LinkedImage {
  readonly size: Vector
  readonly affine: Affine
  readonly spacingMm: Vector | null
  readonly oriented: boolean
  readonly projection: boolean
  /** DICOM Frame of Reference UID (PS3.3 C.7.4.1); null where the file has none. */
  readonly frameOfReference: string | null
}

/** Planes closer than this to one another are scrolled together. */
const MOST_TILT = Math.cos((15 * Math.PI) / 180)

/** Why two images cannot be linked by position; null: they can. */
export type NoPosition = 'no geometry' | 'no frame' | 'other frame' | 'other plane'

export function positionRefused(one: LinkedImage, other: LinkedImage): NoPosition | null {
  if ([one, other].some((image) => !image.oriented || image.spacingMm === null || image.projection)) {
    return 'no geometry'
  }
  const [first, second] = [axisOf(one.affine, 2), axisOf(other.affine, 2)]
  const cosine = dot(first, second) / (lengthOf(first) * lengthOf(second))
  if (!(Math.abs(cosine) >= MOST_TILT)) return 'other plane'
  if (one.frameOfReference === null || other.frameOfReference === null) return 'no frame'

  return one.frameOfReference === other.frameOfReference ? null : 'other frame'
}

/** A voxel of one image as a voxel of the other, by its place in the patient; not rounded, and it may lie outside. */
export function sameVoxel(from: Affine, to: Affine, voxel: Vector): Vector | null {
  const back = inverted(to)

  return back === null ? null : mapped(back, mapped(from, voxel))
}

/** Slices at which two stacks were linked by hand. */
export interface Anchor {
  readonly from: number
  readonly to: number
}

interface Pair {
  readonly from: LinkedImage
  readonly to: LinkedImage
  readonly anchor: Anchor
}

/** Slices of the other stack for one of this, by their distance where both are known, in the same direction of the body. */
function slicesPerSlice({ from, to }: Pair): number {
  const step = from.spacingMm === null || to.spacingMm === null ? 1 : from.spacingMm[2] / to.spacingMm[2]
  const along = dot(axisOf(from.affine, 2), axisOf(to.affine, 2))

  return from.oriented && to.oriented && along < 0 ? -step : step
}

/** The slice of the other image that belongs to one of this, not rounded; null: no slice does. */
export function linkedSlice(kind: LinkKind, pair: Pair, slice: number): number | null {
  const { from, to, anchor } = pair
  switch (kind) {
    case 'none':
      return null
    case 'relative':
      return ((slice + 0.5) / from.size[2]) * to.size[2] - 0.5
    case 'here':
      return anchor.to + slicesPerSlice(pair) * (slice - anchor.from)
    case 'position': {
      const middle: Vector = [(from.size[0] - 1) / 2, (from.size[1] - 1) / 2, slice]

      return sameVoxel(from.affine, to.affine, middle)?.[2] ?? null
    }
  }
}

/** Whether a slice that was asked for is one of the stack. */
export const isCovered = (slice: number, count: number): boolean => slice >= -0.5 && slice <= count - 0.5

export interface SeenImage {
  readonly image: LinkedImage
  readonly grid: ImageGrid
  readonly camera: Camera
  readonly cell: CellSize
  readonly slice: number
}

/** The camera of the other image that shows the same place in the same size; by position the same millimetres. */
export function linkedCamera(kind: LinkKind, from: SeenImage, to: Omit<SeenImage, 'camera'>): Camera {
  if (kind !== 'position') {
    return {
      magnification: from.camera.magnification,
      x: (from.camera.x / from.grid.columns) * to.grid.columns,
      y: (from.camera.y / from.grid.rows) * to.grid.rows
    }
  }
  const perMm = (fitScale(from.grid, from.cell) * from.camera.magnification) / from.grid.spacingX
  const centre: Vector = [from.camera.x - 0.5, from.camera.y - 0.5, from.slice]
  const [x, y] = sameVoxel(from.image.affine, to.image.affine, centre) ?? [to.grid.columns / 2, to.grid.rows / 2]

  return { magnification: (perMm * to.grid.spacingX) / fitScale(to.grid, to.cell), x: x + 0.5, y: y + 0.5 }
}
