import { Fault } from '@engine/fault'
import { badNrrd, nrrdFields } from '@engine/formats/nrrd/fields'
import { nrrdType } from '@engine/formats/nrrd/sample-type'
import { sampleBytes, type SampleType } from '@engine/formats/sample-types'

export type NrrdEncoding = 'raw' | 'gzip' | 'ascii' | 'hex'

/** What a NRRD header says, checked. Axes are in file order, the fastest first. */
export interface NrrdHeader {
  readonly type: SampleType
  readonly littleEndian: boolean
  readonly encoding: NrrdEncoding
  readonly sizes: readonly number[]
  /** Lower-case kind of each axis ("domain", "list", "rgb-color"); '' where unknown. */
  readonly kinds: readonly string[]
  /** Space direction of each axis; null: "none" or not stated. */
  readonly directions: readonly (readonly number[] | null)[]
  /** `spacings`; NaN where the axis has none. */
  readonly spacings: readonly number[]
  readonly origin: readonly number[] | null
  /** Lower-case name of the space ("left-posterior-superior"); '' when none is stated. */
  readonly space: string
  readonly spaceUnits: readonly string[]
  readonly hasMeasurementFrame: boolean
  readonly keys: ReadonlyMap<string, string>
  /** Names of detached files in order and how they were written; null when the voxels follow the header. */
  readonly dataFiles: readonly string[] | null
  readonly dataOffset: number
  readonly lineSkip: number
  readonly byteSkip: number
}

/** Reads and checks a header. Throws Fault `bad-image` or `unsupported-file`. */
export function nrrdHeader(bytes: Uint8Array, name: string): NrrdHeader {
  const { fields, keys, list, dataOffset } = nrrdFields(bytes, name)
  const text = (field: string): string => fields.get(field) ?? ''
  const type = nrrdType(text('type'), name)
  const sizes = axisNumbers(text('sizes'))
  const dimension = Number(text('dimension'))
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > 16 || sizes.length !== dimension)
    throw badNrrd(name, 'its dimension and its sizes do not agree')
  if (!sizes.every((length) => Number.isSafeInteger(length) && length >= 1))
    throw badNrrd(name, `it claims a size of ${sizes.join(' × ')}`)
  const dataFiles = detachedNames(text('datafile'), list, name)
  if (dataFiles === null && dataOffset === null) throw badNrrd(name, 'there are no voxels behind its header')
  const encoding = knownEncoding(text('encoding'), name)
  return {
    type,
    littleEndian: byteOrder(text('endian'), { type, encoding, name }),
    encoding,
    sizes,
    kinds: perAxis(text('kinds').toLowerCase().split(/\s+/), dimension, ''),
    directions: perAxis(vectors(text('spacedirections')), dimension, null),
    spacings: perAxis(axisNumbers(text('spacings')), dimension, NaN),
    origin: vectors(text('spaceorigin'))[0] ?? null,
    space: spaceName(text('space')),
    spaceUnits: [...text('spaceunits').matchAll(/"([^"]*)"/g)].map(([, unit]) => unit.trim().toLowerCase()),
    hasMeasurementFrame: fields.has('measurementframe'),
    keys,
    dataFiles,
    dataOffset: dataOffset ?? bytes.length,
    lineSkip: skip(text('lineskip'), name),
    byteSkip: skip(text('byteskip'), name)
  }
}

function axisNumbers(text: string): number[] {
  return text
    .split(/\s+/)
    .filter((part) => part !== '')
    .map(Number)
}

/** `(a,b,c)` and `none`, in order. */
function vectors(text: string): (number[] | null)[] {
  return [...text.matchAll(/none|\(([^)]*)\)/gi)].map(([, inside]) =>
    inside === undefined ? null : inside.split(',').map((part) => Number(part.trim()))
  )
}

function perAxis<T>(values: readonly T[], dimension: number, missing: T): T[] {
  return Array.from({ length: dimension }, (_, axis) =>
    values[axis] === undefined || values[axis] === ('???' as T) ? missing : values[axis]
  )
}

const abbreviations: Readonly<Record<string, string>> = {
  ras: 'right-anterior-superior',
  las: 'left-anterior-superior',
  lps: 'left-posterior-superior',
  rast: 'right-anterior-superior-time',
  last: 'left-anterior-superior-time',
  lpst: 'left-posterior-superior-time'
}

function spaceName(text: string): string {
  const lower = text.toLowerCase().replace(/^"|"$/g, '')
  return abbreviations[lower] ?? lower
}

function knownEncoding(text: string, name: string): NrrdEncoding {
  const lower = text.toLowerCase()
  if (lower === 'raw' || lower === 'hex') return lower
  if (lower === 'gzip' || lower === 'gz') return 'gzip'
  if (['ascii', 'text', 'txt'].includes(lower)) return 'ascii'
  if (lower === '') throw badNrrd(name, 'it does not state how its voxels are encoded')
  const words = ['bzip2', 'bz2'].includes(lower) ? 'bzip2' : `“${lower.slice(0, 32)}”`
  throw new Fault(
    'unsupported-file',
    `The voxels of “${name}” are packed as ${words}; raw, gzip and text can be read.`,
    {
      subject: name,
      hint: 'Save it again with gzip compression, for example with 3D Slicer or unu save -e gzip.'
    }
  )
}

interface Coding {
  readonly type: SampleType
  readonly encoding: NrrdEncoding
  readonly name: string
}

function byteOrder(text: string, { type, encoding, name }: Coding): boolean {
  const lower = text.toLowerCase()
  if (lower === 'little' || lower === 'big') return lower === 'little'
  if (sampleBytes[type] === 1 || encoding === 'ascii') return true
  throw badNrrd(name, 'it does not state the byte order of its voxels')
}

function skip(text: string, name: string): number {
  const value = text === '' ? 0 : Number(text)
  if (!Number.isSafeInteger(value) || value < -1) throw badNrrd(name, 'it states an impossible place of its voxels')
  return value
}

/** More files than any scanner has frames are a made-up pattern. */
const mostFiles = 100_000

/** `name`, `pattern min max step`, or `LIST`. */
function detachedNames(text: string, list: readonly string[], name: string): string[] | null {
  if (text === '') return null
  if (/^list\b/i.test(text)) {
    if (list.length === 0 || list.length > mostFiles) throw badNrrd(name, 'its list of voxel files is empty or endless')
    return [...list]
  }
  const pattern = /^(\S*%0?(\d*)d\S*)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)(?:\s+\d+)?$/.exec(text)
  if (pattern === null) return [text]
  const [first, last, step] = pattern.slice(3, 6).map(Number)
  const count = Math.floor((last - first) / step) + 1
  if (step === 0 || !(count >= 1) || count > mostFiles) throw badNrrd(name, 'its pattern of voxel files has no end')
  return Array.from({ length: count }, (_, index) => numbered(pattern[1], first + index * step))
}

/** printf's `%d`, `%3d` and `%03d`, the only ones the format allows. */
function numbered(pattern: string, value: number): string {
  return pattern.replace(/%(0?)(\d*)d/, (_, zero: string, width: string) =>
    String(value).padStart(Number(width === '' ? 0 : width), zero === '' ? ' ' : '0')
  )
}
