import type { Handlers } from '@engine/engine'
import type { ExportFormatSummary, ExportRefusal } from '@shared/exports'
import type { ExportFormatWords } from './exports/export-format'
import { caseFormats } from './exports/case-formats'
import { mapFormats } from './exports/map-formats'
import { segmentationFormats } from './exports/segmentation-formats'
import { treeFormats } from './exports/tree-formats'
import { reportFormats } from './exports/report-formats'
import { deidentifyCases } from './save-cases'
import { maskRefusal, saveMasks } from './save-masks'
import type { Workbench } from './workbench'

type ExportHandlers = Pick<Handlers, 'export.formats' | 'mask.save' | 'case.deidentify'>

/** What can be written out of the open cases, and why some of it cannot. */
export function exportHandlers(workbench: Workbench): ExportHandlers {
  return {
    async 'export.formats'({ subject, ids }) {
      switch (subject) {
        case 'maps':
          return mapSummaries(workbench, ids)
        case 'masks':
          return maskSummaries(workbench, ids)
        case 'measurements':
          return reportSummaries(workbench, ids)
        case 'cases':
          return caseSummaries(workbench, ids)
      }
    },

    async 'mask.save'({ grant, identity, ...order }, job) {
      const folder = workbench.options.resolveGrant(grant)
      return saveMasks(workbench, order, { folder, identity, job })
    },

    async 'case.deidentify'({ grant, ...order }, job) {
      return deidentifyCases(workbench, order, { folder: workbench.options.resolveGrant(grant), job })
    }
  }
}

function mapSummaries({ maps, cases }: Workbench, mapIds: readonly string[]): ExportFormatSummary[] {
  return [...mapFormats, ...treeFormats].map((format) =>
    summarise(
      format,
      mapIds.map((mapId) => {
        const { summary, finished } = maps.require(mapId)
        const entry = cases.require(summary.caseId)
        const reason = format.refuses({ sourcePaths: entry.paths, size: finished.size })
        return { item: `${summary.title} of ${entry.title}`, reason }
      })
    )
  )
}

function maskSummaries({ cases }: Workbench, caseIds: readonly string[]): ExportFormatSummary[] {
  const entries = caseIds.map((caseId) => cases.require(caseId))
  return segmentationFormats.map((format) =>
    summarise(
      format,
      entries.map((entry) => ({ item: entry.title, reason: maskRefusal(format, entry) }))
    )
  )
}

/** Only reading the images tells which cases are DICOM: those that are not are said after writing. */
function reportSummaries({ reports }: Workbench, reportIds: readonly string[]): ExportFormatSummary[] {
  const known = reportIds.map((reportId) => ({ item: reports.require(reportId).report.title, reason: null }))
  return reportFormats.map((format) => summarise(format, known))
}

function caseSummaries({ cases }: Workbench, caseIds: readonly string[]): ExportFormatSummary[] {
  return caseFormats.map((format) =>
    summarise(
      format,
      caseIds.map((caseId) => {
        const entry = cases.require(caseId)
        return { item: entry.title, reason: format.refuses(entry) }
      })
    )
  )
}

function summarise(
  { id, title, hint, group }: ExportFormatWords,
  answers: readonly { item: string; reason: string | null }[]
): ExportFormatSummary {
  const refused = answers.filter((answer): answer is ExportRefusal => answer.reason !== null)
  return { id, title, hint, group, writes: answers.length - refused.length, refused }
}
