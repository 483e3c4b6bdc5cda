import { type Database, text } from './database'

/** Settings and lists that are kept by name, as JSON; later windows of the workspace find them again. */
export function keepValue(database: Database, name: string, value: unknown): void {
  database.run('INSERT OR REPLACE INTO property (name, value) VALUES (?, ?)', name, JSON.stringify(value))
}

/** undefined where nothing of that name is kept, or what is kept is no JSON. */
export function keptValue(database: Database, name: string): unknown {
  const row = database.one('SELECT value FROM property WHERE name = ?', name)
  if (row === undefined) return undefined
  try {
    return JSON.parse(text(row, 'value')) as unknown
  } catch {
    return undefined
  }
}
