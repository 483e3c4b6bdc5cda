import { randomUUID } from 'node:crypto'
import type { Role } from '@shared/profile'
import { type Database, type Row, text, textOrNull } from './database'

/** Somebody who draws, organises or measures; `pin` is how the PIN is kept, null without one. */
export interface Profile {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly pin: string | null
}

/** The profile of a workspace that nobody has given a name yet. */
const firstName = 'Reader 1'

export function listProfiles(database: Database): Profile[] {
  return database.all('SELECT * FROM profile ORDER BY made, rowid').map(profileOf)
}

/** The first profile; a workspace without one is given it. */
export function firstProfile(database: Database): Profile {
  const known = listProfiles(database)[0]
  if (known !== undefined) return known
  const profile: Profile = { id: randomUUID(), name: firstName, role: 'researcher', pin: null }
  saveProfile(database, profile)
  return profile
}

export function findProfile(database: Database, id: string): Profile | null {
  const row = database.one('SELECT * FROM profile WHERE id = ?', id)
  return row === undefined ? null : profileOf(row)
}

/** A new profile, or one that is there with other words. */
export function saveProfile(database: Database, { id, name, role, pin }: Profile): void {
  database.run(
    `INSERT INTO profile (id, name, role, pin, made) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, pin = excluded.pin`,
    ...[id, name, role, pin, new Date().toISOString()]
  )
}

function profileOf(row: Row): Profile {
  return { id: text(row, 'id'), name: text(row, 'name'), role: text(row, 'role') as Role, pin: textOrNull(row, 'pin') }
}
