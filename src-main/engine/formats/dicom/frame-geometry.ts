import type { DataSet } from 'dicom-parser'
import { number, numbers, sequenceItems, text } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'
import type { Vector } from '@engine/geometry/affine'
import { planeDirections, type Plane } from '@engine/geometry/dicom-plane'

/** Where one frame lies and which stack of its file it belongs to. */
export interface FrameGeometry {
  /** null when the file does not place the frame in the patient. */
  readonly plane: Plane | null
  /** `[between rows, between columns]` in millimetres; null when absent, zero or negative. */
  readonly pixelSpacingMm: readonly [number, number] | null
  /** Spacing was measured at the detector, not in the patient (projection radiography without calibration). */
  readonly atDetector: boolean
  /** Distance to the next slice by the file's own word, thickness as a last resort; null when it says nothing. */
  readonly sliceStepMm: number | null
  /** Frames of different stacks (stack, segment) are never joined into one volume. */
  readonly stack: string
}

/** Geometry per frame: per-frame functional groups first, then shared ones, then the plain elements. Source: DICOM PS3.3 C.7.6.16. */
export function frameGeometries(dataSet: DataSet, frames: number): FrameGeometry[] {
  const shared = sequenceItems(dataSet, tag.SharedFunctionalGroupsSequence)[0]
  const perFrame = sequenceItems(dataSet, tag.PerFrameFunctionalGroupsSequence)
  const offsets = numbers(dataSet, tag.GridFrameOffsetVector, 'DS')
  if (perFrame.length === 0 && shared === undefined && offsets.length < 2) {
    return new Array<FrameGeometry>(frames).fill(geometryOfFrame([dataSet]))
  }
  return Array.from({ length: frames }, (_, frame) => {
    const places = [perFrame[frame], shared, dataSet].filter((place) => place !== undefined)
    const geometry = geometryOfFrame(places)
    return offsets.length === frames && frames > 1 ? movedBy(geometry, offsets[frame] - offsets[0]) : geometry
  })
}

/** Looks through the data sets in order; the first that states a value wins. */
function geometryOfFrame(places: readonly DataSet[]): FrameGeometry {
  const find = (sequence: string, element: string): number[] => {
    for (const place of places) {
      const item = sequenceItems(place, sequence)[0]
      const values = numbers(item ?? place, element, 'DS')
      if (values.length > 0) return values
    }
    return []
  }
  const position = find(tag.PlanePositionSequence, tag.ImagePosition)
  const directions = planeDirections(find(tag.PlaneOrientationSequence, tag.ImageOrientation))
  const inPatient = spacingPair(find(tag.PixelMeasuresSequence, tag.PixelSpacing))
  const imager = spacingPair(find(tag.PixelMeasuresSequence, tag.ImagerPixelSpacing))
  const between = find(tag.PixelMeasuresSequence, tag.SpacingBetweenSlices)[0]
  const thickness = find(tag.PixelMeasuresSequence, tag.SliceThickness)[0]
  const placed = position.length === 3 && position.every(Number.isFinite) && directions !== null
  return {
    plane: placed
      ? {
          position: position as unknown as Vector,
          rowDirection: directions.row,
          columnDirection: directions.column
        }
      : null,
    pixelSpacingMm: inPatient ?? imager,
    atDetector: inPatient === null && imager !== null,
    sliceStepMm: positive(between) ?? positive(thickness),
    stack: stackOf(places)
  }
}

function stackOf(places: readonly DataSet[]): string {
  const [frame] = places
  if (places.length < 2) return ''
  const content = sequenceItems(frame, tag.FrameContentSequence)[0]
  const segment = sequenceItems(frame, tag.SegmentIdentificationSequence)[0]
  const parts = [
    content === undefined ? '' : text(content, tag.StackID),
    segment === undefined ? '' : String(number(segment, tag.ReferencedSegmentNumber, 'US') ?? '')
  ]
  return parts.join('|')
}

/** A dose grid's frames lie along the plane normal at stated offsets. Source: DICOM PS3.3 C.8.8.3.2. */
function movedBy(geometry: FrameGeometry, offset: number): FrameGeometry {
  const { plane } = geometry
  if (plane === null || !Number.isFinite(offset)) return geometry
  const [a, b] = [plane.rowDirection, plane.columnDirection]
  const normal: Vector = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
  const position: Vector = [
    plane.position[0] + normal[0] * offset,
    plane.position[1] + normal[1] * offset,
    plane.position[2] + normal[2] * offset
  ]
  return { ...geometry, plane: { ...plane, position } }
}

function spacingPair(values: readonly number[]): [number, number] | null {
  const [rows, columns] = values
  return positive(rows) !== null && positive(columns) !== null ? [rows, columns] : null
}

function positive(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : null
}
