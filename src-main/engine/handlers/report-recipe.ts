import { join, sep } from 'node:path'
import type { Report } from '@shared/report'
import type { MapPrint } from './map-prints'
import { writeWhole } from './output-folder'
import { hashFile } from './recipe'

/**
 * `recipe.json` beside a report: its recipe's number, the SHA-256 of every file written, and a few values of every map it rests on, for `verify`.
 * Returns its name.
 */
export async function writeReportRecipe(
  folder: string,
  report: Report,
  files: readonly string[],
  prints: readonly MapPrint[] = []
): Promise<string> {
  const listed: { file: string; sha256: string }[] = []
  for (const file of files) {
    listed.push({ file: file.split(sep).join('/'), sha256: await hashFile(join(folder, file)) })
  }
  writeWhole(
    join(folder, 'recipe.json'),
    JSON.stringify({ version: 1, report: report.recipe.id, files: listed, prints }, null, 1)
  )
  return 'recipe.json'
}
