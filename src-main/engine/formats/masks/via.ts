import {
  badAnnotations,
  fieldOf,
  numbersIn,
  textOf,
  type AnnotatedRegion,
  type AnnotationFile,
  type Point,
  type RegionShape
} from '@engine/formats/masks/annotation-file'

/** The images of a VGG Image Annotator file: of a project, or of exported annotations of version 1 or 2. */
function entriesOf(json: unknown): unknown[] {
  const project = fieldOf(json, '_via_img_metadata')
  const entries = typeof project === 'object' && project !== null ? project : json
  return typeof entries === 'object' && entries !== null && !Array.isArray(entries) ? Object.values(entries) : []
}

/** True for annotations of the VGG Image Annotator. */
export function isVia(json: unknown): boolean {
  const [first] = entriesOf(json)
  return fieldOf(first, 'filename') !== undefined && typeof fieldOf(first, 'regions') === 'object'
}

/**
 * Rectangles, circles, ellipses, polygons and polylines of the VGG Image Annotator; the first text attribute of a region is its label.
 * Points have no area and are left out. Throws Fault `bad-mask` naming the image. Source: VIA 2 documentation, "JSON export".
 */
export function readVia(json: unknown, name: string): AnnotationFile {
  const regions: AnnotatedRegion[] = []
  const images: string[] = []
  let points = 0
  let open = 0
  for (const entry of entriesOf(json)) {
    const image = textOf(fieldOf(entry, 'filename'))
    images.push(image)
    // Version 1 numbers the regions of an image, version 2 lists them.
    for (const region of Object.values((fieldOf(entry, 'regions') as object | null) ?? {}) as unknown[]) {
      const attributes = fieldOf(region, 'shape_attributes')
      const kind = textOf(fieldOf(attributes, 'name'))
      if (kind === 'point') {
        points++
        continue
      }
      const shape = shapeOf(kind, attributes)
      if (shape === null) {
        throw badAnnotations(
          name,
          `has a region of “${image.slice(0, 80)}” that is no rectangle, circle, ellipse or outline`,
          'Draw it again.'
        )
      }
      if (kind === 'polyline') open++
      regions.push({ image, label: labelOf(fieldOf(region, 'region_attributes')), reader: '', slice: null, shape })
    }
  }
  return {
    title: 'a file of the VGG Image Annotator',
    rule: 'VGG Image Annotator: points in pixels from the upper left corner of the first pixel; rectangles x, y, width, height with the far edge not inside.',
    images,
    regions,
    warnings: [
      ...(points > 0 ? [`${points} points have no area and were left out.`] : []),
      ...(open > 0 ? [`${open} open lines were closed to outlines.`] : [])
    ]
  }
}

function shapeOf(kind: string, attributes: unknown): RegionShape | null {
  const number = (key: string): number => {
    const value = fieldOf(attributes, key)
    return typeof value === 'number' ? value : NaN
  }
  switch (kind) {
    case 'rect': {
      const [x, y, width, height] = ['x', 'y', 'width', 'height'].map(number)
      return [x, y, width, height].every(Number.isFinite) && width > 0 && height > 0
        ? { kind: 'box', box: [x, y, x + width, y + height] }
        : null
    }
    case 'circle':
      return ellipse([number('cx'), number('cy')], [number('r'), number('r')], 0)
    case 'ellipse':
      return ellipse(
        [number('cx'), number('cy')],
        [number('rx'), number('ry')],
        Number(fieldOf(attributes, 'theta') ?? 0)
      )
    case 'polygon':
    case 'polyline': {
      const [xs, ys] = ['all_points_x', 'all_points_y'].map((key) => numbersIn(fieldOf(attributes, key), 3))
      if (xs === null || ys === null || xs.length !== ys.length) return null
      return { kind: 'polygon', rings: [xs.map((x, index): Point => [x, ys[index]])] }
    }
    default:
      return null
  }
}

function ellipse(center: Point, radii: Point, angle: number): RegionShape | null {
  const good = [...center, ...radii, angle].every(Number.isFinite) && radii[0] > 0 && radii[1] > 0
  return good ? { kind: 'ellipse', center, radii, angle } : null
}

/** A choice is text, a tick list an object of what is ticked. */
function labelOf(attributes: unknown): string {
  if (typeof attributes !== 'object' || attributes === null) return ''
  for (const value of Object.values(attributes) as unknown[]) {
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
    if (typeof value === 'object' && value !== null) {
      const ticked = Object.entries(value).flatMap(([key, on]) => (on === true ? [key] : []))
      if (ticked.length > 0) return ticked.join(', ')
    }
  }
  return ''
}
