import { basename, join } from 'node:path'
import { asFault, Fault } from '@engine/fault'
import type { Code } from '@engine/formats/dicom/writing/dataset'
import { readSources } from '@engine/formats/dicom/writing/slice-sources'
import { readSegments, type SegmentsRead } from '@engine/formats/segmentation/read-segments'
import {
  segmentLabelmap,
  segmentVoxels,
  type Segment,
  type Segmentation
} from '@engine/formats/segmentation/segmentation'
import { determinant, spacingOf } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'
import { throwIfCancelled, type Job } from '@engine/job'
import type { ExportIdentity } from '@shared/exports'
import type { FaultReport } from '@shared/fault'
import { isDicomFile } from './exports/dicom-origin'
import type { SegmentationFormat, SegmentationToWrite } from './exports/segmentation-format'
import type { MaskImage } from './mask-image'
import { writeWhole } from './output-folder'
import { hashArray } from './recipe'
import { safeName } from './safe-name'

export interface MaskOrder {
  readonly image: MaskImage
  /** Mask files, `FILE#SEGMENT` for one segment. */
  readonly masks: readonly string[]
  /** Folder and formats to write in; null only reads. */
  readonly output: MaskOutput | null
}

export interface MaskOutput {
  readonly folder: string
  readonly formats: readonly SegmentationFormat[]
  readonly identity: ExportIdentity
  readonly creator: string
  readonly fractional: SegmentationToWrite['fractional']
  readonly version: string
  /** All masks as segments of one file instead of a file each. */
  readonly combine: boolean
}

/** One segment, measured on the grid of the image. */
export interface SegmentFigures {
  readonly number: number
  readonly name: string
  readonly code: Code | null
  readonly category: Code | null
  readonly algorithm: string
  /** Voxels inside, shares of a half and more. */
  readonly voxels: number
  /** Slices it touches. */
  readonly frames: number
  /** null for images without a place in the patient: their depth is not known. */
  readonly mm3: number | null
  readonly ml: number | null
  /** Area on a picture of known pixel size; null for volumes. */
  readonly mm2: number | null
  /** Of the mask on the image's grid: a byte a voxel, 1 inside, `[slice, row, column]`. */
  readonly sha256: string
}

export interface MaskDone {
  readonly file: string
  readonly from: SegmentsRead['from'] | null
  readonly segments: readonly SegmentFigures[]
  readonly files: readonly string[]
  readonly warnings: readonly string[]
  readonly fault: FaultReport | null
}

/**
 * Reads mask files for an image, measures their segments, and writes them in other formats. A file that cannot be read or laid on the image is
 * listed with its fault, the others go through. Throws Fault `cancelled`, `not-writable`, and what a format refuses when masks are combined.
 */
export async function convertMasks(order: MaskOrder, job: Job): Promise<MaskDone[]> {
  const sources = await readSources(order.image.image, order.image.paths.filter(isDicomFile))
  const done: MaskDone[] = []
  const kept: Segmentation[] = []
  const names = new Set<string>()
  for (const [index, mask] of order.masks.entries()) {
    throwIfCancelled(job)
    try {
      const read = await readSegments(mask, order.image.image, {
        imageName: basename(order.image.paths[0] ?? order.image.name)
      })
      kept.push(read.segmentation)
      const name = freeName(stemOf(mask), names)
      const item = { read, name, sources }
      const files = order.output === null || order.output.combine ? [] : await written(item, order, order.output)
      done.push(doneWith(mask, read, { files, image: order.image.image }))
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'cancelled' || fault.code === 'not-writable') throw fault
      done.push({ file: mask, from: null, segments: [], files: [], warnings: [], fault: fault.report() })
    }
    job.progress('masks', index + 1, order.masks.length)
  }
  const { output } = order
  if (output === null || !output.combine || kept.length === 0) return done
  const read = { segmentation: combined(kept, order.image.image), derivedFrom: null }
  const files = await written({ read, name: freeName('masks', names), sources }, order, output)
  return done.map((entry, index) => (index === 0 ? { ...entry, files } : entry))
}

interface Written {
  readonly read: Pick<SegmentsRead, 'segmentation' | 'derivedFrom'>
  readonly name: string
  readonly sources: SegmentationToWrite['sources']
}

async function written({ read, name, sources }: Written, order: MaskOrder, output: MaskOutput): Promise<string[]> {
  const { image } = order
  // Several formats name their labels in one file.
  const files = new Set<string>()
  for (const format of output.formats) {
    const reason = format.refuses(image.image.size)
    if (reason !== null) throw new Fault('unsupported-file', reason, { subject: format.title })
    const content = await format.content({
      name,
      segmentation: read.segmentation,
      image: image.image,
      imageName: image.name,
      sources,
      identity: output.identity,
      creator: output.creator || (read.derivedFrom?.creator ?? ''),
      fractional: output.fractional,
      version: output.version
    })
    for (const [file, bytes] of content) {
      writeWhole(join(output.folder, file), bytes)
      files.add(file)
    }
  }
  return [...files]
}

function doneWith(file: string, read: SegmentsRead, rest: { files: readonly string[]; image: Volume }): MaskDone {
  const { segments } = read.segmentation
  return {
    file,
    from: read.from,
    segments: segments.map((segment) => figuresOf(segment, rest.image)),
    files: rest.files,
    warnings: read.warnings,
    fault: null
  }
}

function figuresOf(segment: Segment, image: Volume): SegmentFigures {
  const voxels = segmentVoxels(segment)
  const [across, down] = spacingOf(image.affine)
  const mm3 = image.oriented && image.spacingMm !== null ? voxels * Math.abs(determinant(image.affine)) : null
  const flat = image.size[2] === 1 && image.spacingMm !== null
  return {
    number: segment.number,
    name: segment.label,
    code: segment.type,
    category: segment.category,
    algorithm: segment.algorithm,
    voxels,
    frames: segment.planes.size,
    mm3,
    ml: mm3 === null ? null : mm3 / 1000,
    mm2: flat ? voxels * across * down : null,
    sha256: hashArray(segmentLabelmap(image, [segment]).voxels)
  }
}

/** Segments of several files behind each other, numbered anew. */
function combined(parts: readonly Segmentation[], image: Volume): Segmentation {
  const segments = parts.flatMap((part) => part.segments).map((segment, index) => ({ ...segment, number: index + 1 }))
  return { size: image.size, affine: image.affine, segments }
}

function stemOf(mask: string): string {
  const [file, part] = basename(mask).split('#')
  const stem = file.replace(/(\.seg|\.rtstruct|\.coco)?(\.nii|\.hdr|\.img|\.[a-z]+)?(\.gz)?$/i, '')
  return safeName(part === undefined ? stem || file : `${stem || file}-${part}`)
}

/** Masks of one name in different folders get a number. */
function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`
  taken.add(free)
  return free
}
