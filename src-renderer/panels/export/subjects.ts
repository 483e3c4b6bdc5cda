import type { ExportSubject } from '@shared/exports'

/** The tabs of the export sheet, in their order. */
export const exportSubjects: readonly ExportSubject[] = ['maps', 'masks', 'measurements', 'cases']
