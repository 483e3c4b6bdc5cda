import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '@engine/fault'
import { gunzipUpTo } from '@engine/formats/gzip'
import { badNrrd } from '@engine/formats/nrrd/fields'
import type { NrrdHeader } from '@engine/formats/nrrd/header'
import { sampleBytes, samplesOf, type RawSamples } from '@engine/formats/sample-types'
import { readSibling, type SourceFile } from '@engine/formats/source-file'

/** The samples of the array in file order. `count` was checked against the memory limit. Throws Fault `bad-image`, `bad-file` or `unsupported-file`. */
export async function nrrdSamples(source: SourceFile, header: NrrdHeader, count: number): Promise<RawSamples> {
  const pieces: Uint8Array[] = []
  const files = header.dataFiles ?? [null]
  if (count % files.length !== 0) throw badNrrd(source.name, 'its voxels cannot be shared out among its files')
  for (const file of files) {
    const bytes = file === null ? source.bytes.subarray(header.dataOffset) : (await detached(source, file)).bytes
    const piece = await decoded(bytes, header, { count: count / files.length, name: source.name })
    // A view would keep each of many files whole.
    pieces.push(files.length === 1 ? piece : piece.slice())
  }
  const whole = pieces.length === 1 ? pieces[0] : new Uint8Array(Buffer.concat(pieces))
  return samplesOf(whole, header.type, header.encoding === 'ascii' ? true : header.littleEndian)
}

/** Detached voxels are taken from the folder of the header only: a header may come from anywhere. */
async function detached(source: SourceFile, file: string): Promise<SourceFile> {
  const plain = file.replace(/^\.[/\\]/, '')
  const named = plain === basename(plain) && !['', '.', '..'].includes(plain) && !/[\\\0]/.test(plain)
  if (!named || !(await staysInFolder(source.path, plain))) {
    throw new Fault('bad-file', `“${source.name}” points to voxels outside its own folder.`, {
      subject: source.name,
      hint: 'Put the voxels beside the header and name them without a folder in “data file”.'
    })
  }
  const found = await readSibling(source, plain)
  if (found !== null) return found
  throw new Fault('bad-image', `“${source.name}” is a header; the file with its voxels is missing.`, {
    subject: source.name,
    hint: 'Put the voxel file it names beside it.'
  })
}

/** A link may lead out of the folder; a file that is not there is reported later. */
async function staysInFolder(headerPath: string, name: string): Promise<boolean> {
  const folder = await realpath(dirname(headerPath)).catch(() => null)
  const target = await realpath(join(dirname(headerPath), name)).catch(() => null)
  return target === null || folder === dirname(target)
}

interface Piece {
  /** Samples this piece must give. */
  readonly count: number
  readonly name: string
}

async function decoded(bytes: Uint8Array, header: NrrdHeader, piece: Piece): Promise<Uint8Array> {
  const behindLines = bytes.subarray(afterLines(bytes, header.lineSkip, piece.name))
  const needed = piece.count * sampleBytes[header.type]
  if (header.encoding === 'ascii') return textSamples(behindLines, header, piece)
  if (header.encoding === 'hex') return hexBytes(behindLines, needed, piece.name)
  const plain = header.encoding === 'raw' ? behindLines : await unpacked(behindLines, header, { ...piece, needed })
  // −1: the voxels are what the file ends with, whatever lies before them.
  const start = header.byteSkip === -1 ? plain.length - needed : header.byteSkip
  const body = start < 0 ? plain.subarray(0, 0) : plain.subarray(start, start + needed)
  if (body.length === needed) return body
  throw new Fault('bad-image', `“${piece.name}” holds ${body.length} of the ${needed} bytes its image needs.`, {
    subject: piece.name,
    hint: 'The file was cut off: copy it again from its source.'
  })
}

async function unpacked(
  bytes: Uint8Array,
  { byteSkip }: NrrdHeader,
  { needed, name }: Piece & { needed: number }
): Promise<Uint8Array> {
  if (byteSkip === -1) throw badNrrd(name, 'packed voxels cannot be counted from the end')
  // One byte more than needed lets the checksum at the end be seen.
  return (await gunzipUpTo(bytes, byteSkip + needed + 1, name)).bytes
}

function afterLines(bytes: Uint8Array, lines: number, name: string): number {
  let position = 0
  for (let line = 0; line < lines; line++) {
    const end = bytes.indexOf(10, position)
    if (end < 0) throw badNrrd(name, 'it skips more lines than there are')
    position = end + 1
  }
  return position
}

/** Text of more than this is refused: a string cannot hold it, and nobody writes such an image as text. */
const longestText = 256 * 2 ** 20

function textSamples(bytes: Uint8Array, header: NrrdHeader, { count, name }: Piece): Uint8Array {
  if (bytes.length > longestText) {
    throw new Fault('too-large', `“${name}” holds more text than can be read as voxels.`, {
      subject: name,
      hint: 'Save it again with gzip compression.'
    })
  }
  const words = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .split(/[\s,]+/)
  const numbers = words.filter((word) => word !== '')
  if (numbers.length < count) throw badNrrd(name, `it holds ${numbers.length} of the ${count} values its image needs`)
  const view = new DataView(new ArrayBuffer(count * sampleBytes[header.type]))
  for (let index = 0; index < count; index++) {
    const value = Number(numbers[index])
    if (Number.isNaN(value) && !/^[+-]?nan$/i.test(numbers[index]))
      throw badNrrd(name, 'one of its values is no number')
    writeSample(view, index, { type: header.type, word: numbers[index], value })
  }
  return new Uint8Array(view.buffer)
}

function writeSample(
  view: DataView,
  index: number,
  { type, word, value }: { type: NrrdHeader['type']; word: string; value: number }
): void {
  const at = index * sampleBytes[type]
  const whole = (): bigint =>
    /^[+-]?\d+$/.test(word) ? BigInt(word) : BigInt(Math.trunc(Number.isFinite(value) ? value : 0))
  const writers: Readonly<Record<string, () => void>> = {
    uint8: () => view.setUint8(at, value),
    int8: () => view.setInt8(at, value),
    uint16: () => view.setUint16(at, value, true),
    int16: () => view.setInt16(at, value, true),
    uint32: () => view.setUint32(at, value, true),
    int32: () => view.setInt32(at, value, true),
    uint64: () => view.setBigUint64(at, whole(), true),
    int64: () => view.setBigInt64(at, whole(), true),
    float32: () => view.setFloat32(at, value, true),
    float64: () => view.setFloat64(at, value, true)
  }
  writers[type]()
}

function hexBytes(bytes: Uint8Array, needed: number, name: string): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').replace(/\s+/g, '')
  const whole = Buffer.from(text, 'hex')
  if (whole.length < needed) throw badNrrd(name, `it holds ${whole.length} of the ${needed} bytes its image needs`)
  return new Uint8Array(whole.subarray(0, needed))
}
