import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { asFault } from '@engine/fault'
import { methodGridCsv } from '@engine/report/csv'
import { footLine } from '@engine/report/foot'
import { reportHtml } from '@engine/report/html'
import type { PdfPrinter } from '@engine/report/pdf-printer'
import { writeReport } from '@engine/report/write-report'
import { methodGridId } from '@shared/method-grid'
import type { Report } from '@shared/report'
import { writeWhole } from './output-folder'
import { figurePng } from './picture/figure-picture'

/**
 * The documents of a report by file name: HTML, JSON, CSV, BibTeX, methods, a reader, and the figures with their numbers. Pictures, which take
 * longest, are drawn only where their file is wanted.
 */
export function reportFiles(
  report: Report,
  wanted: (file: string) => boolean = () => true
): Map<string, string | Uint8Array> {
  const written = writeReport(report)
  const files: [string, () => string | Uint8Array][] = [
    ['report.html', () => written.html],
    ['report.json', () => written.json],
    ['results.csv', () => written.csv],
    ['citations.bib', () => written.bibtex],
    ['methods.txt', () => written.methods],
    ['read_results.py', () => written.python],
    ...written.figures.flatMap(({ id, scene, svg, csv }): [string, () => string | Uint8Array][] => [
      [join('figures', `${id}.svg`), () => svg],
      [join('figures', `${id}.png`), () => figurePng(scene)],
      [join('figures', `${id}.csv`), () => csv]
    ]),
    ...(report.methodGrids ?? []).flatMap((grid): [string, () => string | Uint8Array][] => [
      [
        join('figures', `${methodGridId(grid)}.png`),
        () => Buffer.from(grid.png.slice(grid.png.indexOf(',') + 1), 'base64')
      ],
      [join('figures', `${methodGridId(grid)}.csv`), () => methodGridCsv(grid)]
    ])
  ]
  return new Map(files.flatMap(([file, content]) => (wanted(file) ? [[file, content()] as const] : [])))
}

/** `report.pdf`; its name, or the sentence that says why there is none. */
export async function printReport(
  folder: string,
  report: Report,
  print: PdfPrinter | undefined
): Promise<{ files: string[]; remarks: string[] }> {
  if (print === undefined) return { files: [], remarks: [] }
  // A page of its own: what else lies in the folder may be another report.
  const html = join(folder, `.report-${randomUUID()}.html`)
  const order = { html, pdf: join(folder, 'report.pdf'), foot: footLine(report) }
  try {
    writeWhole(html, reportHtml(report))
    await print(order)
    return { files: ['report.pdf'], remarks: [] }
  } catch (thrown) {
    const { message, hint } = asFault(thrown)
    return { files: [], remarks: [hint === undefined ? message : `${message} ${hint}`] }
  } finally {
    rmSync(html, { force: true })
  }
}

/** Writes the documents into a folder, each whole or not at all; returns their names. */
export function writeReportFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): string[] {
  for (const [name, content] of files) writeWhole(join(folder, name), content)
  return [...files.keys()]
}
