import { Fault } from '@engine/fault'
import type { PdfPrinter } from '@engine/report/pdf-printer'
import type { ExportDone } from '@shared/exports'
import type { Report } from '@shared/report'
import type { ExportTarget } from './exports/export-format'
import { reportFormats } from './exports/report-formats'
import type { MapPrints } from './map-prints'
import { prepareFolder } from './output-folder'
import { printReport, reportFiles, writeReportFiles } from './report-files'
import type { ReportCases } from './report-shelf'
import { writeReportRecipe } from './report-recipe'
import { saveMeasurements } from './save-measurements'

/**
 * Writes a report into a folder in the formats asked for; names are relative to the folder. Cases no DICOM report can be
 * made of are left out and said. Throws Fault `bad-parameter`, `not-writable`, `cancelled`.
 */
export async function saveReport(
  { report, about, prints }: { report: Report; about: ReportCases; prints: MapPrints },
  { as }: { as: readonly string[] },
  { folder, identity, job, print }: ExportTarget & { readonly print?: PdfPrinter | undefined }
): Promise<ExportDone> {
  const unknown = as.find((id) => !reportFormats.some((format) => format.id === id))
  if (unknown !== undefined) {
    throw new Fault('bad-parameter', `A report is not written as "${unknown}".`, {
      subject: unknown,
      hint: `There are ${reportFormats.map(({ id }) => id).join(', ')}.`
    })
  }
  prepareFolder(folder)
  const wanted = (file: string): boolean =>
    reportFormats.some(({ id, holds }) => as.includes(id) && holds?.(file) === true)
  const documents = writeReportFiles(folder, reportFiles(report, wanted))
  const { files: printed, remarks } = wanted('report.pdf')
    ? await printReport(folder, report, print)
    : { files: [], remarks: [] }
  documents.push(...printed)
  if (documents.length > 0) documents.push(await writeReportRecipe(folder, report, documents, prints.list()))
  if (!as.includes('dicom-sr')) return { files: documents, refused: [], remarks }
  const { files, refused } = await saveMeasurements({ report, ...about }, { folder, identity, job })
  return { files: [...documents, ...files], refused, remarks }
}
