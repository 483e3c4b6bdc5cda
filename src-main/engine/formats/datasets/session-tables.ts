import { join } from 'node:path'
import { present } from '@engine/formats/datasets/cells'
import type { DatasetDraft } from '@engine/formats/datasets/dataset'
import { chooseLabelColumn } from '@engine/formats/datasets/label-column'
import type { DatasetPlace } from '@engine/formats/datasets/place'
import { readTable, type Table } from '@engine/formats/datasets/table'

/**
 * Labels that change from session to session: `sub-*_sessions.tsv` beside a subject's sessions, which overrides the
 * participant's own. Source: BIDS 1.9 "Sessions file". Throws what `readTable` throws.
 */
export async function applySessionTables(place: DatasetPlace, draft: DatasetDraft, wish: string | null): Promise<void> {
  const paths = place.files.filter((file) => /(^|\/)(sub-[A-Za-z0-9]+)\/\2_sessions\.tsv$/.test(file))
  const tables: { readonly subject: string; readonly table: Table }[] = []
  for (const path of paths) {
    const subject = /(sub-[A-Za-z0-9]+)_sessions\.tsv$/.exec(path)![1]
    tables.push({ subject, table: await readTable(join(place.root, path)) })
  }
  const columns = new Set(tables.flatMap(({ table }) => table.columns))
  const column = sessionLabel(
    tables.map(({ table }) => table),
    [...columns],
    draft,
    wish
  )
  if (column === null) return
  let changed = 0
  for (const { subject, table } of tables) {
    for (const row of table.rows) {
      const label = present(row.cell(column))
      const own = draft.cases.filter((item) => item.patient === subject && item.session === row.cell('session_id'))
      if (own.length === 0 && present(row.cell('session_id')) !== null) {
        draft.unmatchedRows.push({
          name: `line ${row.line} of ${table.name}`,
          why: `no case belongs to ${row.cell('session_id')} of ${subject}.`
        })
      }
      for (const item of own) {
        if (label === null || item.label === label) continue
        item.label = label
        changed++
      }
    }
  }
  if (changed > 0)
    draft.assumptions.push(`${changed} cases have the label of their session (“${column}” of the sessions tables).`)
}

/** The participants' label column where the sessions have it too, else the surest of their own. */
function sessionLabel(
  tables: readonly Table[],
  columns: readonly string[],
  draft: DatasetDraft,
  wish: string | null
): string | null {
  if (tables.length === 0 || wish === '') return null
  const [known] = draft.labels.chosen
  const same = columns.find((column) => column.toLowerCase() === (known ?? wish ?? '').toLowerCase())
  if (same !== undefined || known !== undefined) return same ?? null
  const joined: Table = {
    name: 'the sessions tables',
    columns,
    rows: tables.flatMap(({ rows }) => rows),
    warnings: [],
    has: (column) => columns.some((other) => other.toLowerCase() === column.toLowerCase())
  }
  return chooseLabelColumn(joined, wish, draft)
}
