import { csvRows } from '@engine/formats/csv'
import { badAnnotations, type AnnotatedRegion, type AnnotationFile } from '@engine/formats/masks/annotation-file'
import { isAscending, pairsOfText, runsOfAbsolute, runsOfRelative, type Run } from '@engine/formats/masks/run-length'

/** A table with its header taken apart; names without the blanks some files put before them. */
interface Table {
  readonly name: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  cell(row: readonly string[], column: string): string
}

function tableOf(text: string, name: string): Table {
  const [first, ...rows] = csvRows(text)
  const header = (first ?? []).map((title) => title.trim().toLowerCase())
  return { name, header, rows, cell: (row, column) => (row[header.indexOf(column)] ?? '').trim() }
}

/** Run lengths (SIIM, Kaggle) or boxes (RSNA, NIH) of a CSV file; null for a table that is neither. Throws Fault `bad-mask` naming the row. */
export function readAnnotationTable(text: string, name: string): AnnotationFile | null {
  const table = tableOf(text, name)
  const has = (...columns: readonly string[]): boolean => columns.every((column) => table.header.includes(column))
  if (runColumns.some(([column]) => has('imageid', column))) return runLengthTable(table)
  if (has('patientid', 'x', 'y', 'width', 'height')) return rsnaTable(table)
  if (has('image index', 'finding label') && table.header.some((title) => title.startsWith('bbox')))
    return nihTable(table)
  return null
}

/** How a column says its runs are counted; `encodedpixels` is used for both. */
const runColumns = [
  ['encodedpixels', null],
  ['encodedpixelsrelative', 'relative'],
  ['encodedpixelsabsolute', 'absolute']
] as const

function runLengthTable(table: Table): AnnotationFile {
  const [column, stated] = runColumns.find(([candidate]) => table.header.includes(candidate))!
  const rows = table.rows.map((row, index) => {
    const cell = table.cell(row, column)
    const none = cell === '' || cell === '-1'
    const pairs = none ? [] : pairsOfText(cell)
    if (pairs === null || pairs.some(([start, length]) => start < 0 || length < 1))
      throw badAnnotations(
        table.name,
        `has no pairs of start and length in row ${index + 2}`,
        'A region is “start length start length …”, none is -1.'
      )
    return { image: table.cell(row, 'imageid'), none: cell === '-1', pairs }
  })
  const counting = stated ?? countingOf(rows, table.name)
  const runsOf = counting === 'relative' ? runsOfRelative : runsOfAbsolute
  const regions = rows
    .filter(({ pairs }) => pairs.length > 0)
    .map(({ image, pairs }): AnnotatedRegion => ({
      image,
      ...plain,
      shape: { kind: 'runs', runs: runsOf(pairs), size: null }
    }))
  return {
    title: 'a table of run lengths',
    rule:
      counting === 'relative'
        ? 'Run lengths as in SIIM-ACR: column by column, each start counted from the end of the run before, from 0; -1 is none.'
        : 'Run lengths as is usual at Kaggle: column by column, each start counted from the first pixel, which is 1.',
    images: [...new Set(rows.map(({ image }) => image))],
    regions,
    warnings: []
  }
}

const plain = { label: '', reader: '', slice: null } as const

/** −1 for none is SIIM's; runs that go backwards as places are relative; several that never do are places. */
function countingOf(rows: readonly { none: boolean; pairs: readonly Run[] }[], name: string): 'relative' | 'absolute' {
  if (rows.some(({ none, pairs }) => none || !isAscending(pairs))) return 'relative'
  if (rows.some(({ pairs }) => pairs.length >= 4) || rows.every(({ pairs }) => pairs.length === 0)) return 'absolute'
  throw badAnnotations(
    name,
    'does not show whether its run lengths are counted from the run before (SIIM) or from the first pixel (Kaggle)',
    'Name the column EncodedPixelsRelative or EncodedPixelsAbsolute.'
  )
}

function rsnaTable(table: Table): AnnotationFile {
  const regions = table.rows.flatMap((row, index): AnnotatedRegion[] => {
    if (table.cell(row, 'target') === '0' || table.cell(row, 'x') === '') return []
    const numbers = ['x', 'y', 'width', 'height'].map((column) => numberIn(table.cell(row, column)))
    return [{ image: table.cell(row, 'patientid'), ...plain, shape: boxOf(numbers, table, index) }]
  })
  return {
    title: 'a box table of RSNA',
    rule: 'RSNA: boxes x, y, width, height in pixels from 0, the far edge x + width not inside; Target 0 is none.',
    images: [...new Set(table.rows.map((row) => table.cell(row, 'patientid')))],
    regions,
    warnings: []
  }
}

/** NIH's header names four columns in one, "Bbox [x,y,w,h]", which CSV splits or not. */
function nihTable(table: Table): AnnotationFile {
  const first = table.header.findIndex((title) => title.startsWith('bbox'))
  const regions = table.rows.map((row, index): AnnotatedRegion => {
    const numbers = row.slice(first, first + 4).map(numberIn)
    const label = table.cell(row, 'finding label')
    return { image: table.cell(row, 'image index'), ...plain, label, shape: boxOf(numbers, table, index) }
  })
  return {
    title: 'a box table of NIH ChestX-ray14',
    rule: 'NIH: boxes x, y, w, h in pixels from 0, the far edge x + w not inside.',
    images: [...new Set(regions.map(({ image }) => image))],
    regions,
    warnings: []
  }
}

const numberIn = (cell: string): number => (cell.trim() === '' ? NaN : Number(cell))

function boxOf(numbers: readonly number[], table: Table, index: number): AnnotatedRegion['shape'] {
  const [x, y, width, height] = numbers
  if (numbers.length === 4 && numbers.every(Number.isFinite) && width > 0 && height > 0)
    return { kind: 'box', box: [x, y, x + width, y + height] }
  throw badAnnotations(
    table.name,
    `has no box in row ${index + 2}`,
    'Four numbers are needed: x, y, width and height above zero.'
  )
}
