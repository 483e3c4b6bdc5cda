import { basename, join } from 'node:path'
import { asFault, Fault } from '@engine/fault'
import { readSources } from '@engine/formats/dicom/writing/slice-sources'
import { plainWords, planesOf, type Segment, type Segmentation } from '@engine/formats/segmentation/segmentation'
import type { Volume } from '@engine/geometry/volume'
import { throwIfCancelled } from '@engine/job'
import type { ExportDone, ExportRefusal } from '@shared/exports'
import { caseFileName } from './case-file-name'
import type { CaseEntry } from './case-shelf'
import { isDicomFile } from './exports/dicom-origin'
import type { ExportTarget } from './exports/export-format'
import type { SegmentationFormat, SegmentationToWrite } from './exports/segmentation-format'
import { segmentationFormats } from './exports/segmentation-formats'
import { prepareFolder, writeWhole } from './output-folder'
import { type ReaderMask, referenceMasks } from './reference-masks'
import type { Workbench } from './workbench'

/** Modalities whose pictures do not say where they lie in the patient. */
const projections = /^(CR|DX|MG|RG|IO|PX)$/

/** Why the outlines of a case cannot be written in a format, as a sentence; null when they can. Cheap: nothing is decoded. */
export function maskRefusal(format: SegmentationFormat, entry: CaseEntry): string | null {
  if (entry.masks.length + entry.boxes.length === 0) return 'There is no outline on this case.'
  if (format.id === 'rtstruct' && projections.test(entry.modality)) {
    return 'Contours lie in the patient: a projection radiograph does not say where that is.'
  }
  return format.refuses(entry.size)
}

/**
 * Saves the outlines of cases into `<folder>/<case>/`, a segment for each reader; names are relative to the folder. A case
 * without outlines, or a format that cannot hold them, is left out and said.
 * Throws Fault `bad-parameter`, `not-found`, `not-writable`, `cancelled`.
 */
export async function saveMasks(
  workbench: Workbench,
  { caseIds, as }: { caseIds: readonly string[]; as: readonly string[] },
  target: ExportTarget
): Promise<ExportDone> {
  const formats = as.map(requireFormat)
  const { folder, job } = target
  prepareFolder(folder)
  const files: string[] = []
  const refused: ExportRefusal[] = []
  for (const [done, caseId] of caseIds.entries()) {
    throwIfCancelled(job)
    job.progress('Writing outlines', done, caseIds.length)
    const entry = workbench.cases.require(caseId)
    const wanted = formats.filter((format) => {
      const reason = maskRefusal(format, entry)
      if (reason !== null) refused.push({ item: `${entry.title}, ${format.title}`, reason })
      return reason === null
    })
    if (wanted.length === 0) continue
    const item = await toWrite(workbench, entry, target)
    for (const format of wanted) {
      const content = await contentOf(format, { item, entry }, refused)
      for (const [name, bytes] of content) {
        const file = join(caseFileName(workbench.cases, caseId), name)
        writeWhole(join(folder, file), bytes)
        files.push(file)
      }
    }
  }
  job.progress('Writing outlines', caseIds.length, caseIds.length)
  return { files, refused, remarks: [] }
}

async function toWrite(
  { cases, options }: Workbench,
  entry: CaseEntry,
  { identity }: ExportTarget
): Promise<SegmentationToWrite> {
  const image = await cases.volume(entry.caseId)
  return {
    name: 'outlines',
    segmentation: await segmentsOf(image, await referenceMasks(entry, image)),
    image,
    // Annotation tools find the image by its file; a series has a file a slice and goes by its case.
    imageName: entry.paths.length === 1 ? basename(entry.paths[0]) : caseFileName(cases, entry.caseId),
    sources: await readSources(image, entry.paths.filter(isDicomFile)),
    identity,
    creator: '',
    fractional: 'PROBABILITY',
    version: options.version
  }
}

/** The segments of each reader who marked anything; where only the whole is known, one for the reader. */
async function segmentsOf(image: Volume, masks: readonly ReaderMask[]): Promise<Segmentation> {
  const segments: Omit<Segment, 'number'>[] = []
  for (const { reader, labelmap, segments: own } of masks) {
    const drawn = (await own?.(image)) ?? [{ ...plainWords(1, reader), planes: planesOf(labelmap) }]
    // Two readers may have drawn the same finding.
    const named = drawn.map((one) =>
      own === undefined || masks.length === 1 ? one : { ...one, label: `${one.label} (${reader})` }
    )
    segments.push(...named.filter(({ planes }) => planes.size > 0))
  }
  return {
    size: image.size,
    affine: image.affine,
    segments: segments.map((one, index) => ({ ...one, number: index + 1 }))
  }
}

/** What a format makes of the outlines; nothing, and a refusal, when only trying tells that it cannot. */
async function contentOf(
  format: SegmentationFormat,
  { item, entry }: { item: SegmentationToWrite; entry: CaseEntry },
  refused: ExportRefusal[]
): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    if (item.segmentation.segments.length === 0) throw new Fault('bad-mask', 'Nothing is marked on this case.')
    return await format.content(item)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'internal') throw fault
    refused.push({ item: `${entry.title}, ${format.title}`, reason: fault.message })
    return new Map()
  }
}

function requireFormat(id: string): SegmentationFormat {
  const format = segmentationFormats.find((candidate) => candidate.id === id)
  if (format !== undefined) return format
  throw new Fault('bad-parameter', `Outlines are not written as "${id}".`, {
    subject: id,
    hint: `There are ${segmentationFormats.map((known) => known.id).join(', ')}.`
  })
}
