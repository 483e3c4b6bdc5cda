import {
  badAnnotations,
  fieldOf,
  listIn,
  numbersIn,
  textOf,
  type AnnotatedRegion,
  type AnnotationFile,
  type Point,
  type RegionShape
} from '@engine/formats/masks/annotation-file'
import { countsOfText, runsOfCounts } from '@engine/formats/masks/run-length'

/** True for the JSON of a COCO data set. */
export function isCoco(json: unknown): boolean {
  return Array.isArray(fieldOf(json, 'images')) && Array.isArray(fieldOf(json, 'annotations'))
}

/**
 * COCO instances: polygons, run lengths (plain and compressed), boxes where there is no outline; categories as labels.
 * Throws Fault `bad-mask` naming the annotation. Source: cocodataset.org, "Data format", section 1.
 */
export function readCoco(json: unknown, name: string): AnnotationFile {
  const images = new Map(listIn(json, 'images').map((image) => [fieldOf(image, 'id'), placeOf(image)]))
  const categories = new Map(
    listIn(json, 'categories').map((category) => [fieldOf(category, 'id'), textOf(fieldOf(category, 'name'))])
  )
  const regions: AnnotatedRegion[] = []
  let strays = 0
  for (const [index, annotation] of listIn(json, 'annotations').entries()) {
    const image = images.get(fieldOf(annotation, 'image_id'))
    if (image === undefined) {
      strays++
      continue
    }
    const shape = shapeOf(annotation)
    if (shape === null) {
      throw badAnnotations(
        name,
        `has an annotation (number ${index + 1}) without an outline or box`,
        'Export it again from the program it comes from.'
      )
    }
    const label = categories.get(fieldOf(annotation, 'category_id')) ?? ''
    regions.push({ ...image, label, reader: '', shape })
  }
  return {
    title: 'a COCO file',
    rule: 'COCO: points in pixels from the upper left corner of the first pixel; boxes x, y, width, height with the far edge not inside; run lengths column by column.',
    images: [...new Set([...images.values()].map(({ image }) => image))],
    regions,
    warnings: strays > 0 ? [`${strays} annotations belong to no image of the file and were left out.`] : []
  }
}

/** The file of a picture; slices of a volume are told by two fields Saliscope writes. */
function placeOf(image: unknown): { image: string; slice: number | null } {
  const volume = fieldOf(image, 'volume')
  const slice = fieldOf(image, 'slice')
  if (typeof volume === 'string' && typeof slice === 'number' && Number.isInteger(slice) && slice >= 0) {
    return { image: volume, slice }
  }
  return { image: textOf(fieldOf(image, 'file_name')), slice: null }
}

function shapeOf(annotation: unknown): RegionShape | null {
  const segmentation = fieldOf(annotation, 'segmentation')
  if (Array.isArray(segmentation) && segmentation.length > 0) {
    const rings = (segmentation as unknown[]).map(ringOf)
    return rings.every((ring) => ring !== null) ? { kind: 'polygon', rings } : null
  }
  if (fieldOf(segmentation, 'counts') !== undefined) return runsIn(segmentation)
  const box = numbersIn(fieldOf(annotation, 'bbox'), 4)
  if (box === null || box[2] <= 0 || box[3] <= 0) return null
  return { kind: 'box', box: [box[0], box[1], box[0] + box[2], box[1] + box[3]] }
}

/** `[x0, y0, x1, y1, …]`, three points or more. */
function ringOf(list: unknown): Point[] | null {
  const numbers = numbersIn(list, 6)
  if (numbers === null || numbers.length % 2 !== 0) return null
  return Array.from({ length: numbers.length / 2 }, (_, index): Point => [numbers[2 * index], numbers[2 * index + 1]])
}

function runsIn(segmentation: unknown): RegionShape | null {
  const counts = fieldOf(segmentation, 'counts')
  const size = numbersIn(fieldOf(segmentation, 'size'), 2)
  const list = typeof counts === 'string' ? countsOfText(counts) : numbersIn(counts, 1)
  const runs = list === null ? null : runsOfCounts(list)
  return runs === null || size === null ? null : { kind: 'runs', runs, size: [size[0], size[1]] }
}
