import { basename } from 'node:path'
import type { ImageLabel } from '@engine/formats/format'
import { csvRows } from '@engine/formats/csv'
import { fieldOf, textOf } from '@engine/formats/masks/annotation-file'
import { readSibling } from '@engine/formats/source-file'

/** What the values of a label image stand for, as a file beside it says. */
export interface LabelNames {
  readonly names: ReadonlyMap<number, string>
  /** Base name of the file; '' for names of the image itself. */
  readonly from: string
  readonly warnings: readonly string[]
}

/** A table of names with more than this is some other file. */
const longestTable = 16 * 2 ** 20

/** Names from the image itself (3D Slicer), else from a file beside it: STEM or NAME with .txt, .xml, .tsv, .csv, .json, .lut or .label. */
export async function labelNames(path: string, own: readonly ImageLabel[] = []): Promise<LabelNames> {
  const image = { path, name: basename(path) }
  if (own.length > 0) return { names: new Map(own.map(({ value, name }) => [value, name])), from: '', warnings: [] }
  const stem = image.name.replace(/(\.nii|\.mgh|\.seg)?\.[A-Za-z0-9]{1,5}$/, '')
  for (const ending of ['txt', 'xml', 'tsv', 'csv', 'json', 'lut', 'label']) {
    for (const name of new Set([`${stem}.${ending}`, `${image.name}.${ending}`])) {
      const found = await readSibling(image, name, longestTable).catch(() => null)
      if (found === null) continue
      const read = parseLabelNames(new TextDecoder().decode(found.bytes), name)
      if (read !== null) return { ...read, from: name }
    }
  }
  return { names: new Map(), from: '', warnings: [] }
}

/** Names of a look-up file by its ending; null when it holds none. */
export function parseLabelNames(text: string, name: string): Omit<LabelNames, 'from'> | null {
  const plain = text.replace(/^\uFEFF/, '')
  const read = /\.xml$/i.test(name)
    ? fromXml(plain)
    : /\.json$/i.test(name)
      ? fromJson(plain)
      : /\.(tsv|csv)$/i.test(name)
        ? fromTable(plain, /\.tsv$/i.test(name))
        : fromLines(plain)
  return read === null || read.names.size === 0 ? null : read
}

type Read = Omit<LabelNames, 'from'>

/**
 * `<label><index>2001</index><name>Precentral_L</name></label>` (AAL), or `<label index="0" …>Frontal Pole</label>` (FSL), whose images
 * hold index + 1. Sources: AAL toolbox, FSL atlas reference.
 */
function fromXml(text: string): Read | null {
  const names = new Map<number, string>()
  for (const [, inside] of text.matchAll(/<label>([\s\S]*?)<\/label>/g)) {
    const index = /<index>\s*(\d+)\s*<\/index>/.exec(inside)
    const name = /<name>([^<]*)<\/name>/.exec(inside)
    if (index !== null && name !== null) names.set(Number(index[1]), unescaped(name[1]))
  }
  if (names.size > 0) return { names, warnings: [] }
  for (const [, index, name] of text.matchAll(/<label\s[^>]*\bindex="(\d+)"[^>]*>([^<]*)<\/label>/g))
    names.set(Number(index) + 1, unescaped(name))
  return { names, warnings: ['The names are those of an FSL atlas: index 0 is taken as the value 1 of the image.'] }
}

function unescaped(text: string): string {
  const marks: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, mark: string) => marks[mark]).trim()
}

/** `{"1": "name"}`, `{"name": 1}`, `["background", "name"]` by position, or a list of `{index|value|id|label, name}`. */
function fromJson(text: string): Read | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  const inside = fieldOf(json, 'labels') ?? json
  const names = new Map<number, string>()
  const add = (value: unknown, name: unknown): void => {
    const number = Number(textOf(value) === '' ? NaN : value)
    if (Number.isInteger(number) && textOf(name) !== '') names.set(number, textOf(name))
  }
  if (Array.isArray(inside)) {
    inside.forEach((item: unknown, index) => {
      if (typeof item === 'string') add(index, item)
      else
        add(
          fieldOf(item, 'index') ?? fieldOf(item, 'value') ?? fieldOf(item, 'labelValue') ?? fieldOf(item, 'id'),
          fieldOf(item, 'name') ?? fieldOf(item, 'label')
        )
    })
  } else if (typeof inside === 'object' && inside !== null) {
    for (const [key, value] of Object.entries(inside)) {
      if (typeof value === 'string') add(key, value)
      else if (typeof value === 'number') add(value, key)
      else add(key, fieldOf(value, 'name'))
    }
  }
  return { names, warnings: [] }
}

const valueColumns = ['index', 'value', 'label_id', 'labelid', 'id', 'label']
const nameColumns = ['name', 'structure', 'region', 'label_name', 'roi', 'label']

/** BIDS `dseg.tsv` (index, name) and tables like it. */
function fromTable(text: string, tabs: boolean): Read | null {
  const rows = tabs ? text.split(/\r?\n/).map((line) => line.split('\t')) : csvRows(text)
  const header = (rows[0] ?? []).map((title) => title.trim().toLowerCase())
  const valueAt = header.indexOf(valueColumns.find((title) => header.includes(title)) ?? '')
  const nameAt = header.indexOf(
    nameColumns.find((title) => header.includes(title) && header.indexOf(title) !== valueAt) ?? ''
  )
  if (valueAt < 0 || nameAt < 0) return null
  const names = new Map<number, string>()
  for (const row of rows.slice(1)) {
    const value = row[valueAt]?.trim() ?? ''
    if (/^\d+$/.test(value) && (row[nameAt]?.trim() ?? '') !== '') names.set(Number(value), row[nameAt].trim())
  }
  return { names, warnings: [] }
}

/**
 * Lines of AAL (`FAG Precentral_L 2001`; `1 Precentral_L 2001`, whose image holds the first number), of FreeSurfer (`17 Left-Hippocampus 220 216 20 0`) and of ITK-SNAP
 * (`1 255 0 0 1 1 1 "Label 1"`).
 */
function fromLines(text: string): Read | null {
  const names = new Map<number, string>()
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue
    const snap = /^\s*(\d+)(?:\s+[\d.]+){6}\s+"([^"]*)"/.exec(line)
    const aal = /^\s*[A-Za-z]\S*\s+([A-Za-z]\S*)\s+(\d+)\s*$/.exec(line)
    const plain = /^\s*(\d+)\s+([A-Za-z]\S*)/.exec(line)
    if (snap !== null) names.set(Number(snap[1]), snap[2])
    else if (aal !== null) names.set(Number(aal[2]), aal[1])
    else if (plain !== null) names.set(Number(plain[1]), plain[2])
  }
  return { names, warnings: [] }
}
