import type { FrameGeometry } from '@engine/formats/dicom/frame-geometry'
import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import { mosaicSlices } from '@engine/formats/series/mosaic-slices'
import { dot, type Vector } from '@engine/geometry/affine'
import { planeNormal } from '@engine/geometry/dicom-plane'

/** One frame of one file, with what is needed to find its neighbours. */
export interface Slice {
  readonly image: DicomFacts
  /** Frame index inside the file. */
  readonly frame: number
  /** Index of the tile in a mosaic; null: the whole frame. */
  readonly tile: number | null
  readonly rows: number
  readonly columns: number
  readonly geometry: FrameGeometry
}

/** All frames of the files in file order; mosaics as their tiles. */
export function slicesOf(images: readonly DicomFacts[]): Slice[] {
  return images.flatMap((image) => {
    const tiles = image.mosaic === null ? null : mosaicSlices(image, image.mosaic)
    if (tiles !== null) return tiles
    const { rows, columns } = image.pixels
    return image.geometry.map((geometry, frame) => ({ image, frame, tile: null, rows, columns, geometry }))
  })
}

/** Unit normals that differ by more than this (2°) are different orientations. */
const parallelCosine = Math.cos((2 * Math.PI) / 180)
/** Pixel spacings may differ by this share. */
const spacingTolerance = 0.01

/** Slices that could lie in one volume: equal size, orientation, spacing, colour and stack. Order of first appearance. */
export function compatibleGroups(slices: readonly Slice[]): Slice[][] {
  const groups: Slice[][] = []
  for (const slice of slices) {
    const group = groups.find((members) => fitsTogether(members[0], slice))
    if (group === undefined) groups.push([slice])
    else group.push(slice)
  }
  return groups
}

/** Distance of a slice along the normal of its stack, millimetres; 0 without geometry. */
export function heightOf(slice: Slice, normal: Vector): number {
  return slice.geometry.plane === null ? 0 : dot(slice.geometry.plane.position, normal)
}

function fitsTogether(first: Slice, second: Slice): boolean {
  if (first.image === second.image && sameStackInFile(first, second)) return sameDirections(first, second)
  if (first.rows !== second.rows || first.columns !== second.columns) return false
  if (first.image.pixels.samples !== second.image.pixels.samples) return false
  if (first.image.photometric !== second.image.photometric) return false
  if (first.geometry.stack !== second.geometry.stack) return false
  // Projections without a place in the patient are pictures of their own, never slices of a volume.
  if (first.geometry.plane === null || second.geometry.plane === null) return false
  return sameDirections(first, second) && sameSpacing(first, second) && sameFrameOfReference(first, second)
}

function sameStackInFile(first: Slice, second: Slice): boolean {
  return first.geometry.stack === second.geometry.stack && sameSpacing(first, second)
}

function sameFrameOfReference(first: Slice, second: Slice): boolean {
  return first.image.header.frameOfReferenceUid === second.image.header.frameOfReferenceUid
}

function sameDirections(first: Slice, second: Slice): boolean {
  const [a, b] = [first.geometry.plane, second.geometry.plane]
  if (a === null || b === null) return a === b
  const normals = dot(planeNormal(a), planeNormal(b))
  return normals > parallelCosine && dot(a.rowDirection, b.rowDirection) > parallelCosine
}

function sameSpacing(first: Slice, second: Slice): boolean {
  const [a, b] = [first.geometry.pixelSpacingMm, second.geometry.pixelSpacingMm]
  if (a === null || b === null) return a === b
  return a.every((value, axis) => Math.abs(value - b[axis]) <= spacingTolerance * value)
}
