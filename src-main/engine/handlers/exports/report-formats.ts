import type { ExportFormatWords } from './export-format'

/** A format of a whole report. */
export interface ReportFormat extends ExportFormatWords {
  /** Which of a report's files it is, by name; absent where they are not among those. */
  readonly holds?: (file: string) => boolean
}

const named =
  (name: string) =>
  (file: string): boolean =>
    file === name
const figures =
  (ending: string) =>
  (file: string): boolean =>
    file.startsWith('figures') && file.endsWith(ending)

/** Every format a report can be written as, in the order of the export sheet. */
export const reportFormats: readonly ReportFormat[] = [
  {
    id: 'documents',
    title: 'Everything but DICOM, with recipe.json',
    hint: 'report.html to read; report.json, results.csv and read_results.py for programs; citations.bib and methods.txt for the paper; every figure as SVG, PNG and CSV. They name cases as the window does.',
    group: 'report',
    holds: () => true
  },
  {
    id: 'pdf',
    title: 'PDF',
    hint: 'report.pdf: A4, to print and to send; recipe and page number on every page.',
    group: 'report',
    holds: named('report.pdf')
  },
  {
    id: 'html',
    title: 'HTML',
    hint: 'report.html: one file for any browser, nothing beside it.',
    group: 'report',
    holds: named('report.html')
  },
  {
    id: 'methods',
    title: 'Methods paragraph',
    hint: 'methods.txt: the methods section of a paper in plain words, every parameter.',
    group: 'report',
    holds: named('methods.txt')
  },
  {
    id: 'bibtex',
    title: 'BibTeX',
    hint: 'citations.bib: every method and rule that was used.',
    group: 'report',
    holds: named('citations.bib')
  },
  {
    id: 'figures-png',
    title: 'Figures as PNG',
    hint: 'figures/*.png, 300 dots an inch, with title and caption.',
    group: 'report',
    holds: figures('.png')
  },
  {
    id: 'figures-svg',
    title: 'Figures as SVG',
    hint: 'figures/*.svg: drawn, to be edited; one case under every map is a picture and only PNG.',
    group: 'report',
    holds: figures('.svg')
  },
  {
    id: 'csv',
    title: 'CSV',
    hint: 'results.csv: a line a number, case by case; figures/*.csv: the numbers each figure shows.',
    group: 'research',
    holds: (file) => file === 'results.csv' || figures('.csv')(file)
  },
  {
    id: 'json',
    title: 'JSON',
    hint: 'report.json: all of the report for programs; “saliscope schema report” prints its form.',
    group: 'research',
    holds: named('report.json')
  },
  {
    id: 'python',
    title: 'Python snippet',
    hint: 'read_results.py: reads results.csv and the figures; needs nothing but Python.',
    group: 'research',
    holds: named('read_results.py')
  },
  {
    id: 'dicom-sr',
    title: 'DICOM Structured Report (TID 1500)',
    hint: 'One report a case: size and values of outlined regions, trust figures, and what they were computed with.',
    group: 'dicom'
  }
]
