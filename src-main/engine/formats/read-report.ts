import { basename } from 'node:path'
import type { FaultReport } from '@shared/fault'
import { asFault } from '@engine/fault'
import { decodeFile } from '@engine/formats/decode-task'
import { asFloat32, sha256Float32, summarise } from '@engine/formats/float32'
import type { FileKind, ImageContent, ReadOptions } from '@engine/formats/format'
import { fileAddress } from '@engine/formats/file-address'
import { noSuchVolume } from '@engine/formats/load'
import { recognise } from '@engine/formats/recognise'
import { readStart } from '@engine/formats/source-file'

/** One line of `saliscope read --json`. Fields an image does not have, or a refused file lacks, are null. */
export interface ReadReport {
  readonly path: string
  readonly kind: ReportedKind
  readonly shape: readonly number[] | null
  /** Nested 4 × 4: NIfTI in RAS as nibabel gives it, DICOM and NRRD in LPS; null without geometry. */
  readonly affine: readonly (readonly number[])[] | null
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  /** Over the rescaled float32 little-endian values. */
  readonly sha256F32le: string | null
  readonly warnings: readonly string[]
  readonly fault?: FaultReport
}

/** A report with what its output files are written from. */
export interface ReadResult {
  readonly report: ReadReport
  /** null when the file was refused. */
  readonly content: ImageContent | null
  /** Rescaled values in the order of the hash; null when the file was refused. */
  readonly values: Float32Array | null
}

/** Reads one file and says what it is; a refusal is part of the report, never an exception. */
export async function readReport(path: string, options: ReadOptions = {}): Promise<ReadResult> {
  try {
    const content = await addressed(path, options)
    const values = asFloat32(content.values)
    const { min, max, mean } = summarise(values)
    const warnings = [...new Set([...content.warnings, ...content.volumes.flatMap((volume) => volume.warnings)])]
    const report: ReadReport = {
      path,
      kind: reportedKind(content.kind),
      shape: content.shape,
      affine: content.affine,
      min,
      max,
      mean,
      sha256F32le: sha256Float32(values),
      warnings
    }
    return { report, content, values }
  } catch (thrown) {
    return { report: await refusal(path, thrown), content: null, values: null }
  }
}

/** The content of a file or of an address (`scan.nii.gz[3]`, `arrays.npz#map`). */
async function addressed(given: string, options: ReadOptions): Promise<ImageContent> {
  const { path, volume, part } = await fileAddress(given)
  const chosenOnes = { ...(part === null ? {} : { array: part }), ...(volume === null ? {} : { volume }) }
  const content = await decodeFile(path, { ...options, ...chosenOnes })
  if (volume === null) return content
  const { index, count } = content.onlyVolume ?? { index: 0, count: content.volumes.length }
  const chosen = content.volumes[volume - index]
  if (chosen === undefined) throw noSuchVolume(basename(path), volume, count)
  const [columns, rows, slices] = chosen.volume.size
  const colour = chosen.volume.samples === 1 ? [] : [chosen.volume.samples]
  const shape =
    content.firstAxisFastest === true ? [...colour, columns, rows, slices] : [slices, rows, columns, ...colour]
  return { ...content, shape, values: chosen.volume.voxels, volumes: [chosen] }
}

async function refusal(path: string, thrown: unknown): Promise<ReadReport> {
  return {
    path,
    kind: await kindOf(path),
    shape: null,
    affine: null,
    min: null,
    max: null,
    mean: null,
    sha256F32le: null,
    warnings: [],
    fault: asFault(thrown).report()
  }
}

/** The five words scripts hold on to; NRRD, which came later, is one of the others though its image is read. */
type ReportedKind = Exclude<FileKind, 'nrrd'>

function reportedKind(kind: FileKind): ReportedKind {
  return kind === 'nrrd' ? 'other' : kind
}

async function kindOf(path: string): Promise<ReportedKind> {
  try {
    const { path: file } = await fileAddress(path)
    return reportedKind((await recognise(await readStart(file), basename(file))).kind)
  } catch {
    return 'other'
  }
}
