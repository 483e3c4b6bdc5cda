import { sampleBytes, type SampleType } from '@engine/formats/sample-types'

interface BlockLayout {
  readonly rows: number
  /** Samples of a row, all channels. */
  readonly rowSamples: number
  readonly channels: number
  readonly type: SampleType
  readonly littleEndian: boolean
}

/** Undoes the differences of a block in place. Source: TIFF 6.0 section 14; TIFF Technical Note 3 for floating point. */
export function undoPredictor(bytes: Uint8Array, predictor: 2 | 3, layout: BlockLayout): Uint8Array {
  const { rows, rowSamples } = layout
  const rowBytes = rowSamples * sampleBytes[layout.type]
  for (let row = 0; row < rows; row++) {
    const line = bytes.subarray(row * rowBytes, (row + 1) * rowBytes)
    if (predictor === 2) addNeighbours(line, layout)
    else joinBytePlanes(line, layout)
  }
  return bytes
}

function addNeighbours(line: Uint8Array, { channels, type, littleEndian }: BlockLayout): void {
  const width = sampleBytes[type]
  const view = new DataView(line.buffer, line.byteOffset, line.byteLength)
  for (let at = channels * width; at + width <= line.length; at += width) {
    const before = at - channels * width
    if (width === 1) line[at] += line[before]
    else if (width === 2) {
      view.setUint16(at, view.getUint16(at, littleEndian) + view.getUint16(before, littleEndian), littleEndian)
    } else if (width === 4) {
      view.setUint32(at, view.getUint32(at, littleEndian) + view.getUint32(before, littleEndian), littleEndian)
    } else {
      const sum = view.getBigUint64(at, littleEndian) + view.getBigUint64(before, littleEndian)
      view.setBigUint64(at, BigInt.asUintN(64, sum), littleEndian)
    }
  }
}

/** The bytes of a row are differences, all first (most significant) bytes of its samples before all second ones. */
function joinBytePlanes(line: Uint8Array, { channels, rowSamples, type, littleEndian }: BlockLayout): void {
  for (let at = channels; at < line.length; at++) line[at] += line[at - channels]
  const planes = line.slice()
  const width = sampleBytes[type]
  for (let sample = 0; sample < rowSamples; sample++) {
    for (let byte = 0; byte < width; byte++) {
      line[sample * width + (littleEndian ? width - 1 - byte : byte)] = planes[byte * rowSamples + sample]
    }
  }
}
