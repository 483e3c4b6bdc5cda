import { forEachRun, type SegmentPlane } from '@engine/formats/segmentation/segmentation'

/** Frames of 0 and 1 as bits without a gap between frames, the first pixel in the lowest bit. Source: DICOM PS3.5 8.1.1. */
export function packedBits(planes: readonly SegmentPlane[]): ArrayBuffer {
  const total = planes.reduce((sum, plane) => sum + plane.length, 0)
  const bytes = new Uint8Array(Math.ceil(total / 8))
  let start = 0
  for (const plane of planes) {
    const first = start
    forEachRun(plane, (from, to) => {
      for (let bit = first + from; bit < first + to; bit++) bytes[bit >> 3] |= 1 << (bit & 7)
    })
    start += plane.length
  }
  return bytes.buffer
}

/** Frames of shares 0…1 as bytes 0…255. */
export function shareBytes(planes: readonly SegmentPlane[]): ArrayBuffer {
  const total = planes.reduce((sum, plane) => sum + plane.length, 0)
  const bytes = new Uint8Array(total)
  let offset = 0
  for (const plane of planes) {
    for (const value of plane) bytes[offset++] = Math.round(Math.min(1, Math.max(0, value)) * 255)
  }
  return bytes.buffer
}
