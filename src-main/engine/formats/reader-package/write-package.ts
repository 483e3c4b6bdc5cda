import { createHash } from 'node:crypto'
import {
  type AssignmentManifest,
  type PackedImage,
  type ReturnManifest,
  assignmentKey,
  imageFile,
  outlineFile
} from '@engine/formats/reader-package/package-schema'
import { type PackedFile, writeSealedZip } from '@engine/formats/reader-package/sealed-zip'
import type { Volume, Voxels } from '@engine/geometry/volume'
import type { OutlineRuns } from '@shared/reading-study'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** An image to be packed: where its voxels come from, and its modality ("CT", "DX"). */
export interface ImageToPack {
  readonly modality: string
  load(): Promise<Volume>
}

export type AssignmentWords = Omit<AssignmentManifest, 'format' | 'version' | 'kind' | 'images'>

/**
 * Writes what a reader is handed: voxels, geometry, segments and the order, and nothing else of the images. Equal studies give
 * equal files. Throws what `writeSealedZip` and loading throw.
 */
export async function writeAssignment(
  path: string,
  words: AssignmentWords,
  { images, told }: { images: readonly ImageToPack[]; told?: (done: number) => void }
): Promise<{ bytes: number; sha256: string }> {
  const packed: PackedImage[] = []
  function* files(): Iterable<PackedFile> {
    for (const [index, image] of images.entries()) {
      yield {
        name: imageFile(index),
        bytes: async () => {
          const volume = await image.load()
          const bytes = littleEndianBytes(volume.voxels)
          packed.push({ ...factsOf(volume, image.modality), sha256: hashOf(bytes) })
          return bytes
        }
      }
    }
    yield {
      name: 'manifest.json',
      bytes: () =>
        utf8(JSON.stringify({ format: 'saliscope-reading', version: 1, kind: 'assignment', ...words, images: packed }))
    }
  }
  return writeSealedZip(path, files(), { key: assignmentKey, ...(told === undefined ? {} : { told }) })
}

/** Everything the screen needs of an image and nothing that says whose it is: no UID, no free text, no position beyond the grid. */
function factsOf(volume: Volume, modality: string): Omit<PackedImage, 'sha256'> {
  return {
    size: [...volume.size],
    samples: volume.samples,
    voxels: typeOf(volume.voxels),
    affine: [...volume.affine],
    spacingMm: volume.spacingMm === null ? null : [...volume.spacingMm],
    oriented: volume.oriented,
    patientOrientation: volume.patientOrientation ? [...volume.patientOrientation] : null,
    atDetector: volume.atDetector ?? false,
    unit: /^[A-Za-z0-9 /%µ²³.^*()_-]{0,32}$/u.test(volume.unit) ? volume.unit : 'value',
    ...(volume.uptake ? { uptake: volume.uptake } : {}),
    photometric: volume.photometric,
    bitsStored: volume.bitsStored,
    window: volume.window === null ? null : { center: volume.window.center, width: volume.window.width },
    modality: /^[A-Z0-9]{0,16}$/u.test(modality) ? modality : ''
  }
}

function typeOf(voxels: Voxels): PackedImage['voxels'] {
  if (voxels instanceof Uint8Array) return 'uint8'
  if (voxels instanceof Int16Array) return 'int16'
  if (voxels instanceof Uint16Array) return 'uint16'
  return voxels instanceof Int32Array ? 'int32' : 'float32'
}

/** Every machine we run on is little endian. */
const littleEndianBytes = (voxels: Voxels): Uint8Array =>
  new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength)

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The bytes that outlines are kept and hashed as. */
export const outlineBytes = (runs: OutlineRuns): Uint8Array => utf8(JSON.stringify(runs))

/** The hash a record states for its outlines. */
export const outlineHash = (runs: OutlineRuns): string => hashOf(outlineBytes(runs))

export interface ReturnedReading {
  readonly reading: number
  readonly kind: 'first' | 'after-map'
  readonly runs: OutlineRuns
}

/** Writes what a reader brings back: records, outlines and the audit trail (JSON lines), sealed with the assignment's key. */
export async function writeReturn(
  path: string,
  manifest: Omit<ReturnManifest, 'format' | 'version' | 'kind'>,
  { outlines, audit, key }: { outlines: readonly ReturnedReading[]; audit: string; key: Uint8Array }
): Promise<{ bytes: number; sha256: string }> {
  const files: PackedFile[] = [
    {
      name: 'manifest.json',
      bytes: () => utf8(JSON.stringify({ format: 'saliscope-reading', version: 1, kind: 'return', ...manifest }))
    },
    { name: 'audit.jsonl', bytes: () => utf8(audit) },
    ...outlines.map(({ reading, kind, runs }) => ({
      name: outlineFile(reading, kind),
      bytes: () => outlineBytes(runs)
    }))
  ]
  return writeSealedZip(path, files, { key })
}
