import { present } from '@engine/formats/datasets/cells'
import type { DatasetDraft, DraftCase } from '@engine/formats/datasets/dataset'
import { chooseLabelColumn } from '@engine/formats/datasets/label-column'
import { foldName } from '@engine/formats/datasets/place'
import { readTable, type Table, type TableRow } from '@engine/formats/datasets/table'
import { Fault } from '@engine/fault'

/** Columns that say which case a row is about; the first that is there counts. */
const caseColumns = ['case', 'image', 'image_id', 'imageid', 'file', 'filename', 'seriesinstanceuid', 'sopinstanceuid']
const patientColumns = ['participant_id', 'patient', 'patient_id', 'patientid', 'subject', 'subject_id']
const sessionColumns = ['session_id', 'session']

/**
 * Lays a table of labels over the cases: rows are matched by case (id, file name, UID) or by patient and, where stated,
 * session. Cases without a row lose their label; rows without a case are listed; the column `split` counts too.
 * Throws Fault `bad-file` when no column says whom a row is about, and what `readTable` throws.
 */
export async function applyLabelTable(draft: DatasetDraft, path: string, wish: string | null): Promise<void> {
  const table = await readTable(path)
  draft.warnings.push(...table.warnings)
  const by = keyColumns(table)
  const column = chooseLabelColumn(table, wish, draft)
  const cases = casesByKey(draft.cases, by.kind)
  const settled = new Map<DraftCase, TableRow>()
  for (const row of table.rows) {
    const where = `line ${row.line} of ${table.name}`
    const found = (cases.get(foldName(bare(row.cell(by.key)))) ?? []).filter((item) =>
      sameSession(item, row, by.session)
    )
    if (found.length === 0) draft.unmatchedRows.push({ name: where, why: `no case belongs to “${row.cell(by.key)}”.` })
    for (const item of found) settle(item, row, { settled, draft, where, column })
  }
  const missing = draft.cases.filter((item) => !settled.has(item))
  for (const item of missing) item.label = null
  if (missing.length > 0) {
    const names = missing.slice(0, 5).map(({ id }) => id)
    const more = missing.length > names.length ? ', …' : ''
    draft.warnings.push(
      `${missing.length} of ${draft.cases.length} cases have no row in ${table.name}: ${names.join(', ')}${more}.`
    )
  }
}

interface KeyColumns {
  readonly kind: 'case' | 'patient'
  readonly key: string
  readonly session: string | null
}

function keyColumns(table: Table): KeyColumns {
  const first = (names: readonly string[]): string | null => names.find((name) => table.has(name)) ?? null
  const [ofCase, ofPatient] = [first(caseColumns), first(patientColumns)]
  if (ofCase !== null) return { kind: 'case', key: ofCase, session: null }
  if (ofPatient !== null) return { kind: 'patient', key: ofPatient, session: first(sessionColumns) }
  throw new Fault('bad-file', `No column of “${table.name}” says which case or patient a row is about.`, {
    subject: table.name,
    hint: `One of these is needed: ${[...caseColumns, ...patientColumns].join(', ')}. It has ${table.columns.slice(0, 20).join(', ')}.`
  })
}

function casesByKey(cases: readonly DraftCase[], kind: KeyColumns['kind']): Map<string, DraftCase[]> {
  const found = new Map<string, DraftCase[]>()
  for (const item of cases) {
    const names = kind === 'patient' && item.patient !== null ? [item.patient, ...item.keys] : [item.id, ...item.keys]
    for (const name of new Set(names.map((text) => foldName(bare(text))))) {
      found.set(name, [...(found.get(name) ?? []), item])
    }
  }
  return found
}

/** `sub-01` and `01`, `ses-M000` and `M000` name the same thing. */
const bare = (name: string): string => name.replace(/^(sub|ses)-/i, '')

function sameSession(item: DraftCase, row: TableRow, column: string | null): boolean {
  const stated = column === null ? null : present(row.cell(column))
  return stated === null || item.session === null || foldName(bare(stated)) === foldName(bare(item.session))
}

function settle(
  item: DraftCase,
  row: TableRow,
  known: { settled: Map<DraftCase, TableRow>; draft: DatasetDraft; where: string; column: string | null }
): void {
  const { settled, draft, where, column } = known
  const label = column === null ? null : present(row.cell(column))
  if (settled.has(item)) {
    const same = label === item.label
    const why = same
      ? `says again what an earlier line says of “${item.id}”.`
      : `gives “${item.id}” another label than an earlier line; the earlier line counts.`
    ;(same ? draft.duplicates : draft.unmatchedRows).push({ name: where, why })
    return
  }
  settled.set(item, row)
  item.label = label
  item.split = present(row.cell('split')) ?? item.split
  item.group = present(row.cell('group')) ?? item.group
}
