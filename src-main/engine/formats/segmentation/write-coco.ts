import { traceOutlines } from '@engine/formats/dicom/rtstruct/trace-outlines'
import { boxesOf } from '@engine/formats/segmentation/write-boxes'
import { insideShare, type Segmentation, type SegmentPlane } from '@engine/formats/segmentation/segmentation'

/** How COCO says which pixels: outlines (holes as keyholes), or run lengths down the columns. */
export type CocoShape = 'polygons' | 'rle'

/**
 * Segments as a COCO annotation file: one image a slice, one annotation a segment and slice, one category a segment.
 * Polygons count from the upper left corner of the upper left pixel and run along the edges of pixels; run lengths are uncompressed.
 * Boxes are `[x, y, width, height]`. Source: cocodataset.org, "Data format"; pycocotools maskApi.
 */
export function encodeCoco(segmentation: Segmentation, imageName: string, shape: CocoShape): string {
  const { segments, size } = segmentation
  const [width, height] = size
  const annotations = segments.flatMap(({ number, planes }) =>
    [...planes]
      .filter(([, plane]) => plane.some((value) => value >= insideShare))
      .sort(([a], [b]) => a - b)
      .map(([k, plane]) => ({ image_id: k + 1, category_id: number, ...annotation(plane, [width, height], shape) }))
  )
  return cocoFile(segmentation, imageName, annotations)
}

/** The boxes of segments as COCO annotations without outlines. */
export function encodeCocoBoxes(segmentation: Segmentation, imageName: string): string {
  const annotations = segmentation.segments.flatMap((segment) =>
    boxesOf(segment, segmentation.size[0]).map(({ slice, box: [left, top, right, bottom] }) => ({
      image_id: slice + 1,
      category_id: segment.number,
      segmentation: [],
      bbox: [left, top, right - left, bottom - top],
      area: (right - left) * (bottom - top),
      iscrowd: 0
    }))
  )
  return cocoFile(segmentation, imageName, annotations)
}

function cocoFile({ segments, size }: Segmentation, imageName: string, annotations: readonly object[]): string {
  const [width, height, slices] = size
  const images = Array.from({ length: slices }, (_, k) => ({
    id: k + 1,
    // COCO knows no volumes: two fields of our own say which slice of which file a picture is.
    ...(slices === 1 ? { file_name: imageName } : { file_name: `${imageName}#${k}`, volume: imageName, slice: k }),
    width,
    height
  }))
  const file = {
    info: { description: 'Masks written by Saliscope', version: '1.0' },
    images,
    annotations: annotations.map((entry, index) => ({ id: index + 1, ...entry })),
    categories: segments.map(({ number, label }) => ({ id: number, name: label, supercategory: '' }))
  }
  return `${JSON.stringify(file)}\n`
}

function annotation(plane: SegmentPlane, size: readonly [number, number], shape: CocoShape): object {
  const [width, height] = size
  const { box, area } = extent(plane, width)
  return {
    segmentation:
      shape === 'polygons'
        ? traceOutlines(plane, size).map((outline) => outline.flat())
        : { size: [height, width], counts: runLengths(plane, size) },
    bbox: box,
    area,
    iscrowd: shape === 'polygons' ? 0 : 1
  }
}

/** Lengths of runs outside and inside in turn, the first outside, going down the columns. */
export function runLengths(plane: SegmentPlane, [width, height]: readonly [number, number]): number[] {
  const counts: number[] = []
  let inside = false
  let run = 0
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (plane[y * width + x] >= insideShare === inside) run++
      else {
        counts.push(run)
        inside = !inside
        run = 1
      }
    }
  }
  return [...counts, run]
}

function extent(plane: SegmentPlane, width: number): { box: number[]; area: number } {
  let [left, top, right, bottom, area] = [Infinity, Infinity, -1, -1, 0]
  plane.forEach((value, pixel) => {
    if (value < insideShare) return
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
    area++
  })
  return { box: [left, top, right - left + 1, bottom - top + 1], area }
}
