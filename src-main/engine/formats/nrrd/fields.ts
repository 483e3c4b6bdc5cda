import { Fault } from '@engine/fault'

/** The lines of an NRRD header, taken apart but not yet understood. */
export interface NrrdFields {
  /** `field: description`, names in lower case without blanks ("datafile" for "data file"). */
  readonly fields: ReadonlyMap<string, string>
  /** `key:=value`, as written. */
  readonly keys: ReadonlyMap<string, string>
  /** Names behind `data file: LIST`; empty otherwise. */
  readonly list: readonly string[]
  /** First byte behind the blank line; null when the header ends with the file (detached). */
  readonly dataOffset: number | null
}

/** Headers of real files are below 100 kB, even of segmentations with hundreds of segments. */
const longestHeader = 4 * 2 ** 20

/** True for "NRRD0001" to "NRRD0005". */
export function isNrrdHead(head: Uint8Array): boolean {
  return /^NRRD000[1-5]$/.test(String.fromCharCode(...head.subarray(0, 8)))
}

/** Takes the header apart. Throws Fault `bad-image`. Source: teem.sourceforge.net/nrrd/format.html, section 2. */
export function nrrdFields(bytes: Uint8Array, name: string): NrrdFields {
  if (!isNrrdHead(bytes)) throw badNrrd(name, 'it does not begin with a NRRD header')
  const fields = new Map<string, string>()
  const keys = new Map<string, string>()
  const list: string[] = []
  let position = nextLine(bytes, 0, name)
  while (position < bytes.length) {
    const next = nextLine(bytes, position, name)
    const line = lineText(bytes, position, next)
    position = next
    if (line === '') return { fields, keys, list, dataOffset: position }
    if (line.startsWith('#')) continue
    if (/^list\b/i.test(fields.get('datafile') ?? '')) list.push(line)
    else takeLine(line, { fields, keys }, name)
  }
  return { fields, keys, list, dataOffset: null }
}

function takeLine(line: string, into: { fields: Map<string, string>; keys: Map<string, string> }, name: string): void {
  const key = /^([^:]+):=(.*)$/.exec(line)
  const field = /^([^:]+): ?(.*)$/.exec(line)
  if (key !== null) into.keys.set(key[1], unescaped(key[2]))
  else if (field !== null) into.fields.set(field[1].toLowerCase().replace(/\s+/g, ''), field[2].trim())
  else throw badNrrd(name, 'a line of its header is neither a field nor a key')
}

/** A line break inside a value is written `\n`, a backslash `\\`. */
function unescaped(text: string): string {
  return text.replace(/\\([n\\])/g, (_, mark: string) => (mark === 'n' ? '\n' : '\\'))
}

function nextLine(bytes: Uint8Array, from: number, name: string): number {
  const end = bytes.indexOf(10, from)
  if (end > longestHeader || (end < 0 && bytes.length > longestHeader)) throw badNrrd(name, 'its header has no end')
  return end < 0 ? bytes.length : end + 1
}

function lineText(bytes: Uint8Array, from: number, next: number): string {
  return new TextDecoder()
    .decode(bytes.subarray(from, next))
    .replace(/\r?\n$/, '')
    .replace(/\r$/, '')
}

/** The refusal of a damaged NRRD file. */
export function badNrrd(name: string, reason: string): Fault {
  return new Fault('bad-image', `“${name}” cannot be read as NRRD: ${reason}.`, {
    subject: name,
    hint: 'Export the image again from its source.'
  })
}
