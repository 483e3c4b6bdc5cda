import { Fault } from '@engine/fault'
import {
  defaultDecodedLimitBytes,
  type Format,
  type ImageContent,
  type ReadOptions,
  type VolumeContent
} from '@engine/formats/format'
import { gunzipRange, gunzipUpTo, isGzip } from '@engine/formats/gzip'
import { niftiGeometry, type NiftiGeometry } from '@engine/formats/nifti/affine'
import { niftiDatatype } from '@engine/formats/nifti/datatype'
import { niftiHeader, niftiHeaderBytes, recogniseNifti, type NiftiHeader } from '@engine/formats/nifti/header'
import { partnerNames } from '@engine/formats/nifti/pair'
import { sampleBytes, samplesOf, voxelsFrom, type RawSamples, type SampleType } from '@engine/formats/sample-types'
import { readSibling, type SourceFile } from '@engine/formats/source-file'
import { spacingOf, swapRasLps } from '@engine/geometry/affine'
import type { Affine, Voxels } from '@engine/geometry/volume'

/** NIfTI-1 and NIfTI-2: single files, gzip, header and image pairs. */
export const niftiFormat: Format = {
  id: 'nifti',
  title: 'NIfTI',
  kind: 'nifti',
  readsGzip: true,
  matches: (head, name) => recogniseNifti(head) !== null || /\.(nii|img)(\.gz)?$/i.test(name),
  extentOf: (head, name) => {
    const [columns, rows = 1, slices = 1, ...more] = niftiHeader(head, name).shape
    return { size: [columns, rows, slices], volumes: more.reduce((product, length) => product * length, 1) }
  },
  read: readNifti
}

async function readNifti(source: SourceFile, options: ReadOptions): Promise<ImageContent> {
  const headerSource = await headerFile(source)
  const head = isGzip(headerSource.bytes)
    ? (await gunzipUpTo(headerSource.bytes, niftiHeaderBytes, source.name)).bytes
    : headerSource.bytes.subarray(0, niftiHeaderBytes)
  const whole = niftiHeader(head, headerSource.name)
  const type = niftiDatatype(whole.datatype, source.name)
  const geometry = niftiGeometry(whole, source.name)
  const limit = options.decodedLimitBytes ?? defaultDecodedLimitBytes
  const onlyVolume = oneOfSeveral(whole, options.volume)
  const header = onlyVolume === null ? whole : volumeHeader(whole, onlyVolume.index, type)
  const part = onlyVolume !== null && onlyVolume.index + 1 < onlyVolume.count
  const { samples, warnings } = await readSamples(headerSource, header, { type, limit, part })
  const scaled = scaledVoxels(samples, header)
  const holes = countHoles(scaled)
  const notes = [...header.warnings, ...geometry.warnings, ...warnings]
  if (holes > 0) notes.push(`${holes} voxels are not numbers.`)
  return {
    kind: 'nifti',
    shape: header.shape,
    firstAxisFastest: true,
    values: scaled,
    affine: [0, 4, 8, 12].map((start) => geometry.ras.slice(start, start + 4)),
    volumes: volumesOf(scaled, header, { geometry, floating: type.startsWith('float'), onlyVolume }),
    ...(onlyVolume === null ? {} : { onlyVolume }),
    warnings: notes,
    patient: null,
    dicom: null
  }
}

/** The volume that is wanted of a file with several; null when all are. */
function oneOfSeveral({ shape }: NiftiHeader, wanted: number | undefined): { index: number; count: number } | null {
  const count = shape.slice(3).reduce((product, length) => product * length, 1)
  if (wanted === undefined || count < 2 || !Number.isInteger(wanted) || wanted < 0 || wanted >= count) return null
  return { index: wanted, count }
}

/** The header of a file that holds one volume of this one alone, beginning where that volume begins. */
function volumeHeader(header: NiftiHeader, index: number, type: SampleType): NiftiHeader {
  const shape = header.shape.slice(0, 3)
  const length = shape.reduce((product, extent) => product * extent, sampleBytes[type])
  return { ...header, shape, voxelOffset: header.voxelOffset + index * length }
}

/** The file that holds the header: itself, or the `.hdr` beside an `.img`. */
async function headerFile(source: SourceFile): Promise<SourceFile> {
  if (!/\.img(\.gz)?$/i.test(source.name)) return source
  for (const partner of partnerNames(source.name)) {
    const found = await readSibling(source, partner)
    if (found !== null) return found
  }
  throw new Fault('bad-image', `“${source.name}” holds voxels without their header.`, {
    subject: source.name,
    hint: 'Put its .hdr file beside it.'
  })
}

interface Wanted {
  readonly type: SampleType
  readonly limit: number
  /** Further volumes follow; they are no surplus. */
  readonly part: boolean
}

async function readSamples(
  source: SourceFile,
  header: NiftiHeader,
  wanted: Wanted
): Promise<{ samples: RawSamples; warnings: string[] }> {
  const length = checkedLength(header, wanted, source.name)
  const holder = header.pair ? await imageFile(source) : source
  const needed = header.voxelOffset + length
  const { body, more } = await unpackedBytes(holder, { from: header.voxelOffset, to: needed })
  const warnings = more && !wanted.part ? ['There are more bytes than the image size needs; the rest is left out.'] : []
  if (body.length === length) return { samples: samplesOf(body, wanted.type, header.littleEndian), warnings }
  if (body.length < length / 2) {
    throw new Fault('bad-image', `“${holder.name}” holds ${body.length} of the ${length} bytes its image needs.`, {
      subject: holder.name,
      hint: 'The file was cut off: copy it again from its source.'
    })
  }
  const padded = new Uint8Array(length)
  padded.set(body)
  warnings.push(
    `The file was cut off: the last ${length - body.length} of ${length} bytes are missing and shown as zero.`
  )
  return { samples: samplesOf(padded, wanted.type, header.littleEndian), warnings }
}

interface ByteRange {
  readonly from: number
  readonly to: number
}

async function unpackedBytes(
  { bytes, name }: SourceFile,
  { from, to }: ByteRange
): Promise<{ body: Uint8Array; more: boolean }> {
  if (!isGzip(bytes)) return { body: bytes.subarray(from, to), more: bytes.length > to }
  requireNoBomb({ bytes, name }, to)
  const unpacked = await gunzipRange(bytes, { from, to: to + 1 }, name)
  return { body: unpacked.bytes.subarray(0, to - from), more: unpacked.bytes.length > to - from }
}

/** Half a gigabyte or more out of nothing but zeros is no image; the best gzip can do is 1032:1. */
function requireNoBomb(holder: Pick<SourceFile, 'bytes' | 'name'>, needed: number): void {
  if (needed < 2 ** 29 || needed < 900 * holder.bytes.length) return
  throw new Fault(
    'too-large',
    `“${holder.name}” claims to unpack to ${Math.round(needed / 2 ** 20)} MiB, ${Math.round(needed / holder.bytes.length)} times its size.`,
    {
      subject: holder.name,
      hint: 'If that is true, unpack it with gunzip first.'
    }
  )
}

async function imageFile(source: SourceFile): Promise<SourceFile> {
  for (const partner of partnerNames(source.name)) {
    const found = await readSibling(source, partner)
    if (found !== null) return found
  }
  throw new Fault('bad-image', `“${source.name}” is a header; the .img file with its voxels is missing.`, {
    subject: source.name,
    hint: 'Put the .img file beside it.'
  })
}

/** Bytes of all voxels, exact. Throws Fault `too-large`. */
function checkedLength(header: NiftiHeader, wanted: Wanted, name: string): number {
  const total = header.shape.reduce((product, length) => product * BigInt(length), BigInt(sampleBytes[wanted.type]))
  if (total <= BigInt(wanted.limit)) return Number(total)
  throw new Fault(
    'too-large',
    `“${name}” claims ${header.shape.join(' × ')} voxels, more than can be held in memory.`,
    {
      subject: name,
      hint: `At most ${Math.round(wanted.limit / 2 ** 20)} MiB are read from one file.`
    }
  )
}

/** raw · slope + intercept in float64, rounded once to float32; slope 0 or NaN means unscaled. Source: nifti1.h. */
function scaledVoxels(samples: RawSamples, header: NiftiHeader): Voxels {
  const { slope } = header
  const intercept = Number.isFinite(header.intercept) ? header.intercept : 0
  if (Math.abs(header.intercept) === Infinity) return voxelsFrom(samples)
  if (!Number.isFinite(slope) || slope === 0 || (slope === 1 && intercept === 0)) return voxelsFrom(samples)
  const values = new Float32Array(samples.length)
  for (let index = 0; index < values.length; index++) values[index] = Number(samples[index]) * slope + intercept
  return values
}

function volumesOf(
  values: Voxels,
  header: NiftiHeader,
  facts: {
    readonly geometry: NiftiGeometry
    readonly floating: boolean
    readonly onlyVolume: { readonly index: number; readonly count: number } | null
  }
): VolumeContent[] {
  const [columns, rows = 1, slices = 1] = header.shape
  const length = columns * rows * slices
  const count = values.length / length
  const inMm = facts.geometry.ras.map((value, index) =>
    index < 12 ? value * header.unitMm : value
  ) as unknown as Affine
  const affine = swapRasLps(inMm)
  return Array.from({ length: count }, (_, time) => ({
    volume: {
      voxels: values.subarray(time * length, (time + 1) * length),
      size: [columns, rows, slices] as const,
      samples: 1 as const,
      affine,
      spacingMm: spacingOf(affine),
      oriented: facts.geometry.oriented,
      frameOfReference: null,
      unit: 'value',
      photometric: 'MONOCHROME2' as const,
      bitsStored: facts.floating || values instanceof Float32Array ? 32 : values.BYTES_PER_ELEMENT * 8,
      window: null
    },
    label: labelOf(facts.onlyVolume ?? { index: time, count }),
    warnings: []
  }))
}

function labelOf({ index, count }: { index: number; count: number }): string {
  return count === 1 ? '' : `volume ${index + 1} of ${count}`
}

function countHoles(values: Voxels): number {
  if (!(values instanceof Float32Array)) return 0
  let holes = 0
  for (const value of values) if (!Number.isFinite(value)) holes++
  return holes
}
