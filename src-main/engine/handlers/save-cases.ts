import { join } from 'node:path'
import { Fault } from '@engine/fault'
import type { ProfileOptions } from '@engine/formats/dicom/deidentify/profile-action'
import type { ExportDone, ExportRefusal } from '@shared/exports'
import type { CaseEntry } from './case-shelf'
import { deidentifyFiles, type DeidentifyOutcome } from './deidentify'
import type { ExportTarget } from './exports/export-format'
import { caseFormats } from './exports/case-formats'
import type { Workbench } from './workbench'

export interface DeidentifyCases extends ProfileOptions {
  readonly caseIds: readonly string[]
  readonly acceptBurnedIn: boolean
}

/**
 * Writes the DICOM files of cases without identity below the folder. The secret of the pseudonyms and the table that leads
 * back to the patients stay in the workspace. Throws Fault `unsupported-file`, `not-found`, `not-writable`, `cancelled`.
 */
export async function deidentifyCases(
  { cases, options }: Workbench,
  { caseIds, ...order }: DeidentifyCases,
  { folder, job }: Pick<ExportTarget, 'folder' | 'job'>
): Promise<ExportDone> {
  const { workspaceFolder, version } = options
  if (workspaceFolder === null) {
    throw new Fault('unsupported-file', 'Without a workspace there is no place for the key to the pseudonyms.', {
      hint: 'Use: saliscope deidentify.'
    })
  }
  const [format] = caseFormats
  const refused: ExportRefusal[] = []
  const chosen: CaseEntry[] = []
  for (const entry of caseIds.map((caseId) => cases.require(caseId))) {
    const reason = format.refuses(entry)
    if (reason === null) chosen.push(entry)
    else refused.push({ item: entry.title, reason })
  }
  const files = [...new Set(chosen.flatMap(({ paths }) => paths))]
  if (files.length === 0) return { files: [], refused, remarks: [] }
  const outcomes = await deidentifyFiles(
    {
      ...order,
      files,
      out: folder,
      saltFile: join(workspaceFolder, 'pseudonyms.salt'),
      table: join(workspaceFolder, 'exports', `${stamp(new Date())}.csv`),
      version
    },
    job
  )
  return { files: writtenOf(outcomes), refused: [...refused, ...refusalsOf(outcomes)], remarks: remarksOf(outcomes) }
}

/** A file name that sorts by time: `2026-03-14T10-42-07`. */
const stamp = (now: Date): string => now.toISOString().slice(0, 19).replaceAll(':', '-')

const writtenOf = (outcomes: readonly DeidentifyOutcome[]): string[] =>
  outcomes.flatMap((outcome) => ('file' in outcome ? [outcome.file] : []))

const refusalsOf = (outcomes: readonly DeidentifyOutcome[]): ExportRefusal[] =>
  outcomes.flatMap((outcome) =>
    'fault' in outcome ? [{ item: outcome.fault.subject ?? '', reason: outcome.fault.message }] : []
  )

/** Each remark once, with the number of files it holds for. */
function remarksOf(outcomes: readonly DeidentifyOutcome[]): string[] {
  const counts = new Map<string, number>()
  for (const outcome of outcomes) {
    if ('fault' in outcome) continue
    for (const remark of outcome.done.remarks) counts.set(remark, (counts.get(remark) ?? 0) + 1)
  }
  return [...counts].map(([remark, n]) => (n === 1 ? remark : `${remark} (${n} files)`))
}
