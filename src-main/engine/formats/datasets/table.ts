import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { readSourceFile, readStart } from '@engine/formats/source-file'

/** One row of a table; cells are asked for by column, in any spelling of upper and lower case. */
export interface TableRow {
  /** Line of the file it ends on, from 1. */
  readonly line: number
  /** The cell, trimmed and without control characters; '' when the column or the cell is missing. */
  cell(column: string): string
}

export interface Table {
  /** Base name of its file. */
  readonly name: string
  /** As the file spells them. */
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
  /** What had to be put up with: encoding, column named twice, rows of another length. */
  readonly warnings: readonly string[]
  has(column: string): boolean
}

/** Tables are texts: more than this is no list of cases. */
const largestTableBytes = 256 * 2 ** 20
const mostRows = 1_000_000
/** Header lines longer than this are not looked for. */
const headerBytes = 64 * 1024

/**
 * Reads a CSV or TSV file: comma, semicolon or tab; quotes as in RFC 4180; UTF-8 or UTF-16 with a byte order mark, either line ending.
 * Throws Fault `bad-file` when it has no header or a quote is never closed, `too-large`, `not-found`.
 */
export async function readTable(path: string): Promise<Table> {
  const name = basename(path)
  const { size } = await stat(path).catch(() => ({ size: 0 }))
  if (size > largestTableBytes) throw tooLarge(name, `it has ${Math.round(size / 2 ** 20)} MiB`)
  const { text, encoding } = decodeText((await readSourceFile(path)).bytes)
  const warnings = encoding === null ? [] : [`“${name}” is not UTF-8; it was read as ${encoding}.`]
  const records = await parseRecords(text.replace(/\r\n?/g, '\n'), name)
  if (records.length > mostRows) throw tooLarge(name, `it has more than ${mostRows} rows`)
  return tableOf(name, records, warnings)
}

interface ParsedRecord {
  readonly record: string[]
  readonly info: { readonly lines: number }
}

/** BIDS knows no quotes in TSV: one that is never closed there is a character like any other. */
async function parseRecords(text: string, name: string): Promise<ParsedRecord[]> {
  const { parse, CsvError } = await import('csv-parse/sync')
  const delimiter = delimiterOf(text, name)
  const records = (quote: '"' | null): ParsedRecord[] =>
    parse(text, {
      ...{ delimiter, quote, bom: true, info: true, to: mostRows + 1, max_record_size: 2 ** 20 },
      ...{ relax_column_count: true, relax_quotes: true, skip_empty_lines: true }
    }) as unknown as ParsedRecord[]
  try {
    return records('"')
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown
    const open = thrown.code === 'CSV_QUOTE_NOT_CLOSED'
    if (open && delimiter === '\t') return records(null)
    throw new Fault('bad-file', `“${name}” ${open ? 'opens a quote that is never closed' : 'is no table'}.`, {
      subject: name,
      hint: 'Save it again as CSV or TSV from the program that made it.',
      cause: thrown
    })
  }
}

/** Columns of a table, from its first line alone; empty when it is no text. */
export async function tableColumns(path: string): Promise<readonly string[]> {
  const name = basename(path)
  const { text } = decodeText(await readStart(path, headerBytes))
  const [line] = text.split(/\r\n|\r|\n/, 1)
  if (line.includes('\0')) return []
  return line.split(delimiterOf(text, name)).map((cell) => cleanCell(cell.trim().replace(/^"(.*)"$/, '$1')))
}

/** Whether every one of some columns is there, in any spelling of upper and lower case. */
export function hasColumns(columns: readonly string[], wanted: readonly string[]): boolean {
  const known = new Set(columns.map((column) => column.toLowerCase()))
  return wanted.every((column) => known.has(column.toLowerCase()))
}

/** Throws Fault `bad-file` naming the columns that are missing and those that are there. */
export function requireColumns(table: Table, wanted: readonly string[]): void {
  const missing = wanted.filter((column) => !table.has(column))
  if (missing.length === 0) return
  const words = missing.map((column) => `“${column}”`).join(' and ')
  throw new Fault('bad-file', `“${table.name}” has no column ${words}.`, {
    subject: table.name,
    hint: `Its columns are ${table.columns.slice(0, 20).join(', ')}.`
  })
}

function tableOf(name: string, records: readonly ParsedRecord[], warnings: string[]): Table {
  const [header, ...body] = records
  if (header === undefined) {
    throw new Fault('bad-file', `“${name}” is empty.`, { subject: name, hint: 'Its first line names the columns.' })
  }
  const columns = header.record.map(cleanCell)
  const places = new Map<string, number>()
  for (const [index, column] of columns.entries()) {
    const key = column.toLowerCase()
    if (places.has(key) && key !== '') warnings.push(`“${name}” has two columns “${column}”; the first is used.`)
    else places.set(key, index)
  }
  const uneven = body.filter(({ record }) => record.length !== columns.length).length
  if (uneven > 0) warnings.push(`${uneven} rows of “${name}” have more or fewer cells than its header.`)
  return {
    name,
    columns,
    warnings,
    has: (column) => places.has(column.toLowerCase()),
    rows: body.map(({ record, info }) => ({
      line: info.lines,
      cell(column) {
        const place = places.get(column.toLowerCase())
        return place === undefined ? '' : cleanCell(record[place] ?? '')
      }
    }))
  }
}

/** Cells are shown on screens and terminals: characters that steer them are taken out. */
export function cleanCell(cell: string): string {
  // eslint-disable-next-line no-control-regex -- control and direction characters are what must go
  return cell.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g, '').trim()
}

/** Tab for `.tsv`; else whichever of tab, semicolon and comma the first line holds most of. */
function delimiterOf(text: string, name: string): string {
  if (/\.tsv$/i.test(name)) return '\t'
  const [line] = text.split(/\r\n|\r|\n/, 1)
  const plain = line.replace(/"[^"]*"/g, '')
  const counts = [',', '\t', ';'].map((mark) => ({ mark, count: plain.split(mark).length }))
  return counts.reduce((most, next) => (next.count > most.count ? next : most)).mark
}

/** UTF-16 by its byte order mark, UTF-8 where it is valid, else the Western code page spreadsheets use. */
function decodeText(bytes: Uint8Array): { text: string; encoding: string | null } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes), encoding: null }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes), encoding: null }
  try {
    // A reading of the start of a file may cut a character in two: `stream` lets that pass.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }), encoding: null }
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' }
  }
}

function tooLarge(name: string, why: string): Fault {
  return new Fault('too-large', `“${name}” is too long for a list of cases: ${why}.`, {
    subject: name,
    hint: 'Give the table of the dataset, not the images.'
  })
}
