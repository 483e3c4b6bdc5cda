import type { DicomObject } from '@engine/formats/dicom/objects/dicom-object'
import { boxOf, type PlacedRegion, type RegionOutline } from '@engine/formats/dicom/objects/drawn-region'
import { fillPolygons, type Polygon } from '@engine/formats/dicom/rtstruct/fill-polygons'
import { placeStructures } from '@engine/formats/dicom/rtstruct/place-structures'
import { readStructures } from '@engine/formats/dicom/rtstruct/read-structures'
import { placeSegmentation } from '@engine/formats/dicom/seg/place-frames'
import { readSeg } from '@engine/formats/dicom/seg/read-seg'
import { gunzipFile, isGzip } from '@engine/formats/gzip'
import { segmentLabelmap, type Segment } from '@engine/formats/segmentation/segmentation'
import { readSourceFile } from '@engine/formats/source-file'
import { applyAffine, invertAffine } from '@engine/geometry/affine'
import type { Labelmap } from '@engine/geometry/labelmap'
import { voxelCount, type Volume } from '@engine/geometry/volume'

/**
 * What an object marks on an image: all segments or structures that are no saliency maps, or all regions of one title.
 * Throws the Faults of reading and placing segmentations and structure sets, naming the file.
 */
export async function objectMask(object: DicomObject, image: Volume, title?: string): Promise<Labelmap> {
  if (object.role !== 'SEG' && object.role !== 'RTSTRUCT') return regionMask(object, image, title)
  const packed = await readSourceFile(object.path)
  const source = isGzip(packed.bytes) ? { ...packed, bytes: await gunzipFile(packed.bytes, packed.name) } : packed
  const { segmentation } =
    object.role === 'SEG'
      ? placeSegmentation(await readSeg(source), image)
      : placeStructures(readStructures(source), image)
  const saliency = new Set(object.parts.filter((part) => part.saliency).map((part) => part.number))
  const marked = segmentation.segments.filter((segment: Segment) => !saliency.has(segment.number))
  return segmentLabelmap(image, marked)
}

/** Boxes of an object whose regions are all upright rectangles on the one slice of an image; null otherwise. */
export function objectBoxes(object: DicomObject, slices: number): [number, number, number, number][] | null {
  if (slices !== 1 || object.placed.length > 0 || object.regions.length === 0) return null
  const boxes = object.regions.map(({ outline }) => boxOf(outline))
  return boxes.every((box) => box !== null) ? boxes : null
}

function regionMask(object: DicomObject, image: Volume, title: string | undefined): Labelmap {
  const wanted = (region: { title: string }): boolean => title === undefined || region.title === title
  const planes = new Map<number, Polygon[]>()
  const add = (slice: number, outline: RegionOutline): void => {
    // Pixel indices count from the centre of the first pixel, drawings from its outer corner.
    planes.set(slice, [...(planes.get(slice) ?? []), outline.map(([x, y]) => [x - 0.5, y - 0.5] as const)])
  }
  for (const region of object.regions.filter(wanted)) {
    image.sources?.forEach((source, slice) => {
      if (source.sopInstanceUid === region.sopInstanceUid && source.frame === region.frame) add(slice, region.outline)
    })
  }
  for (const region of object.placed.filter(wanted)) addPlaced(region, image, add)
  const [columns, rows] = image.size
  const voxels = new Uint8Array(voxelCount(image))
  for (const [slice, polygons] of planes) {
    // Regions of a report add up: each is filled by itself.
    for (const polygon of polygons) {
      const plane = fillPolygons([polygon], [columns, rows], object.name)
      plane?.forEach((value, pixel) => {
        if (value !== 0) voxels[slice * columns * rows + pixel] = 1
      })
    }
  }
  return { voxels, size: image.size, affine: image.affine }
}

/** A polygon in the patient lies on the slice nearest to it, if all of it is within half a slice. */
function addPlaced(region: PlacedRegion, image: Volume, add: (slice: number, outline: RegionOutline) => void): void {
  if (!image.oriented || (region.frameOfReferenceUid ?? image.frameOfReference) !== image.frameOfReference) return
  const toVoxel = invertAffine(image.affine)
  const points = region.points.map((point) => applyAffine(toVoxel, point))
  const slice = Math.round(points.reduce((sum, [, , k]) => sum + k, 0) / points.length)
  if (slice < 0 || slice >= image.size[2] || !points.every(([, , k]) => Math.abs(k - slice) <= 0.5)) return
  add(
    slice,
    points.map(([i, j]) => [i + 0.5, j + 0.5] as const)
  )
}
