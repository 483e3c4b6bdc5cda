import { join } from 'node:path'
import { type DatasetPlace } from '@engine/formats/datasets/place'
import { hasColumns, tableColumns } from '@engine/formats/datasets/table'

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
