import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Fault } from '@engine/fault'
import { Database, text } from './database'
import { storageFault } from './storage-fault'

/** Above this size of the file only its structure is checked at opening; `saliscope verify` checks all of it. */
const wholeCheckBytes = 64 * 2 ** 20

/** How long opening waits for another program that is making the same workspace. */
const patienceMs = 5_000

/** WAL: readers do not wait for the writer. DELETE: for network drives, where WAL's shared memory does not work. */
export type JournalMode = 'WAL' | 'DELETE' | 'MEMORY'

/**
 * A connection that has written to the disk what it has said is written, and whose file was checked.
 * Throws Fault `bad-workspace`, `not-writable`, `disk-full`, `locked`.
 */
export function openConnection(path: string, mode: JournalMode): Database {
  for (const until = Date.now() + patienceMs; ;) {
    try {
      return connect(path, mode)
    } catch (thrown) {
      // SQLite does not wait by itself while another program makes the file or turns its journal.
      if (storageFault(thrown).code !== 'locked' || Date.now() > until) throw thrown
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

function connect(path: string, mode: JournalMode): Database {
  const database = new Database(path)
  try {
    // Before anything is written: a damaged file is not touched.
    checkIntegrity(database, path)
    database.all(`PRAGMA journal_mode = ${mode}`)
    database.exec('PRAGMA synchronous = FULL')
    database.exec('PRAGMA foreign_keys = ON')
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

/** A copy of the file in the system's temporary folder: SQLite cannot read a WAL file where it cannot write. */
export function readOnlyCopy(path: string): { database: Database; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-reading-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    for (const part of [path, `${path}-wal`]) if (existsSync(part)) copyFileSync(part, join(folder, basename(part)))
    return { database: openConnection(join(folder, basename(path)), 'WAL'), remove }
  } catch (thrown) {
    remove()
    throw storageFault(thrown)
  }
}

function checkIntegrity(database: Database, path: string): void {
  const size = path === ':memory:' ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  const check = size > wholeCheckBytes ? 'quick_check' : 'integrity_check'
  const found = database.all(`PRAGMA ${check}(1)`).map((row) => text(row, check))
  if (found.join() === 'ok') return
  throw new Fault('bad-workspace', 'The workspace file is damaged.', {
    subject: found[0],
    hint: 'Restore a backup, or choose another folder for the workspace.'
  })
}
