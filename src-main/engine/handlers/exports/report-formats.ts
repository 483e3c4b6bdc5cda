import type { ExportFormatWords } from './export-format'

/** A format of a whole report. */
export interface ReportFormat extends ExportFormatWords {
  readonly id: 'documents' | 'dicom-sr'
}

/** Every format a report can be written as, in the order of the export sheet. */
export const reportFormats: readonly ReportFormat[] = [
  {
    id: 'dicom-sr',
    title: 'DICOM Structured Report (TID 1500)',
    hint: 'One report a case: size and values of outlined regions, trust figures, and what they were computed with.',
    group: 'dicom'
  },
  {
    id: 'documents',
    title: 'Report, JSON, CSV, BibTeX and figures',
    hint: 'report.html to read; report.json, results.csv and read_results.py for programs; citations.bib and methods.txt for the paper; every figure as SVG, PNG and CSV. They name cases as the window does.',
    group: 'research'
  }
]
