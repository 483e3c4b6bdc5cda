import type { Job } from '@engine/job'
import type { ExportFormatSummary, ExportIdentity } from '@shared/exports'

/** Where and how files are written out. */
export interface ExportTarget {
  readonly folder: string
  /** Who DICOM files say they are of. */
  readonly identity: ExportIdentity
  readonly job: Job
}

/** What every format says of itself: one line of the export sheet. */
export interface ExportFormatWords {
  readonly id: string
  readonly title: string
  readonly hint: string
  readonly group: ExportFormatSummary['group']
}
