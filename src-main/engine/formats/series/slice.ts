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
  // Thousands of unrelated pictures would otherwise each be compared with all others.
  const alike = new Map<string, Slice[][]>()
  for (const slice of slices) {
    const key = exactKey(slice)
    const candidates = alike.get(key) ?? []
    alike.set(key, candidates)
    const group = candidates.find((members) => fitsTogether(members[0], slice))
    if (group !== undefined) group.push(slice)
    else {
      const started = [slice]
      groups.push(started)
      candidates.push(started)
    }
  }
  return groups
}

/** What slices of one volume share exactly. Projections without a place in the patient are pictures of their own: only frames of one file join. */
function exactKey({ rows, columns, image, geometry }: Slice): string {
  const place = geometry.plane === null ? image.path : (image.header.frameOfReferenceUid ?? '')
  return [rows, columns, image.pixels.samples, image.photometric, geometry.stack, place].join('|')
}

/** Distance of a slice along the normal of its stack, millimetres; 0 without geometry. */
export function heightOf(slice: Slice, normal: Vector): number {
  return slice.geometry.plane === null ? 0 : dot(slice.geometry.plane.position, normal)
}

function fitsTogether(first: Slice, second: Slice): boolean {
  return sameDirections(first, second) && sameSpacing(first, second)
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
