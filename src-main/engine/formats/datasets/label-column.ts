import { present } from '@engine/formats/datasets/cells'
import type { DatasetDraft } from '@engine/formats/datasets/dataset'
import type { Table } from '@engine/formats/datasets/table'
import { Fault } from '@engine/fault'

/** Names of columns that hold labels, the surest first. */
const labelNames = ['diagnosis', 'label', 'dx', 'class', 'target', 'finding', 'group', 'pathology']

/** Columns that name things or count people and never hold a label. */
const otherNames = new Set([
  ...['participant_id', 'session_id', 'case', 'patient', 'patient_id', 'patientid', 'subject', 'subject_id', 'session'],
  ...['image', 'image_id', 'imageid', 'mask', 'boxes', 'split', 'reader', 'confidence', 'age', 'sex', 'file', 'path']
])
/** A column of more different values than this is a measurement or a name. */
const mostLabels = 50

/**
 * The column labels are taken from: the wished one, else the surest name; what was chosen is said in the draft.
 * Throws Fault `bad-parameter` for a wished column that is not there.
 */
export function chooseLabelColumn(table: Table, wish: string | null, draft: DatasetDraft): string | null {
  const options = table.columns
    .filter((column) => column !== '' && !otherNames.has(column.toLowerCase()))
    .map((value) => ({ value, count: table.rows.filter((row) => present(row.cell(value)) !== null).length }))
    .filter(({ value }) => new Set(table.rows.map((row) => row.cell(value))).size <= mostLabels)
  const chosen = wish === '' ? null : wish === null ? surest(options) : wished(table, wish)
  draft.labels = { chosen: chosen === null ? [] : [chosen], options }
  if (chosen !== null) draft.assumptions.push(`Labels are the values of the column “${chosen}” of ${table.name}.`)
  else if (wish === null) draft.warnings.push(noLabels(table, options))
  return chosen
}

function surest(options: readonly { value: string }[]): string | null {
  for (const name of labelNames) {
    const found = options.find(({ value }) => value.toLowerCase() === name)
    if (found !== undefined) return found.value
  }
  return null
}

function wished(table: Table, wish: string): string {
  const found = table.columns.find((column) => column.toLowerCase() === wish.toLowerCase())
  if (found !== undefined) return found
  throw new Fault('bad-parameter', `“${table.name}” has no column “${wish}”.`, {
    subject: table.name,
    hint: `Its columns are ${table.columns.slice(0, 20).join(', ')}.`
  })
}

function noLabels(table: Table, options: readonly { value: string }[]): string {
  const others = options.map(({ value }) => `“${value}”`).slice(0, 10)
  const hint = others.length === 0 ? '' : ` Other columns: ${others.join(', ')}.`
  return `No column of ${table.name} is called ${labelNames.join(', ')}: cases have no label.${hint}`
}
