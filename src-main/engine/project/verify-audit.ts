import { type AuditEntry, genesisOf, hashOfEntry, readAudit } from './audit'
import { type Database, text } from './database'

const guards = ['audit_keeps_rows', 'audit_keeps_words']

/** The trail, and what is wrong with it as sentences: the first broken link, a missing end, missing guards. */
export function verifyAudit(database: Database, workspaceId: string): { entries: AuditEntry[]; problems: string[] } {
  const entries = readAudit(database)
  const broken = firstBroken(entries, genesisOf(workspaceId))
  const problems = broken === null ? [] : [broken]
  if (broken === null) problems.push(...missingEnd(database, entries))
  const kept = database.all(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).map((row) => text(row, 'name'))
  if (guards.some((guard) => !kept.includes(guard))) {
    problems.push('The guards that keep the audit trail from being changed were taken away.')
  }
  return { entries, problems }
}

/** Where the chain breaks, as a sentence; null when every entry follows from the one before it. */
export function firstBroken(entries: readonly AuditEntry[], genesis: string): string | null {
  let previous = genesis
  for (const [index, entry] of entries.entries()) {
    const why =
      entry.number !== index + 1
        ? 'an entry before it is missing'
        : hashOfEntry(entry) !== entry.hash
          ? 'the entry was changed after it was written'
          : entry.previous !== previous
            ? 'it does not follow from the entry before it'
            : null
    if (why !== null) return brokenAt(entry, why)
    previous = entry.hash
  }
  return null
}

function brokenAt({ number, name, at }: AuditEntry, why: string): string {
  return `Audit trail broken at entry ${number} (${name}, ${dayAndTime(at)}): ${why}. Entries before it are intact.`
}

/** A trail whose end was cut off is a whole chain: what the workspace says of its length tells. */
function missingEnd(database: Database, entries: readonly AuditEntry[]): string[] {
  const row = database.one(`SELECT value FROM property WHERE name = 'audit-head'`)
  const said = row === undefined ? '' : text(row, 'value')
  const last = entries.at(-1)
  const is = last === undefined ? '' : `${last.number} ${last.hash}`
  if (said === is) return []
  return [`Audit trail broken after entry ${last?.number ?? 0}: entries after it were taken away.`]
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "14 Mar 10:07", local time; as it stands where it is no time. */
function dayAndTime(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  return `${time.getDate()} ${months[time.getMonth()]} ${time.toTimeString().slice(0, 5)}`
}
