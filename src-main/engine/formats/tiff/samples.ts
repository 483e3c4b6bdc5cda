import { Fault } from '@engine/fault'
import { sampleBytes, samplesOf, type RawSamples } from '@engine/formats/sample-types'
import { damagedTiff } from '@engine/formats/tiff/damaged'
import type { TiffPage } from '@engine/formats/tiff/page'
import { undoPredictor } from '@engine/formats/tiff/predictor'
import { unpackedBlock } from '@engine/formats/tiff/unpack'

interface TiffSource {
  readonly bytes: Uint8Array
  readonly littleEndian: boolean
  readonly name: string
  readonly limitBytes: number
}

/** Packed pictures grow 4096 times at the very most; anything beyond is a claim. */
const bestRatio = 4096

/** Samples of a page, `[row, column, channel]`; 1, 2 and 4 bits widened to the same grey in 8 (indices of a palette stay). */
export function tiffSamples(page: TiffPage, source: TiffSource): RawSamples {
  const { width, height, channels, bits } = page
  const stored = BigInt(width) * BigInt(height) * BigInt(channels) * BigInt(sampleBytes[page.type])
  const { bytes, limitBytes, name } = source
  if (stored > BigInt(limitBytes) || (stored > 2n ** 26n && stored > BigInt(bytes.length) * BigInt(bestRatio))) {
    throw new Fault('too-large', `“${name}” claims ${width} × ${height} pixels, more than can be held in memory.`, {
      subject: name,
      hint: `At most ${Math.round(limitBytes / 2 ** 20)} MiB are read from one file.`
    })
  }
  const whole = new Uint8Array(Number(stored))
  const planes = page.planar ? channels : 1
  const [across, down] = [Math.ceil(width / page.block[0]), Math.ceil(height / page.block[1])]
  for (let plane = 0; plane < planes; plane++) {
    for (let index = 0; index < across * down; index++) {
      const place = { plane, left: (index % across) * page.block[0], top: Math.floor(index / across) * page.block[1] }
      const block = blockSamples(page, source, { ...place, index: plane * across * down + index })
      copyBlock(whole, block, { page, place })
    }
  }
  const samples = samplesOf(whole, page.type, source.littleEndian)
  if (bits < 8 && page.photometric !== 'palette') {
    const most = 2 ** bits - 1
    for (let index = 0; index < samples.length; index++) samples[index] = ((samples[index] as number) * 255) / most
  }
  return samples
}

interface Place {
  readonly plane: number
  readonly left: number
  readonly top: number
}

/** Channels that lie side by side in one block. */
const together = (page: TiffPage): number => (page.planar ? 1 : page.channels)

/** Rows of a block that are stored: a strip ends with the page, a tile is always whole. */
function storedRows(page: TiffPage, top: number): number {
  return page.block[0] === page.width ? Math.min(page.block[1], page.height - top) : page.block[1]
}

/** One block as bytes, one sample after the other in the file's byte order, `block[0] · channels` samples a row. */
function blockSamples(
  page: TiffPage,
  { bytes, littleEndian, name }: TiffSource,
  at: Place & { index: number }
): Uint8Array {
  const rows = storedRows(page, at.top)
  const rowSamples = page.block[0] * together(page)
  const rowBytes = Math.ceil((rowSamples * page.bits) / 8)
  const length = rowBytes * rows
  const [offset, count] = [page.offsets[at.index], page.byteCounts[at.index]]
  if (offset + count > bytes.length) throw damagedTiff(name, 'its pixels lie outside the file')
  // A tile may hang over the edge of a small page, but not by more than a tile has ever been large.
  if (length > 2 ** 26 && length > 4 * page.width * page.height * page.channels * 8)
    throw damagedTiff(name, 'its blocks are larger than its picture')
  const packed = bytes.subarray(offset, offset + count)
  const unpacked = unpackedBlock(packed, page.compression, { length, name })
  if (unpacked.length < rowBytes * Math.min(rows, page.height - at.top))
    throw damagedTiff(name, 'its pixels are cut off')
  if (page.bits < 8) return widened(unpacked, { rows, rowSamples, rowBytes, bits: page.bits })
  if (page.predictor === 1) return unpacked
  const layout = { rows: Math.floor(unpacked.length / rowBytes), rowSamples, channels: together(page), type: page.type }
  return undoPredictor(Uint8Array.from(unpacked), page.predictor, { ...layout, littleEndian })
}

/** Packed samples, the leftmost in the high bits, one byte each. */
function widened(
  packed: Uint8Array,
  { rows, rowSamples, rowBytes, bits }: { rows: number; rowSamples: number; rowBytes: number; bits: number }
): Uint8Array {
  const samples = new Uint8Array(rows * rowSamples)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < rowSamples; column++) {
      const bit = column * bits
      const byte = packed[row * rowBytes + (bit >> 3)] ?? 0
      samples[row * rowSamples + column] = (byte >> (8 - bits - (bit & 7))) & (2 ** bits - 1)
    }
  }
  return samples
}

function copyBlock(whole: Uint8Array, block: Uint8Array, { page, place }: { page: TiffPage; place: Place }): void {
  const width = sampleBytes[page.type]
  const columns = Math.min(page.block[0], page.width - place.left)
  const rows = Math.min(page.block[1], page.height - place.top)
  const rowBytes = page.block[0] * together(page) * width
  for (let row = 0; row < rows; row++) {
    const to = ((place.top + row) * page.width + place.left) * page.channels * width
    const from = block.subarray(row * rowBytes, row * rowBytes + columns * together(page) * width)
    if (!page.planar) {
      whole.set(from, to)
      continue
    }
    for (let column = 0; column < columns; column++) {
      const pixel = from.subarray(column * width, (column + 1) * width)
      whole.set(pixel, to + (column * page.channels + place.plane) * width)
    }
  }
}
