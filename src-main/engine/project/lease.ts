import { Fault } from '@engine/fault'
import { type Database, text } from './database'
import { type Holder, isAlive } from './holder'

/** Somebody else who holds what was asked for. */
export interface OtherHolder {
  readonly name: string
  /** ISO 8601. */
  readonly since: string
}

/** The right to write one thing: a drawing, or on a network drive the whole workspace. */
export interface Claim {
  readonly scope: string
  readonly holder: Holder
  /** A second window of the same process is another owner. */
  readonly window: string
  /** Name of the reader, shown to whoever comes second. */
  readonly name: string
}

function ownerOf({ holder, window }: Pick<Claim, 'holder' | 'window'>): string {
  return `${holder.owner}/${window}`
}

/** Takes the lease, or names who holds it: null when it is ours. A dead owner's lease is free. */
export function claimLease(database: Database, claim: Claim): OtherHolder | null {
  return database.transaction(() => {
    const other = otherHolder(database, claim)
    if (other !== null) return other
    const { scope, holder, name } = claim
    const now = new Date().toISOString()
    const known = database.one('SELECT since FROM lease WHERE scope = ? AND owner = ?', scope, ownerOf(claim))
    database.run(
      'INSERT OR REPLACE INTO lease (scope, owner, name, host, process, started, since, renewed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[scope, ownerOf(claim), name, holder.host, holder.process, holder.started],
      known === undefined ? now : text(known, 'since'),
      now
    )
    return null
  })
}

/** Who else holds it; null when nobody living does. */
export function otherHolder(database: Database, { scope, holder, window }: Omit<Claim, 'name'>): OtherHolder | null {
  const row = database.one('SELECT * FROM lease WHERE scope = ?', scope)
  if (row === undefined || text(row, 'owner') === ownerOf({ holder, window })) return null
  return isAlive(row, holder, Date.now()) ? { name: text(row, 'name'), since: text(row, 'since') } : null
}

/** Whether another program that still lives holds it. */
export function heldElsewhere(database: Database, scope: string, holder: Holder): boolean {
  const row = database.one('SELECT * FROM lease WHERE scope = ?', scope)
  return row !== undefined && !text(row, 'owner').startsWith(`${holder.owner}/`) && isAlive(row, holder, Date.now())
}

/** Whether the last holder ended without giving the lease back. */
export function wasAbandoned(database: Database, scope: string, holder: Holder): boolean {
  const row = database.one('SELECT * FROM lease WHERE scope = ?', scope)
  return row !== undefined && !isAlive(row, holder, Date.now())
}

/** Inside a transaction that writes: throws Fault `read-only` when the lease is not ours any more. */
export function requireLease(database: Database, claim: Claim): void {
  const row = database.one('SELECT owner FROM lease WHERE scope = ?', claim.scope)
  if (row === undefined || text(row, 'owner') !== ownerOf(claim)) throw takenOver()
}

/** Somebody else writes now what was ours to write. */
export function takenOver(): Fault {
  return new Fault('read-only', 'Somebody else is drawing this now; nothing of theirs was changed.', {
    hint: 'Open the case again to see their outline.'
  })
}

/** Gives the lease back. */
export function releaseLease(database: Database, { scope, holder, window }: Omit<Claim, 'name'>): void {
  database.run('DELETE FROM lease WHERE scope = ? AND owner = ?', scope, ownerOf({ holder, window }))
}
