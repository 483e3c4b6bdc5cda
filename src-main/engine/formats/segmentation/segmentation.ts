import type { Code } from '@engine/formats/dicom/writing/dataset'
import type { Grid } from '@engine/geometry/grid'
import type { Labelmap } from '@engine/geometry/labelmap'

/** How a segment was drawn. Source: DICOM PS3.3 C.8.20.2, Segment Algorithm Type. */
export type SegmentAlgorithm = 'MANUAL' | 'SEMIAUTOMATIC' | 'AUTOMATIC'

/** What a segment is. Words and codes come from files: text only. */
export interface SegmentWords {
  /** From 1, unique within its segmentation. */
  readonly number: number
  readonly label: string
  readonly description: string
  /** What kind of thing (tissue, organ, finding); null when the file says nothing. */
  readonly category: Code | null
  /** Which thing (liver, nodule); null when the file says nothing. */
  readonly type: Code | null
  /** Left, right, and the like; null when the file says nothing. */
  readonly modifier: Code | null
  readonly algorithm: SegmentAlgorithm
  /** '' for segments drawn by hand. */
  readonly algorithmName: string
  /** sRGB, 0–255. */
  readonly colour: readonly [number, number, number] | null
}

/** Pixels of one slice, `[row, column]`: 0 or 1, or the share 0…1 of a fractional segment. */
export type SegmentPlane = Uint8Array | Float32Array

/** One segment; slices it does not touch are left out. Segments may overlap. */
export interface Segment extends SegmentWords {
  /** By slice index of the grid. */
  readonly planes: ReadonlyMap<number, SegmentPlane>
  /** What was drawn as boxes; absent where only pixels are known. */
  readonly boxes?: readonly SegmentBox[]
}

/** `[x0, y0, x1, y1]` in pixels of one slice, far edges exclusive. */
export interface SegmentBox {
  readonly slice: number
  readonly box: readonly [number, number, number, number]
}

/** Segments on the grid of an image. */
export interface Segmentation extends Grid {
  readonly segments: readonly Segment[]
}

/** From this share on a voxel of a fractional segment counts as inside. */
export const insideShare = 0.5

/** Pixels of a plane that lie inside. */
export function countInside(plane: SegmentPlane): number {
  let count = 0
  for (const value of plane) if (value >= insideShare) count++
  return count
}

/**
 * Visits the runs of pixels inside, `from` to before `to`. Masks are mostly empty: runs of whole planes are found by the engine's own
 * search, many times faster than looking at every pixel.
 */
export function forEachRun(plane: SegmentPlane, visit: (from: number, to: number) => void): void {
  if (plane instanceof Uint8Array) {
    let from = plane.indexOf(1)
    while (from >= 0) {
      const end = plane.indexOf(0, from)
      const to = end < 0 ? plane.length : end
      visit(from, to)
      from = plane.indexOf(1, to)
    }
    return
  }
  for (let from = 0; from < plane.length; from++) {
    if (!(plane[from] >= insideShare)) continue
    let to = from + 1
    while (to < plane.length && plane[to] >= insideShare) to++
    visit(from, to)
    from = to
  }
}

/** Voxels of segments together as a mask. */
export function segmentLabelmap(grid: Grid, segments: readonly Segment[]): Labelmap {
  const pixels = grid.size[0] * grid.size[1]
  const voxels = new Uint8Array(pixels * grid.size[2])
  for (const { planes } of segments) {
    for (const [k, plane] of planes) {
      const start = k * pixels
      forEachRun(plane, (from, to) => voxels.fill(1, start + from, start + to))
    }
  }
  return { voxels, size: grid.size, affine: grid.affine }
}

/** Number of voxels inside a segment. */
export function segmentVoxels(segment: Segment): number {
  let count = 0
  for (const plane of segment.planes.values()) forEachRun(plane, (from, to) => (count += to - from))
  return count
}

/** The slices of a mask that hold anything, as planes of a segment. */
export function planesOf({ voxels, size }: Pick<Labelmap, 'voxels' | 'size'>): Map<number, Uint8Array> {
  const pixels = size[0] * size[1]
  const planes = new Map<number, Uint8Array>()
  for (let k = 0; k < size[2]; k++) {
    const plane = voxels.subarray(k * pixels, (k + 1) * pixels)
    if (plane.some((value) => value !== 0))
      planes.set(
        k,
        Uint8Array.from(plane, (value) => (value === 0 ? 0 : 1))
      )
  }
  return planes
}

/** True when a voxel lies inside two segments: a labelmap of one value a voxel cannot hold them. */
export function segmentsOverlap(segments: readonly Segment[]): boolean {
  const seen = new Map<number, Uint8Array>()
  let overlap = false
  for (const { planes } of segments) {
    for (const [k, plane] of planes) {
      const taken = seen.get(k) ?? new Uint8Array(plane.length)
      seen.set(k, taken)
      forEachRun(plane, (from, to) => {
        overlap ||= taken.subarray(from, to).includes(1)
        taken.fill(1, from, to)
      })
      if (overlap) return true
    }
  }
  return false
}

/** Words of a segment of which only the name is known. */
export function plainWords(number: number, label: string): SegmentWords {
  return {
    number,
    label,
    description: '',
    category: null,
    type: null,
    modifier: null,
    algorithm: 'MANUAL',
    algorithmName: '',
    colour: null
  }
}
