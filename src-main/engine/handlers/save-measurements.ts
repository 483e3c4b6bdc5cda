import { asFault } from '@engine/fault'
import { type Job, throwIfCancelled } from '@engine/job'
import type { ExportIdentity, ExportRefusal } from '@shared/exports'
import type { Report } from '@shared/report'
import { join } from 'node:path'
import type { CaseEntry } from './case-shelf'
import { experimentCases } from './experiment-cases'
import type { LoadedExperiment } from './experiment-file'
import { type CaseEvidence, caseMeasurements } from './exports/report-measurements'
import { writeWhole } from './output-folder'
import { safeName } from './safe-name'

/** A report with the cases it is about. */
export interface MeasuredReport {
  readonly report: Report
  readonly loaded: LoadedExperiment
  /** Cases that are open already; default those of the experiment's files. */
  readonly entries?: readonly CaseEntry[]
}

/**
 * Writes a DICOM SR for every case of a report below `<folder>/sr/`; cases that cannot have one are listed with the reason.
 * Throws Fault `not-writable` or `cancelled`.
 */
export async function saveMeasurements(
  { report, loaded, entries = experimentCases(loaded, { source: 'own', prefix: '' }) }: MeasuredReport,
  { folder, identity, job }: { folder: string; identity: ExportIdentity; job: Job }
): Promise<{ files: string[]; refused: ExportRefusal[] }> {
  const files: string[] = []
  const refused: ExportRefusal[] = []
  const created = new Date()
  for (const [done, { id: caseId }] of report.cases.entries()) {
    throwIfCancelled(job)
    const entry = entries.find((candidate) => candidate.caseId === caseId)
    if (entry === undefined) continue
    try {
      const evidence = evidencePaths(loaded, caseId)
      const bytes = await caseMeasurements({ report, caseId, entry, evidence, identity, created })
      const file = join('sr', `${safeName(caseId)}.sr.dcm`)
      writeWhole(join(folder, file), bytes)
      files.push(file)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'internal' || fault.code === 'not-writable') throw fault
      refused.push({ item: caseId, reason: fault.message })
    }
    job.progress('Writing DICOM reports', done + 1, report.cases.length)
  }
  return { files, refused }
}

/** Masks and maps of a case that are files of their own. */
function evidencePaths({ experiment, path }: LoadedExperiment, caseId: string): CaseEvidence {
  const item = experiment.cases.find(({ id }) => id === caseId)
  const made = experiment.methods.flatMap((method) => (typeof method === 'object' && 'maps' in method ? [method] : []))
  return {
    // Outlines that were drawn or attached in the window are no files of their own.
    masks: new Map(
      (item?.masks ?? []).filter((mask) => mask.path !== '').map((mask) => [mask.reader, path(mask.path)])
    ),
    maps: new Map(made.map(({ id, maps }) => [id, path(maps.replaceAll('{case}', caseId))]))
  }
}
