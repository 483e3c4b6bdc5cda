import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { genesisOf, hashOfEntry, readAudit, type AuditEntry } from './audit'
import { text } from './database'
import type { Workspace } from './workspace'

const Head = v.strictObject({ workspace: v.string(), entries: v.number() })
const Line = v.strictObject({
  number: v.number(),
  at: v.string(),
  who: v.string(),
  name: v.string(),
  what: v.string(),
  subject: v.string(),
  payload: v.string(),
  detail: v.string(),
  previous: v.string(),
  hash: v.string()
})

/** An entry about something else: that it is there, and nothing of what it says. */
const Sealed = v.strictObject({ number: v.number(), previous: v.string(), hash: v.string() })

/** Which entries are told whole: those of a study, of its drawings, and those that name one of `subjects`. */
export interface TrailOf {
  readonly study: string
  readonly subjects: readonly string[]
}

/**
 * The trail of a workspace as JSON lines: a head, then an entry a line. A chain can only be checked whole, so every entry is
 * there; of those that are not about the study only the hashes are, which tell nothing of other readers and studies.
 */
export function trailLines({ id, database }: Workspace, { study, subjects }: TrailOf): string {
  const entries = readAudit(database)
  const drawings = database.all('SELECT id FROM drawing WHERE study = ?', study).map((row) => text(row, 'id'))
  const whole = new Set([study, ...subjects, ...drawings])
  const lines = entries.map((entry) => {
    const { subject, number, previous, hash } = entry
    return whole.has(subject) || subject.startsWith(`${study} `) ? entry : { number, previous, hash }
  })
  return [{ workspace: id, entries: entries.length }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** Reads a trail and checks its chain; returns the entries that are told whole. Throws Fault `bad-file` naming the first that does not fit. */
export function checkedTrail(text: string): AuditEntry[] {
  const lines = text.split('\n').filter((line) => line !== '')
  const head = parsedLine(Head, lines[0] ?? '', 0)
  const entries = lines.slice(1).map((line, index) => parsedLine(v.union([Line, Sealed]), line, index + 1))
  requireChain(entries, head.workspace)
  if (entries.length !== head.entries)
    throw new Fault('bad-file', 'The end of the audit trail is missing. Nothing was imported.')
  return entries.filter(isWhole)
}

type Entry = AuditEntry | v.InferOutput<typeof Sealed>
const isWhole = (entry: Entry): entry is AuditEntry => 'what' in entry

/** Each entry hashes the one before it. Throws Fault `bad-file` naming the first that does not fit. */
export function requireChain(entries: readonly Entry[], workspaceId: string): void {
  let previous = genesisOf(workspaceId)
  entries.forEach((entry, index) => {
    if (entry.number !== index + 1 || entry.previous !== previous) throw broken(entry, 'an entry before it is missing')
    if (isWhole(entry) && hashOfEntry(entry) !== entry.hash)
      throw broken(entry, 'the entry was changed after it was written')
    previous = entry.hash
  })
}

function parsedLine<T>(schema: v.GenericSchema<unknown, T>, line: string, number: number): T {
  try {
    return v.parse(schema, JSON.parse(line))
  } catch (cause) {
    throw new Fault('bad-file', `The audit trail cannot be read at entry ${number}. Nothing was imported.`, { cause })
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "Audit trail broken at entry 812 (Reader 2, 14 Mar 10:07): … Entries before it are intact." */
function broken(entry: Entry, reason: string): Fault {
  const { number } = entry
  const { name, at } = isWhole(entry) ? entry : { name: 'of something else', at: '' }
  const date = new Date(at)
  const when = Number.isNaN(date.getTime())
    ? at.slice(0, 20)
    : `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.toISOString().slice(11, 16)}`
  return new Fault(
    'bad-file',
    `Audit trail broken at entry ${number} (${name}${when === '' ? '' : `, ${when}`}): ${reason}. Entries before it are intact.`,
    { subject: `entry ${number}`, hint: 'Ask for the file again, or restore a backup.' }
  )
}
