import { Fault } from '@engine/fault'
import type { FrameGeometry } from '@engine/formats/dicom/frame-geometry'
import type { SegFile, SegFrame } from '@engine/formats/dicom/seg/seg-file'
import { applyAffine, invertAffine, scaled, type Vector } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'

/** Slice of the image, and the image pixel of the frame's first pixel. */
export interface FramePlace {
  readonly slice: number
  readonly column: number
  readonly row: number
}

export type SliceMatch =
  /** One place per frame; null: a slice the image does not have. */
  | { readonly kind: 'slices'; readonly places: readonly (FramePlace | null)[]; readonly warnings: readonly string[] }
  /** The frames lie on another grid in the same space. */
  | { readonly kind: 'resample'; readonly warnings: readonly string[] }

/** Pixel centres may lie this share of a voxel from the image's and still be the same pixels. */
const samePlace = 0.05

/**
 * Finds the slice of each frame: by its place in the patient, else by the image frame it names, else (single pictures) by its size.
 * Throws Fault `bad-mask` and `geometry-mismatch`.
 */
export function matchSlices(seg: SegFile, image: Volume): SliceMatch {
  const named = seg.frames.map((frame) => namedSlice(frame, image))
  const byName = named.some((slice) => slice !== null)
  requireSameSpace(seg, image, byName)
  const placed = image.oriented && seg.frames.every(({ geometry }) => geometry.plane !== null)
  if (!placed)
    return { kind: 'slices', places: unplaced(seg, image, named), warnings: unplacedWarnings(seg, image, byName) }
  const toVoxel = invertAffine(image.affine)
  const places = seg.frames.map((frame, index) => {
    const place = placeOf(frame.geometry, toVoxel, [seg.columns, seg.rows])
    if (place === 'other grid') return place
    const slice = onSlice(place.slice) ?? named[index]
    return slice === null ? ('other grid' as const) : { ...place, slice }
  })
  if (places.includes('other grid')) return { kind: 'resample', warnings: [] }
  const [, , slices] = image.size
  return {
    kind: 'slices',
    places: (places as FramePlace[]).map((place) => (place.slice >= 0 && place.slice < slices ? place : null)),
    warnings: []
  }
}

/** The one slice of the image that a frame says it was drawn on; null when it names none or several. */
function namedSlice(frame: SegFrame, image: Volume): number | null {
  const sources = image.sources?.length === image.size[2] ? image.sources : []
  const slices = new Set<number>()
  for (const { sopInstanceUid, frame: number } of frame.sources) {
    sources.forEach((source, slice) => {
      if (source.sopInstanceUid === sopInstanceUid && source.frame === number) slices.add(slice)
    })
  }
  return slices.size === 1 ? [...slices][0] : null
}

function onSlice(position: number): number | null {
  const slice = Math.round(position)
  return Math.abs(position - slice) <= samePlace ? slice : null
}

/** Where a frame's first pixel lies in voxel indices, if its pixels are the image's pixels; `slice` may lie between slices. */
function placeOf(
  geometry: FrameGeometry,
  toVoxel: Affine,
  [columns, rows]: readonly [number, number]
): FramePlace | 'other grid' {
  const plane = geometry.plane!
  const [between, across] = geometry.pixelSpacingMm ?? [1, 1]
  const at = (column: number, row: number): Vector => {
    const right = scaled(plane.rowDirection, column * across)
    const down = scaled(plane.columnDirection, row * between)
    const [x, y, z] = plane.position
    return applyAffine(toVoxel, [x + right[0] + down[0], y + right[1] + down[1], z + right[2] + down[2]])
  }
  const origin = at(0, 0)
  const [i, j] = [Math.round(origin[0]), Math.round(origin[1])]
  const same = [
    [0, 0],
    [columns - 1, 0],
    [0, rows - 1],
    [columns - 1, rows - 1]
  ].every(([column, row]) => {
    const [x, y, z] = at(column, row)
    const drift = Math.max(Math.abs(x - i - column), Math.abs(y - j - row), Math.abs(z - origin[2]))
    return drift <= samePlace
  })
  return same ? { slice: origin[2], column: i, row: j } : 'other grid'
}

/** Frames of reference that both sides state and that differ are different spaces, unless the frames name this image. */
function requireSameSpace(seg: SegFile, image: Volume, byName: boolean): void {
  const [own, other] = [seg.derivedFrom.frameOfReferenceUid, image.frameOfReference]
  if (byName || own === null || other === null || own === other) return
  throw new Fault('geometry-mismatch', `“${seg.name}” lies in another frame of reference than its image.`, {
    subject: seg.name,
    hint: 'Choose the image it was drawn on, or register and resample it first.'
  })
}

/** Frames or images without a place in the patient: sizes must agree, and the frames say or leave no doubt which picture they are of. */
function unplaced(seg: SegFile, image: Volume, named: readonly (number | null)[]): FramePlace[] {
  const [columns, rows, slices] = image.size
  if (seg.columns !== columns || seg.rows !== rows) {
    throw new Fault(
      'bad-mask',
      `The segmentation “${seg.name}” has ${seg.columns} × ${seg.rows} pixels, its image ${columns} × ${rows}.`,
      { subject: seg.name, hint: 'Choose the image it was drawn on.' }
    )
  }
  const instances = new Set(image.sources?.map(({ sopInstanceUid }) => sopInstanceUid) ?? [])
  const { instances: meant } = seg.derivedFrom
  const otherImage = instances.size > 0 && meant.length > 0 && !meant.some((uid) => instances.has(uid))
  if (otherImage) {
    throw new Fault('bad-mask', `The segmentation “${seg.name}” was drawn on other images.`, {
      subject: seg.name,
      hint: 'Choose the image it was drawn on.'
    })
  }
  return named.map((slice) => {
    if (slice !== null) return { slice, column: 0, row: 0 }
    if (slices === 1 && framesOnOnePlace(seg)) return { slice: 0, column: 0, row: 0 }
    throw new Fault('geometry-mismatch', `“${seg.name}” does not say which slices of its image it lies on.`, {
      subject: seg.name,
      hint: 'Open the DICOM images it was drawn on.'
    })
  })
}

/** True when no segment has two frames: they can all lie on one picture. */
function framesOnOnePlace(seg: SegFile): boolean {
  return new Set(seg.frames.map(({ segment }) => segment)).size === seg.frames.length
}

function unplacedWarnings(seg: SegFile, image: Volume, byName: boolean): string[] {
  if (byName || image.sources !== undefined) return []
  return [`The image does not say where it lies; “${seg.name}” was laid on it by its size alone.`]
}
