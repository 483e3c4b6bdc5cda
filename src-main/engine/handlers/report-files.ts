import { join } from 'node:path'
import { writeReport } from '@engine/report/write-report'
import type { Report } from '@shared/report'
import { writeWhole } from './output-folder'

/** The documents of a report by file name: HTML, JSON, CSV, and the figures as SVG. */
export function reportFiles(report: Report): Map<string, string> {
  const written = writeReport(report)
  return new Map([
    ['report.html', written.html],
    ['report.json', written.json],
    ['results.csv', written.csv],
    ...written.figures.map(({ name, svg }): [string, string] => [join('figures', name), svg])
  ])
}

/** Writes the documents into a folder, each whole or not at all; returns their names. */
export function writeReportFiles(folder: string, files: ReadonlyMap<string, string>): string[] {
  for (const [name, content] of files) writeWhole(join(folder, name), content)
  return [...files.keys()]
}
