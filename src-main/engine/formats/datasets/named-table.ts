import { join } from 'node:path'
import type { DatasetDraft } from '@engine/formats/datasets/dataset'
import { type DatasetPlace } from '@engine/formats/datasets/place'
import { hasColumns, readTable, type Table, tableColumns } from '@engine/formats/datasets/table'

/** The table with all of some columns: the one the user named, else the first in the folder itself; null when there is none. */
export async function tableWith(
  { root, named, files }: DatasetPlace,
  columns: readonly string[]
): Promise<string | null> {
  const tables = named === null ? files.filter((file) => /^[^/]+\.(csv|tsv)$/i.test(file)) : [named]
  for (const file of tables.filter((candidate) => /\.(csv|tsv|txt)$/i.test(candidate))) {
    if (hasColumns(await tableColumns(join(root, file)), columns)) return file
  }
  return null
}

/** That table, read; what is odd in it goes into the draft's warnings. `file` is its name below the root. */
export async function readTableWith(
  place: DatasetPlace,
  columns: readonly string[],
  draft: DatasetDraft
): Promise<{ file: string; table: Table } | null> {
  const file = await tableWith(place, columns)
  if (file === null) return null
  const table = await readTable(join(place.root, file))
  draft.warnings.push(...table.warnings)
  return { file, table }
}
