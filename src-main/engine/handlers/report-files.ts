import { join } from 'node:path'
import { writeReport } from '@engine/report/write-report'
import type { Report } from '@shared/report'
import { writeWhole } from './output-folder'
import { figurePng } from './picture/figure-picture'

/** The documents of a report by file name: HTML, JSON, CSV, BibTeX, methods, a reader, and the figures with their numbers. */
export function reportFiles(report: Report): Map<string, string | Uint8Array> {
  const written = writeReport(report)
  return new Map<string, string | Uint8Array>([
    ['report.html', written.html],
    ['report.json', written.json],
    ['results.csv', written.csv],
    ['citations.bib', written.bibtex],
    ['methods.txt', written.methods],
    ['read_results.py', written.python],
    ...written.figures.flatMap(({ id, scene, svg, csv }): [string, string | Uint8Array][] => [
      [join('figures', `${id}.svg`), svg],
      [join('figures', `${id}.png`), figurePng(scene)],
      [join('figures', `${id}.csv`), csv]
    ])
  ])
}

/** Writes the documents into a folder, each whole or not at all; returns their names. */
export function writeReportFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): string[] {
  for (const [name, content] of files) writeWhole(join(folder, name), content)
  return [...files.keys()]
}
