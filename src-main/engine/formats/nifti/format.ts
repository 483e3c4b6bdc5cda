import { Fault } from '@engine/fault'
import {
  defaultDecodedLimitBytes,
  type Format,
  type ImageContent,
  type ReadOptions,
  type VolumeContent
} from '@engine/formats/format'
import { gunzipUpTo, isGzip } from '@engine/formats/gzip'
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
  const header = niftiHeader(head, headerSource.name)
  const type = niftiDatatype(header.datatype, source.name)
  const geometry = niftiGeometry(header, source.name)
  const limit = options.decodedLimitBytes ?? defaultDecodedLimitBytes
  const { samples, warnings } = await readSamples(headerSource, header, { type, limit })
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
    volumes: volumesOf(scaled, header, { geometry, floating: type.startsWith('float') }),
    warnings: notes,
    patient: null,
    dicom: null
  }
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
}

async function readSamples(
  source: SourceFile,
  header: NiftiHeader,
  wanted: Wanted
): Promise<{ samples: RawSamples; warnings: string[] }> {
  const length = checkedLength(header, wanted, source.name)
  const holder = header.pair ? await imageFile(source) : source
  const needed = header.voxelOffset + length
  const { bytes, more } = await unpackedBytes(holder, needed)
  const warnings = more ? ['There are more bytes than the image size needs; the rest is left out.'] : []
  const body = bytes.subarray(header.voxelOffset, needed)
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

async function unpackedBytes(holder: SourceFile, needed: number): Promise<{ bytes: Uint8Array; more: boolean }> {
  if (!isGzip(holder.bytes)) return { bytes: holder.bytes, more: holder.bytes.length > needed }
  requireNoBomb(holder, needed)
  const unpacked = await gunzipUpTo(holder.bytes, needed + 1, holder.name)
  return { bytes: unpacked.bytes, more: unpacked.bytes.length > needed }
}

/** Half a gigabyte or more out of nothing but zeros is no image; the best gzip can do is 1032:1. */
function requireNoBomb(holder: SourceFile, needed: number): void {
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
  facts: { readonly geometry: NiftiGeometry; readonly floating: boolean }
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
    label: count === 1 ? '' : `volume ${time + 1} of ${count}`,
    warnings: []
  }))
}

function countHoles(values: Voxels): number {
  if (!(values instanceof Float32Array)) return 0
  let holes = 0
  for (const value of values) if (!Number.isFinite(value)) holes++
  return holes
}
