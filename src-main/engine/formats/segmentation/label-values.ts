import { forEachRun, type Segmentation } from '@engine/formats/segmentation/segmentation'
import { Fault } from '@engine/fault'

/**
 * Segments as one value a voxel, their numbers: uint8 where they fit, else float32 (exact for every segment number).
 * Throws Fault `bad-parameter` where segments overlap: one value cannot stand for two.
 */
export function labelValues({ segments, size }: Segmentation): Uint8Array | Float32Array {
  const pixels = size[0] * size[1]
  const wide = segments.some(({ number }) => number > 255)
  const values = wide ? new Float32Array(pixels * size[2]) : new Uint8Array(pixels * size[2])
  for (const { number, planes } of segments) {
    for (const [k, plane] of planes) {
      const start = k * pixels
      forEachRun(plane, (from, to) => {
        if (values.subarray(start + from, start + to).some((value: number) => value !== 0)) throw overlapping()
        values.fill(number, start + from, start + to)
      })
    }
  }
  return values
}

function overlapping(): Fault {
  return new Fault('bad-parameter', 'The segments overlap: a map of labels cannot hold them.', {
    hint: 'Write one file a segment, or a DICOM SEG.'
  })
}
