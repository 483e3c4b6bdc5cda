import { Fault } from '@engine/fault'
import { matchSlices, type FramePlace } from '@engine/formats/dicom/seg/match-slices'
import { resampledSegments } from '@engine/formats/dicom/seg/resample-frames'
import type { SegFile, SegFrame } from '@engine/formats/dicom/seg/seg-file'
import {
  countInside,
  insideShare,
  type Segment,
  type Segmentation,
  type SegmentPlane
} from '@engine/formats/segmentation/segmentation'
import type { Volume } from '@engine/geometry/volume'

export interface PlacedSegmentation {
  readonly segmentation: Segmentation
  readonly warnings: readonly string[]
}

/**
 * A segmentation on the grid of its image. Frames that lie on slices of the image, whole or as a part of them, are copied voxel
 * for voxel; a segmentation on another grid is moved by nearest neighbour and that is said.
 * Throws Fault `bad-mask` when it was drawn on other images, `geometry-mismatch` when it lies in another frame of reference or nowhere.
 */
export function placeSegmentation(seg: SegFile, image: Volume): PlacedSegmentation {
  const grid = { size: image.size, affine: image.affine }
  const match = matchSlices(seg, image)
  const warnings = [...seg.warnings, ...match.warnings]
  if (match.kind === 'resample') {
    const moved = resampledSegments(seg, image)
    return { segmentation: { ...grid, segments: moved.segments }, warnings: [...warnings, ...moved.warnings] }
  }
  const planes = new Map(seg.segments.map(({ number }) => [number, new Map<number, SegmentPlane>()]))
  let outside = 0
  seg.frames.forEach((frame, index) => {
    const place = match.places[index]
    if (place === null) outside += countInside(frame.pixels)
    else outside += copyFrame(frame, place, { seg, image, planes: planes.get(frame.segment)! })
  })
  requireSomethingInside(seg, planes, outside)
  if (outside > 0) warnings.push(`${outside} marked pixels lie outside the image and were left out.`)
  const segments: Segment[] = seg.segments.map((words) => ({ ...words, planes: planes.get(words.number)! }))
  return { segmentation: { ...grid, segments }, warnings }
}

interface CopyTarget {
  readonly seg: SegFile
  readonly image: Volume
  readonly planes: Map<number, SegmentPlane>
}

/** Adds a frame to the plane of its slice; returns how many marked pixels fell outside. */
function copyFrame(frame: SegFrame, place: FramePlace, { seg, image, planes }: CopyTarget): number {
  const [columns, rows] = image.size
  const same = place.column === 0 && place.row === 0 && seg.rows === rows && seg.columns === columns
  const before = planes.get(place.slice)
  if (same && before === undefined) {
    planes.set(place.slice, frame.pixels)
    return 0
  }
  const type = frame.pixels.constructor as new (length: number) => SegmentPlane
  const plane = before === undefined ? new type(rows * columns) : before.slice()
  let outside = 0
  for (let row = 0; row < seg.rows; row++) {
    for (let column = 0; column < seg.columns; column++) {
      const value = frame.pixels[row * seg.columns + column]
      if (value === 0) continue
      const [x, y] = [column + place.column, row + place.row]
      const inside = x >= 0 && y >= 0 && x < columns && y < rows
      if (inside) plane[y * columns + x] = Math.max(value, plane[y * columns + x])
      else if (value >= insideShare) outside++
    }
  }
  planes.set(place.slice, plane)
  return outside
}

function requireSomethingInside(
  seg: SegFile,
  planes: ReadonlyMap<number, ReadonlyMap<number, SegmentPlane>>,
  outside: number
): void {
  const placed = [...planes.values()].some((slices) => slices.size > 0)
  if (placed || outside === 0) return
  throw new Fault('bad-mask', `The segmentation “${seg.name}” lies wholly outside its image.`, {
    subject: seg.name,
    hint: 'Choose the segmentation that was drawn on this image.'
  })
}
