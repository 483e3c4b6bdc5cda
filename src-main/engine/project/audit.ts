import { type Database, type Row, number, text } from './database'
import { sha256 } from './blobs'

/** What the trail tells of. */
export interface AuditEvent {
  /** Id and name of the profile that did it. */
  readonly who: string
  readonly name: string
  /** `stroke`, `undo`, `drawing done`, `reveal`, `consensus`, `import`, `export`, `profile`, … */
  readonly what: string
  /** Id of the thing it was done to. */
  readonly subject: string
  /** SHA-256 of what was written; empty where nothing was. */
  readonly payload: string
  /** Figures of the event: no tag values, no paths. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

/** An entry of the trail as it is kept. */
export interface AuditEntry extends Omit<AuditEvent, 'detail'> {
  readonly number: number
  readonly at: string
  readonly detail: string
  readonly previous: string
  readonly hash: string
}

/** The first entry's predecessor: chains of two workspaces have nothing in common. */
export function genesisOf(workspaceId: string): string {
  return sha256(`saliscope workspace ${workspaceId}`)
}

/** SHA-256 over all fields but the hash itself, as a JSON list in this order. */
export function hashOfEntry(entry: Omit<AuditEntry, 'hash'>): string {
  const { number, at, who, name, what, subject, payload, detail, previous } = entry
  return sha256(JSON.stringify([number, at, who, name, what, subject, payload, detail, previous]))
}

/** Adds an entry; call inside the transaction that does what it tells of. */
export function appendAudit(database: Database, event: AuditEvent, workspaceId: string): void {
  const last = database.one('SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1')
  const entry = {
    ...event,
    number: last === undefined ? 1 : number(last, 'number') + 1,
    at: new Date().toISOString(),
    detail: JSON.stringify(event.detail),
    previous: last === undefined ? genesisOf(workspaceId) : text(last, 'hash')
  }
  const hash = hashOfEntry(entry)
  database.run(
    'INSERT INTO audit (number, at, who, name, what, subject, payload, detail, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[entry.number, entry.at, entry.who, entry.name, entry.what, entry.subject],
    ...[entry.payload, entry.detail, entry.previous, hash]
  )
  // A trail whose end was cut off is whole in itself: this tells how far it went.
  database.run(`INSERT OR REPLACE INTO property VALUES ('audit-head', ?)`, `${entry.number} ${hash}`)
}

/** The trail in order. */
export function readAudit(database: Database): AuditEntry[] {
  return database.all('SELECT * FROM audit ORDER BY number').map(entryOf)
}

function entryOf(row: Row): AuditEntry {
  const word = (column: string): string => text(row, column)
  return {
    number: number(row, 'number'),
    at: word('at'),
    who: word('who'),
    name: word('name'),
    what: word('what'),
    subject: word('subject'),
    payload: word('payload'),
    detail: word('detail'),
    previous: word('previous'),
    hash: word('hash')
  }
}
