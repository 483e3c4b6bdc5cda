import { join } from 'node:path'
import { asFault, Fault } from '@engine/fault'
import { throwIfCancelled } from '@engine/job'
import type { ExportDone, ExportRefusal } from '@shared/exports'
import type { ExportTarget } from './exports/export-format'
import type { MaskFormat, MaskItem } from './exports/mask-format'
import { maskFormats } from './exports/mask-formats'
import { prepareFolder, writeWhole } from './output-folder'
import { referenceMasks } from './reference-masks'
import { safeName } from './safe-name'
import type { Workbench } from './workbench'

/** Why a case without outlines is left out. */
export const noOutline = 'There is no outline on this case.'

/**
 * Saves the outlines of cases into `<folder>/<case>/`; names are relative to the folder. A case without outlines, or a
 * format that cannot hold them, is left out and said. Throws Fault `bad-parameter`, `not-found`, `not-writable`.
 */
export async function saveMasks(
  workbench: Workbench,
  { caseIds, as }: { caseIds: readonly string[]; as: readonly string[] },
  { folder, identity, job }: ExportTarget
): Promise<ExportDone> {
  const formats = as.map(requireMaskFormat)
  prepareFolder(folder)
  const files: string[] = []
  const refused: ExportRefusal[] = []
  for (const [done, caseId] of caseIds.entries()) {
    throwIfCancelled(job)
    job.progress('Writing outlines', done, caseIds.length)
    const entry = workbench.cases.require(caseId)
    const caseName = safeName(caseId.replace(/^.*:/, ''))
    const wanted = formats.filter((format) => {
      const reason = entry.masks.length + entry.boxes.length === 0 ? noOutline : format.refuses(entry)
      if (reason !== null) refused.push({ item: `${entry.title}, ${format.title}`, reason })
      return reason === null
    })
    if (wanted.length === 0) continue
    const image = await workbench.cases.volume(caseId)
    const masks = await referenceMasks(entry, image)
    const item = { entry, caseName, image, masks, identity, version: workbench.options.version }
    for (const format of wanted) {
      const content = await contentOf(format, item, refused)
      for (const [name, bytes] of content) {
        writeWhole(join(folder, caseName, name), bytes)
        files.push(join(caseName, name))
      }
    }
  }
  job.progress('Writing outlines', caseIds.length, caseIds.length)
  return { files, refused, remarks: [] }
}

/** What a format makes of the outlines; nothing, and a refusal, when only trying tells that it cannot. */
async function contentOf(
  format: MaskFormat,
  item: MaskItem,
  refused: ExportRefusal[]
): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return await format.content(item)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'internal') throw fault
    refused.push({ item: `${item.entry.title}, ${format.title}`, reason: fault.message })
    return new Map()
  }
}

function requireMaskFormat(id: string): (typeof maskFormats)[number] {
  const format = maskFormats.find((candidate) => candidate.id === id)
  if (format !== undefined) return format
  throw new Fault('bad-parameter', `Outlines are not written as "${id}".`, {
    subject: id,
    hint: `There are ${maskFormats.map((known) => known.id).join(', ')}.`
  })
}
