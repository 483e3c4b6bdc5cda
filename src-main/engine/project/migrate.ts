import { Fault } from '@engine/fault'
import { type Database, number } from './database'
import { migrations } from './migrations/index'

/** Brings a workspace to this version's layout, one transaction a step. Throws Fault `bad-workspace` for a newer one. */
export function migrate(database: Database): void {
  const version = layoutOf(database)
  if (version > migrations.length) {
    throw new Fault('bad-workspace', 'This workspace was made by a newer version of Saliscope.', {
      hint: 'Open it with that version, or choose another folder for the workspace.'
    })
  }
  for (let step = version; step < migrations.length; step++) {
    database.transaction(() => {
      // Another process may have made this step while this one waited for its turn.
      if (layoutOf(database) !== step) return
      database.exec(migrations[step])
      database.exec(`PRAGMA user_version = ${step + 1}`)
    })
  }
}

function layoutOf(database: Database): number {
  return number(database.all('PRAGMA user_version')[0], 'user_version')
}
