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
import { foldersOf, outlineTable, ownOutlines } from './save-reader-masks'
import { seenBy } from './seen-by'
import type { Workbench } from './workbench'

/** Modalities whose pictures do not say where they lie in the patient. */
const projections = /^(CR|DX|MG|RG|IO|PX)$/

const noOutline = 'There is no outline on this case.'
const isBare = ({ masks, boxes }: CaseEntry): boolean => masks.length + boxes.length === 0

/** Why the outlines of a case cannot be written in a format, as a sentence; null when they can. Cheap: nothing is decoded. */
export function maskRefusal(format: SegmentationFormat, entry: CaseEntry): string | null {
  if (isBare(entry)) return noOutline
  if (format.id === 'rtstruct' && projections.test(entry.modality)) {
    return 'Contours lie in the patient: a projection radiograph does not say where that is.'
  }
  return format.refuses(entry.size)
}

/**
 * Saves the outlines of cases into `<folder>/<case>/`, a segment for each reader; where a consensus is the reference standard it stands alone
 * there. Readers' own go into `readers/<reader>/` below it, with a table of them all. Names are relative to the folder. A case
 * without outlines, or a format that cannot hold them, is left out and said.
 * Throws Fault `bad-parameter`, `not-found`, `not-writable`, `cancelled`.
 */
export async function saveMasks(
  workbench: Workbench,
  { caseIds, ...order }: MaskOrder & { readonly caseIds: readonly string[] },
  target: ExportTarget
): Promise<ExportDone> {
  const { job } = target
  const done = new OutlineExport(order, target)
  for (const [index, caseId] of caseIds.entries()) {
    throwIfCancelled(job)
    job.progress('Writing outlines', index, caseIds.length)
    const entry = seenBy(workbench.profiles.orNobody, workbench.cases.require(caseId))
    await done.add(workbench, entry, caseFileName(workbench.cases, caseId))
  }
  job.progress('Writing outlines', caseIds.length, caseIds.length)
  return done.told
}

/** In which formats outlines are written, and whether each reader's own lie beside the reference standard. */
export interface MaskOrder {
  /** Ids of formats. */
  readonly as: readonly string[]
  readonly readers: boolean
}

/** Writes outlines case by case, and keeps what was written and what was not. Throws Fault `bad-parameter`, `not-writable`. */
export class OutlineExport {
  readonly told: { files: string[]; refused: ExportRefusal[]; remarks: string[] } = {
    files: [],
    refused: [],
    remarks: []
  }
  private readonly formats: readonly SegmentationFormat[]

  constructor(
    private readonly order: MaskOrder,
    private readonly target: ExportTarget
  ) {
    this.formats = order.as.map(requireFormat)
    prepareFolder(target.folder)
  }

  /** Writes the outlines of a case into a folder of its own. */
  async add(workbench: Workbench, entry: CaseEntry, folder: string): Promise<void> {
    // It is so for every format, and said once.
    if (isBare(entry)) return this.refuse(entry.title, noOutline)
    const formats = this.formats.filter((format) => {
      const reason = maskRefusal(format, entry)
      if (reason !== null) this.refuse(`${entry.title}, ${format.title}`, reason)
      return reason === null
    })
    if (formats.length === 0) return
    const item = await toWrite(workbench, entry, this.target)
    await this.write(item, { formats, folder, title: entry.title })
    if (!this.order.readers || entry.masks.length === 0) return
    const own = await ownOutlines(entry, item.image, this.target.identity)
    const folders = foldersOf(own)
    for (const [index, { reader, role, segmentation }] of own.entries()) {
      if (role === 'reference' || segmentation.segments.length === 0) continue
      const place = { formats, folder: join(folder, 'readers', folders[index]), title: `${entry.title}, ${reader}` }
      await this.write({ ...item, segmentation, creator: reader }, place)
    }
    this.put(join(folder, 'outlines.csv'), Buffer.from(outlineTable(own)))
  }

  private async write(
    item: SegmentationToWrite,
    { formats, folder, title }: { formats: readonly SegmentationFormat[]; folder: string; title: string }
  ): Promise<void> {
    if (item.segmentation.segments.length === 0) return this.refuse(title, 'Nothing is marked on this case.')
    for (const format of formats) {
      const content = await this.contentOf(format, { item, title })
      for (const [name, bytes] of content) this.put(join(folder, name), bytes)
    }
  }

  /** What a format makes of the outlines; nothing, and a refusal, when only trying tells that it cannot. */
  private async contentOf(
    format: SegmentationFormat,
    { item, title }: { item: SegmentationToWrite; title: string }
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    try {
      return await format.content(item)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'internal') throw fault
      this.refuse(`${title}, ${format.title}`, fault.message)
      return new Map()
    }
  }

  private refuse(item: string, reason: string): void {
    this.told.refused.push({ item, reason })
  }

  private put(file: string, bytes: Uint8Array): void {
    writeWhole(join(this.target.folder, file), bytes)
    this.told.files.push(file)
  }
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

function requireFormat(id: string): SegmentationFormat {
  const format = segmentationFormats.find((candidate) => candidate.id === id)
  if (format !== undefined) return format
  throw new Fault('bad-parameter', `Outlines are not written as "${id}".`, {
    subject: id,
    hint: `There are ${segmentationFormats.map((known) => known.id).join(', ')}.`
  })
}
