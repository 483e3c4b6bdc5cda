import { NIFTI1, NIFTI2 } from 'nifti-reader-js'
import { Fault } from '@engine/fault'

/** The parts of a NIfTI-1 or NIfTI-2 header that matter here. */
export interface NiftiHeader {
  readonly version: 1 | 2
  readonly littleEndian: boolean
  /** `dim[1..dim[0]]`. */
  readonly shape: readonly number[]
  /** `pixdim[0..3]`. */
  readonly pixdim: readonly [number, number, number, number]
  readonly datatype: number
  /** Byte offset of the voxels in the file that holds them. */
  readonly voxelOffset: number
  readonly slope: number
  readonly intercept: number
  readonly qformCode: number
  readonly sformCode: number
  /** `b, c, d` of the rotation. */
  readonly quaternion: readonly [number, number, number]
  readonly qoffset: readonly [number, number, number]
  /** Three rows of four. */
  readonly srow: readonly (readonly number[])[]
  /** Factor from the file's length unit to millimetres. */
  readonly unitMm: number
  /** Voxels lie in a partner file (`.img`). */
  readonly pair: boolean
  /** What the header says that cannot be meant, and what is done instead. */
  readonly warnings: readonly string[]
}

/** Enough bytes for either header. */
export const niftiHeaderBytes = 544

type Recognised = { readonly version: 1 | 2; readonly pair: boolean } | 'analyze' | null

/** Which NIfTI a file is by its first bytes; ANALYZE 7.5 is told apart because it has no orientation. */
export function recogniseNifti(head: Uint8Array): Recognised {
  if (head.length < 348) return null
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const size = [view.getInt32(0, true), view.getInt32(0, false)]
  if (size.includes(348)) {
    const magic = ascii(head, 344, 3)
    if (magic === 'n+1' || magic === 'ni1') return { version: 1, pair: magic === 'ni1' }
    return 'analyze'
  }
  const magic = ascii(head, 4, 3)
  if (size.includes(540) && (magic === 'n+2' || magic === 'ni2')) return { version: 2, pair: magic === 'ni2' }
  return null
}

/** Reads and checks a header. Throws Fault `bad-image` or `unsupported-file`. */
export function niftiHeader(head: Uint8Array, name: string): NiftiHeader {
  const recognised = recogniseNifti(head)
  if (recognised === null) throw bad(name, 'it does not begin with a NIfTI header')
  if (recognised === 'analyze') {
    throw new Fault('unsupported-file', `“${name}” is ANALYZE 7.5, which does not say left from right.`, {
      subject: name,
      hint: 'Convert it to NIfTI with a tool that knows its orientation.'
    })
  }
  const { version, pair } = recognised
  if (version === 2 && head.length < 540) throw bad(name, 'its header is cut off')
  const parsed = version === 1 ? new NIFTI1() : new NIFTI2()
  // The exact header length keeps the parser away from extensions, whose sizes nobody has checked.
  parsed.readHeader(head.slice(0, version === 1 ? 348 : 540).buffer)
  return {
    version,
    littleEndian: parsed.littleEndian,
    shape: checkedShape(parsed.dims, name),
    pixdim: parsed.pixDims.slice(0, 4) as [number, number, number, number],
    datatype: parsed.datatypeCode,
    voxelOffset: checkedOffset(parsed.vox_offset, { version, pair, name }),
    slope: parsed.scl_slope,
    intercept: parsed.scl_inter,
    qformCode: parsed.qform_code,
    sformCode: parsed.sform_code,
    quaternion: [parsed.quatern_b, parsed.quatern_c, parsed.quatern_d],
    qoffset: [parsed.qoffset_x, parsed.qoffset_y, parsed.qoffset_z],
    srow: sformRows(head, version, parsed.littleEndian),
    unitMm: unitFactor(parsed.xyzt_units & 7),
    pair,
    warnings: oddities(parsed, { version, pair })
  }
}

/** Headers other readers take without a word. A scale of zero or NaN is no oddity: it means "unscaled" (nifti1.h). */
function oddities(parsed: NIFTI1 | NIFTI2, { version, pair }: { version: 1 | 2; pair: boolean }): string[] {
  const { scl_slope: slope, scl_inter: intercept, vox_offset: offset } = parsed
  const warnings: string[] = []
  if (Math.abs(slope) === Infinity || Math.abs(intercept) === Infinity)
    warnings.push('The file states an infinite scale for its values; they are shown unscaled.')
  if (!pair && offset < firstVoxel(version))
    warnings.push('The file says that its voxels begin inside its header; they are read from right behind it.')
  return warnings
}

/** Single files hold a header and four bytes about extensions before their voxels. */
function firstVoxel(version: 1 | 2): number {
  return version === 1 ? 352 : 544
}

/** The parser offers the sform only where it prefers it to the qform; nibabel prefers it always, so it is read here. */
function sformRows(head: Uint8Array, version: 1 | 2, littleEndian: boolean): number[][] {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const read = (index: number): number =>
    version === 1 ? view.getFloat32(280 + index * 4, littleEndian) : view.getFloat64(400 + index * 8, littleEndian)
  return [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => read(row * 4 + column)))
}

function checkedShape(dims: readonly number[], name: string): number[] {
  const [count] = dims
  if (!Number.isInteger(count) || count < 1 || count > 7)
    throw bad(name, `it claims ${count} dimensions, 1 to 7 are possible`)
  const shape = dims.slice(1, count + 1)
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 1)) {
    throw bad(name, `it claims a size of ${shape.join(' × ')}`)
  }
  return shape
}

interface Place {
  readonly version: 1 | 2
  readonly pair: boolean
  readonly name: string
}

function checkedOffset(offset: number, place: Place): number {
  if (!Number.isFinite(offset) || offset < 0 || offset > 2 ** 40)
    throw bad(place.name, 'the place of its voxels is impossible')
  if (place.pair) return Math.floor(offset)
  // Single files must leave room for the header; zero is met in the wild and means "right behind it".
  return Math.max(Math.floor(offset), firstVoxel(place.version))
}

function unitFactor(code: number): number {
  if (code === 1) return 1000
  return code === 3 ? 0.001 : 1
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length))
}

function bad(name: string, reason: string): Fault {
  return new Fault('bad-image', `“${name}” cannot be read as NIfTI: ${reason}.`, {
    subject: name,
    hint: 'Export the image again from its source.'
  })
}
