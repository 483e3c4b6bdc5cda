import { existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import * as v from 'valibot'
import type { Report } from '@shared/report'
import type { MapPrint } from './map-prints'
import { writeWhole } from './output-folder'
import { hashFile } from './recipe'

const name = 'recipe.json'

const Written = v.looseObject({
  report: v.string(),
  files: v.array(v.object({ file: v.string(), sha256: v.string() })),
  prints: v.optional(v.array(v.unknown()), [])
})

/**
 * `recipe.json` beside a report: its recipe's number, the SHA-256 of every file written and of the volumes that belong to it, and the prints of the maps it rests on, for `verify`.
 * What it says of other files of the same report stays: formats may be saved one after the other. Returns its name.
 */
export async function writeReportRecipe(
  folder: string,
  report: Report,
  files: readonly string[],
  prints: readonly MapPrint[] = []
): Promise<string> {
  const listed: { file: string; sha256: string }[] = []
  for (const file of [...files, ...keptVolumes(folder, report)]) {
    listed.push({ file: file.split(sep).join('/'), sha256: await hashFile(join(folder, file)) })
  }
  const before = writtenBefore(join(folder, name), report.recipe.id)
  const others = (before?.files ?? []).filter(({ file }) => listed.every((one) => one.file !== file))
  const said = {
    version: 1,
    report: report.recipe.id,
    files: [...others, ...listed],
    prints: prints.length > 0 ? prints : (before?.prints ?? [])
  }
  writeWhole(join(folder, name), JSON.stringify(said, null, 1))
  return name
}

/** Mean maps and t maps that the criteria wrote beside the report while they ran. */
const keptVolumes = (folder: string, { groups = [] }: Report): string[] =>
  groups.flatMap(({ files }) => files).filter((file) => existsSync(join(folder, file)))

/** The recipe that lies there, when it is one of the same report. */
function writtenBefore(path: string, id: string): v.InferOutput<typeof Written> | null {
  if (!existsSync(path)) return null
  try {
    const found = v.safeParse(Written, JSON.parse(readFileSync(path, 'utf8')))
    return found.success && found.output.report === id ? found.output : null
  } catch {
    // What is no JSON says nothing of any file: it is written anew.
    return null
  }
}
