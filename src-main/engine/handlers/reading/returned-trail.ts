import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { genesisOf, hashOfEntry, readAudit, type AuditEntry } from '@engine/project/audit'
import type { Workspace } from '@engine/project/workspace'
import type { ReadingRecord } from '@shared/reading-study'

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

/** The whole trail of a workspace as JSON lines: a head, then an entry a line. A chain can only be checked whole. */
export function trailLines({ id, database }: Workspace): string {
  const entries = readAudit(database)
  return [{ workspace: id, entries: entries.length }, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** Reads a trail and checks its chain. Throws Fault `bad-file` naming the first entry that does not fit. */
export function checkedTrail(text: string): AuditEntry[] {
  const lines = text.split('\n').filter((line) => line !== '')
  const head = parsedLine(Head, lines[0] ?? '', 0)
  const entries = lines.slice(1).map((line, index) => parsedLine(Line, line, index + 1))
  requireChain(entries, head.workspace)
  if (entries.length !== head.entries)
    throw new Fault('bad-file', 'The end of the audit trail is missing. Nothing was imported.')
  return entries
}

/** Each entry hashes the one before it. Throws Fault `bad-file` naming the first that does not fit. */
export function requireChain(entries: readonly AuditEntry[], workspaceId: string): void {
  let previous = genesisOf(workspaceId)
  entries.forEach((entry, index) => {
    if (entry.number !== index + 1 || entry.previous !== previous) throw broken(entry, 'an entry before it is missing')
    if (hashOfEntry(entry) !== entry.hash) throw broken(entry, 'the entry was changed after it was written')
    previous = entry.hash
  })
}

/** Every version of a record must be one the trail tells of. Throws Fault `bad-file`. */
export function requireTold(entries: readonly AuditEntry[], records: readonly ReadingRecord[]): void {
  const told = new Set(entries.filter(({ what }) => what.startsWith('reading done')).map(({ payload }) => payload))
  for (const { reading, versions } of records) {
    if (versions.every(({ sha256 }) => told.has(sha256))) continue
    throw new Fault(
      'bad-file',
      `The outline of reading ${reading} is not the one its audit trail tells of. Nothing was imported.`
    )
  }
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
function broken({ number, name, at }: AuditEntry, reason: string): Fault {
  const date = new Date(at)
  const when = Number.isNaN(date.getTime())
    ? at.slice(0, 20)
    : `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.toISOString().slice(11, 16)}`
  return new Fault(
    'bad-file',
    `Audit trail broken at entry ${number} (${name}, ${when}): ${reason}. Entries before it are intact.`,
    { subject: `entry ${number}`, hint: 'Ask for the file again, or restore a backup.' }
  )
}
