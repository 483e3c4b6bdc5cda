import { slicePosition } from '@engine/formats/dicom/writing/functional-groups'
import type { SourceFrame } from '@engine/formats/dicom/writing/references'
import { decimalString } from '@engine/formats/dicom/writing/text'
import type { Segmentation, SegmentPlane } from '@engine/formats/segmentation/segmentation'
import type { Volume } from '@engine/geometry/volume'

/** One frame of a SEG to be: a slice of one segment. */
export interface FrameToWrite {
  readonly plane: SegmentPlane
  readonly slice: number
  readonly segmentNumber: number
  /** Place in the dimension of segments, from 1. */
  readonly segmentIndex: number
  /** Place among the slices that have frames, from 1. */
  readonly positionIndex: number
  /** Image Position (Patient). */
  readonly position: readonly string[]
  readonly source: SourceFrame | null
}

/** Frames by segment, then slice; only slices with a marked pixel. A segmentation without any has one empty frame: DICOM asks for one. */
export function segFrames(
  { segments, size }: Segmentation,
  image: Volume,
  sources: readonly (SourceFrame | null)[]
): FrameToWrite[] {
  const drawn = segments.flatMap(({ number, planes }, index) =>
    [...planes]
      .filter(([, plane]) => plane.some((value) => value > 0))
      .sort(([a], [b]) => a - b)
      .map(([slice, plane]) => ({ slice, plane, segmentNumber: number, segmentIndex: index + 1 }))
  )
  if (drawn.length === 0) {
    const [{ number }] = segments
    drawn.push({ slice: 0, plane: new Uint8Array(size[0] * size[1]), segmentNumber: number, segmentIndex: 1 })
  }
  const slices = [...new Set(drawn.map(({ slice }) => slice))].sort((a, b) => a - b)
  return drawn.map((frame) => ({
    ...frame,
    positionIndex: slices.indexOf(frame.slice) + 1,
    position: positionOf(image, frame.slice, sources),
    source: sources[frame.slice]
  }))
}

/** The place the source frame states, so that both lie on one plane to the last digit; else the image's own. */
function positionOf(image: Volume, slice: number, sources: readonly (SourceFrame | null)[]): string[] {
  const own = sources[slice]
  const stated = own?.source.geometry[own.frame]?.plane
  // All slices of a mosaic come from one picture, whose place is none of theirs.
  const shared = sources.filter((other) => other?.source === own?.source && other?.frame === own?.frame).length > 1
  if (stated === null || stated === undefined || shared) return slicePosition(image.affine, slice)
  return stated.position.map(decimalString)
}
