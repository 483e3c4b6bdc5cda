import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeReport } from '@engine/report/write-report'
import { Report } from '@shared/report'
import { parsed } from './parsed'

export const reportName = 'report.json'

interface DocumentsHeld {
  readonly problems: string[]
  readonly remarks: string[]
}

/**
 * Whether the documents beside a report show what report.json holds: each is written again and compared. People read report.html, so a word that was
 * changed in it is found though its hash was redone. Another version words and draws some things otherwise: that is said, and nothing claimed.
 */
export function documentsHeld(folder: string, version: string): DocumentsHeld {
  const report = parsed(Report, join(folder, reportName))
  if (report === null) return { problems: [], remarks: [] }
  const { html, bibtex, methods, python, figures } = writeReport(report)
  const texts: readonly (readonly [string, string])[] = [
    ['report.html', html],
    ['citations.bib', bibtex],
    ['methods.txt', methods],
    ['read_results.py', python],
    ...figures.flatMap(({ id, svg, csv }) => [[`figures/${id}.svg`, svg] as const, [`figures/${id}.csv`, csv] as const])
  ]
  const other = texts.flatMap(([name, text]) => {
    const path = join(folder, name)
    return existsSync(path) && readFileSync(path, 'utf8') !== text ? [name] : []
  })
  const drawn = ['report.pdf', 'figures'].filter((name) => existsSync(join(folder, name)))
  const pictures =
    drawn.length === 0
      ? []
      : [`Pictures (${drawn.includes('report.pdf') ? 'report.pdf, ' : ''}PNG) were held against their SHA-256 alone.`]
  if (report.recipe.saliscope === version)
    return { problems: other.map((name) => `${name} does not show what ${reportName} holds.`), remarks: pictures }
  const words = `The report was written by Saliscope ${report.recipe.saliscope}, this is ${version}: whether ${other.join(', ')} show what ${reportName} holds was not checked.`
  return { problems: [], remarks: other.length === 0 ? pictures : [words, ...pictures] }
}
