import { Fault } from '@engine/fault'
import { decodeFile, type DecodeFile } from '@engine/formats/decode-task'
import { fileAddress } from '@engine/formats/file-address'
import type { FileKind, ImageContent, ImageLabel, ReadOptions, VolumeContent } from '@engine/formats/format'
import type { PatientWords } from '@engine/formats/patient-words'
import type { Volume } from '@engine/geometry/volume'
import { basename } from 'node:path'

/** One volume ready for use, with everything worth telling the user about it. */
export interface LoadedVolume {
  readonly volume: Volume
  readonly kind: FileKind
  /** Which of several volumes this is ("time 3 of 10"); '' when it is alone. */
  readonly label: string
  /** DICOM only; for the screen, never for logs. */
  readonly tags: PatientWords | null
  readonly warnings: readonly string[]
  /** Paths it was read from. */
  readonly files: readonly string[]
  /** Names the file itself gives to values of this volume (3D Slicer); absent elsewhere. */
  readonly labels?: readonly ImageLabel[]
}

export interface LoadOptions extends ReadOptions {
  /** Which volume of a file with several, from 0; default the first, with a warning. */
  readonly which?: number
  /** Where decoding runs; default where the process decided. */
  readonly decode?: DecodeFile
}

/**
 * The one volume of a file, or of an address (`scan.nii.gz[3]`, `arrays.npz#map`).
 * Throws the Faults of its format, and `bad-parameter` when there is no volume of that number.
 */
export async function loadVolume(given: string, options: LoadOptions = {}): Promise<LoadedVolume> {
  const { path, content, stated } = await decodedAddress(given, options)
  const name = basename(path)
  const count = content.onlyVolume?.count ?? content.volumes.length
  if (count === 0) throw noPicture(content.shape, name)
  const which = stated ?? 0
  if (!Number.isInteger(which) || which < 0 || which >= count) throw noSuchVolume(name, which, count)
  const several =
    count > 1 && stated === null
      ? [`The file holds ${count} volumes; the first is used. Write ${name}[0] to ${name}[${count - 1}] to choose.`]
      : []
  const chosen = content.volumes[which - (content.onlyVolume?.index ?? 0)]
  return {
    volume: ownVoxels(chosen),
    kind: content.kind,
    label: chosen.label,
    tags: content.patient,
    warnings: [...content.warnings, ...chosen.warnings, ...several],
    files: [path],
    labels: content.labels?.filter((label) => label.volume === which)
  }
}

interface DecodedAddress {
  readonly path: string
  readonly content: ImageContent
  /** Number of the volume that is wanted; null when none is named. */
  readonly stated: number | null
}

/** Decodes what an address names: the file, one of its arrays, or one of its volumes alone where its format can. */
async function decodedAddress(given: string, options: LoadOptions): Promise<DecodedAddress> {
  const { path, volume, part } = await fileAddress(given)
  const stated = options.which ?? volume
  const named = { ...(part === null ? {} : { array: part }), ...(stated === null ? {} : { volume: stated }) }
  const content = await (options.decode ?? decodeFile)(path, { ...options, ...named })
  return { path, content, stated }
}

/** Fault for a volume number that a file does not have. */
export function noSuchVolume(name: string, which: number, count: number): Fault {
  return new Fault(
    'bad-parameter',
    `“${name}” has ${count === 1 ? 'one volume' : `${count} volumes`}; there is no number ${which}.`,
    {
      subject: name,
      hint:
        count === 1 ? 'Leave the number out.' : `Choose ${name}[0] to ${name}[${count - 1}]; the first has number 0.`
    }
  )
}

/** Fault for an array that is neither picture nor volume. */
export function noPicture(shape: readonly number[], name: string): Fault {
  return new Fault('bad-image', `“${name}” has the shape ${shape.join(' × ')}, which is no picture or volume.`, {
    subject: name,
    hint: 'Two axes (rows, columns) or three (slices, rows, columns) can be opened.'
  })
}

/** A view on one volume of many would keep, and send between threads, all of them. */
export function ownVoxels(content: VolumeContent): Volume {
  const { volume } = content
  // A few bytes where a header was are not worth a copy of a large volume.
  if (volume.voxels.byteLength * 1.0625 + 2 ** 16 >= volume.voxels.buffer.byteLength) return volume
  return { ...volume, voxels: volume.voxels.slice() }
}
