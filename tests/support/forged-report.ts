import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashFile } from '@engine/handlers/recipe'
import { writeReport } from '@engine/report/write-report'
import type { Report } from '@shared/report'

/** Puts another content into files of a report, with documents and hashes that fit as a careful forger would write them, and takes it out again. */
export async function forgedReport(
  out: string,
  given: Readonly<Record<string, string>>,
  check: () => Promise<void>
): Promise<void> {
  const text = (name: string): string => readFileSync(join(out, name), 'utf8')
  const before = new Map<string, string>()
  const contents = { ...documentsOf(given['report.json']), ...given }
  const recipe = JSON.parse(text('recipe.json')) as { files: { file: string; sha256: string }[] }
  const listed = new Set(recipe.files.map(({ file }) => file))
  for (const name of ['recipe.json', ...Object.keys(contents).filter((one) => listed.has(one))])
    before.set(name, text(name))
  for (const [name, content] of Object.entries(contents)) if (listed.has(name)) writeFileSync(join(out, name), content)
  for (const one of recipe.files) one.sha256 = await hashFile(join(out, one.file))
  writeFileSync(join(out, 'recipe.json'), JSON.stringify(recipe))
  try {
    await check()
  } finally {
    for (const [name, content] of before) writeFileSync(join(out, name), content)
  }
}

function documentsOf(json: string | undefined): Record<string, string> {
  if (json === undefined || json.startsWith('{"broken"')) return {}
  const { html, csv, methods, bibtex, figures } = writeReport(JSON.parse(json) as Report)
  return {
    'report.html': html,
    'results.csv': csv,
    'methods.txt': methods,
    'citations.bib': bibtex,
    ...Object.fromEntries(
      figures.flatMap(({ id, svg, csv: numbers }) => [
        [`figures/${id}.svg`, svg],
        [`figures/${id}.csv`, numbers]
      ])
    )
  }
}
