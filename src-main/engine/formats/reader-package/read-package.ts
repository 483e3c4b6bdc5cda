import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import {
  type AssignmentManifest,
  PackageManifest,
  type ReturnManifest,
  assignmentKey,
  imageFile,
  outlineFile,
  packageFiles,
  type PackedImage
} from '@engine/formats/reader-package/package-schema'
import { changedPackage, openSealedZip, type SealedZip } from '@engine/formats/reader-package/sealed-zip'
import { readSourceFile } from '@engine/formats/source-file'
import type { Volume, Voxels } from '@engine/geometry/volume'
import { OutlineRuns, type ReadingRecord } from '@shared/reading-study'

const manifestLimit = 64 * 2 ** 20
const outlineLimit = 64 * 2 ** 20
const auditLimit = 256 * 2 ** 20
/** As much as any single image may take. */
const imageLimit = 4 * 2 ** 30 - 1

/** A package that was opened: which of the two it is, and its files. */
export type ReadingPackage =
  | { readonly kind: 'assignment'; readonly manifest: AssignmentManifest; readonly zip: SealedZip }
  | { readonly kind: 'return'; readonly manifest: ReturnManifest; readonly zip: SealedZip }

/**
 * Opens a package from a stick. Throws Fault `unsupported-file`, `bad-file` (a byte was changed, a file is missing, does not
 * belong in it, or the list of contents does not hold together) or `too-large`.
 */
export async function readReadingPackage(path: string): Promise<ReadingPackage> {
  const { bytes, name } = await readSourceFile(path)
  const zip = openSealedZip(bytes, name, packageFiles)
  const manifest = parsed(zip, 'manifest.json', { schema: PackageManifest, limit: manifestLimit })
  if (manifest.kind === 'return') return { kind: 'return', manifest, zip }
  if (!zip.sealedWith(assignmentKey)) throw changedPackage(name)
  if (manifest.readings.some((image) => image >= manifest.images.length))
    throw inconsistent(zip, 'a reading has no image')
  manifest.images.forEach((image, index) => checkImage(zip, image, index))
  return { kind: 'assignment', manifest, zip }
}

/** Sizes are compared before anything is unpacked. */
function checkImage(zip: SealedZip, image: PackedImage, index: number): void {
  const entry = zip.entries.get(imageFile(index))
  const needed = bytesOf(image)
  if (entry === undefined) throw inconsistent(zip, `image ${index + 1} is missing`)
  if (needed > BigInt(imageLimit))
    throw new Fault('too-large', `Image ${index + 1} in “${zip.name}” is larger than 4 GiB.`, { subject: zip.name })
  if (BigInt(entry.bytes) !== needed) throw inconsistent(zip, `image ${index + 1} is not as large as it says`)
}

const typeBytes = { uint8: 1, int16: 2, uint16: 2, int32: 4, float32: 4 } as const

function bytesOf({ size, samples, voxels }: PackedImage): bigint {
  return size.reduce((product, length) => product * BigInt(length), BigInt(samples * typeBytes[voxels]))
}

/** The voxel bytes of one image, checked. Throws Fault `bad-file`. */
export function packedVoxels(zip: SealedZip, image: PackedImage, index: number): Uint8Array {
  const bytes = zip.unpack(imageFile(index), Number(bytesOf(image)))
  if (createHash('sha256').update(bytes).digest('hex') !== image.sha256)
    throw inconsistent(zip, `image ${index + 1} is another one`)
  return bytes
}

/** An image of a package as a volume; `bytes` are little endian. */
export function volumeOfPacked(image: PackedImage, bytes: Uint8Array): Volume {
  return {
    voxels: voxelsOf(image.voxels, bytes),
    size: image.size,
    samples: image.samples,
    affine: image.affine as unknown as Volume['affine'],
    spacingMm: image.spacingMm,
    oriented: image.oriented,
    patientOrientation: image.patientOrientation,
    atDetector: image.atDetector,
    frameOfReference: null,
    unit: image.unit,
    ...(image.uptake === undefined ? {} : { uptake: image.uptake }),
    photometric: image.photometric,
    bitsStored: image.bitsStored,
    window: image.window
  }
}

function voxelsOf(type: PackedImage['voxels'], bytes: Uint8Array): Voxels {
  // Typed arrays want a start that is a multiple of their element.
  const own = bytes.slice()
  switch (type) {
    case 'uint8':
      return own
    case 'int16':
      return new Int16Array(own.buffer)
    case 'uint16':
      return new Uint16Array(own.buffer)
    case 'int32':
      return new Int32Array(own.buffer)
    case 'float32':
      return new Float32Array(own.buffer)
  }
}

/** What a reader outlined in one version of a reading, checked against the hash in its record. Throws Fault `bad-file`. */
export function returnedOutlines(zip: SealedZip, record: ReadingRecord, kind: 'first' | 'after-map'): OutlineRuns {
  const file = outlineFile(record.reading, kind)
  const bytes = zip.unpack(file, outlineLimit)
  const said = record.versions.find((version) => version.kind === kind)?.sha256
  if (createHash('sha256').update(bytes).digest('hex') !== said)
    throw inconsistent(zip, `the outline of reading ${record.reading} is another one`)
  return parsed(zip, file, { schema: OutlineRuns, limit: outlineLimit })
}

/** The audit trail that came along, one JSON object a line; empty when there is none. */
export function returnedAudit(zip: SealedZip): string {
  return zip.entries.has('audit.jsonl') ? new TextDecoder().decode(zip.unpack('audit.jsonl', auditLimit)) : ''
}

function parsed<T>(
  zip: SealedZip,
  file: string,
  { schema, limit }: { schema: v.GenericSchema<unknown, T>; limit: number }
): T {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(zip.unpack(file, limit)))
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown
    throw inconsistent(zip, `${file} is not JSON`)
  }
  const result = v.safeParse(schema, json)
  if (!result.success)
    throw inconsistent(zip, `${v.getDotPath(result.issues[0]) ?? file} is not what this version writes`)
  return result.output
}

const inconsistent = (zip: SealedZip, reason: string): Fault =>
  new Fault('bad-file', `“${zip.name}” does not hold together: ${reason}. Nothing was imported.`, {
    subject: zip.name,
    hint: 'Ask whoever made it to make it again.'
  })
