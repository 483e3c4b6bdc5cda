import { Fault } from '@engine/fault'
import type { FrameCodec } from '@engine/formats/dicom/codecs/codec'

/**
 * DICOM run length coding: one segment per byte of each sample, the most significant byte first.
 * Source: DICOM PS3.5 annex G.
 */
export const rleCodec: FrameCodec = async (frame, pixels) => {
  const pixelCount = pixels.rows * pixels.columns
  const packedBits = pixels.bitsAllocated === 1
  const width = packedBits ? 1 : pixels.bitsAllocated / 8
  const segments = segmentsOf(frame)
  if (segments.length !== width * pixels.samples) {
    throw new Fault(
      'bad-image',
      `there are ${segments.length} run-length segments instead of ${width * pixels.samples}`
    )
  }
  if (packedBits) {
    const bits = unpack(segments[0], Math.ceil(pixelCount / 8))
    const bytes = Uint8Array.from({ length: pixelCount }, (_, index) => (bits[index >> 3] >> (index & 7)) & 1)
    return { bytes, bytesPerSample: 1, samples: 1, rgb: false }
  }
  const bytes = new Uint8Array(pixelCount * pixels.samples * width)
  const stride = pixels.samples * width
  segments.forEach((segment, index) => {
    const sample = Math.floor(index / width)
    const byte = width - 1 - (index % width)
    const plane = unpack(segment, pixelCount)
    for (let pixel = 0, to = sample * width + byte; pixel < pixelCount; pixel++, to += stride) bytes[to] = plane[pixel]
  })
  return { bytes, bytesPerSample: width, samples: pixels.samples, rgb: false }
}

function segmentsOf(frame: Uint8Array): Uint8Array[] {
  if (frame.length < 64) throw new Fault('bad-image', 'the run-length header is cut off')
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const count = view.getUint32(0, true)
  if (count < 1 || count > 15) throw new Fault('bad-image', `the run-length header claims ${count} segments`)
  const starts = Array.from({ length: count }, (_, index) => view.getUint32(4 + index * 4, true))
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? frame.length
    if (start < 64 || end < start || end > frame.length)
      throw new Fault('bad-image', 'the run-length segments overlap or leave the frame')
    return frame.subarray(start, end)
  })
}

/** PackBits; stops when the plane is full, fails when the segment ends before. */
function unpack(segment: Uint8Array, length: number): Uint8Array {
  const plane = new Uint8Array(length)
  let filled = 0
  let position = 0
  while (filled < length && position < segment.length) {
    const control = segment[position++]
    if (control < 128) {
      const run = Math.min(control + 1, length - filled, segment.length - position)
      plane.set(segment.subarray(position, position + run), filled)
      filled += run
      position += control + 1
    } else if (control > 128) {
      const run = Math.min(257 - control, length - filled)
      plane.fill(segment[position++], filled, filled + run)
      filled += run
    }
  }
  if (filled < length) throw new Fault('bad-image', `a run-length segment holds ${filled} of ${length} bytes`)
  return plane
}
