import { randomUUID } from 'node:crypto'
import { type Database, type Row, text, textOrNull } from './database'

export type Role = 'reader' | 'organiser' | 'researcher'

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
  insertProfile(database, profile)
  return profile
}

export function insertProfile(database: Database, { id, name, role, pin }: Profile): void {
  database.run(
    'INSERT INTO profile (id, name, role, pin, made) VALUES (?, ?, ?, ?, ?)',
    ...[id, name, role, pin, new Date().toISOString()]
  )
}

function profileOf(row: Row): Profile {
  return { id: text(row, 'id'), name: text(row, 'name'), role: text(row, 'role') as Role, pin: textOrNull(row, 'pin') }
}
