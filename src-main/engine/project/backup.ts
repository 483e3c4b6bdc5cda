import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Fault } from '@engine/fault'
import { Blobs, sha256 } from './blobs'
import { Database, bytes, text } from './database'
import { allDrawings } from './drawing-rows'
import { storageFault } from './storage-fault'
import { blobFolder, workspaceFile } from './workspace'

/**
 * Writes a workspace into one file: the database with its blobs in a table of their own. The final name appears when all
 * of it is on the disk. Throws Fault `not-writable`, `disk-full`, `bad-workspace` for a damaged blob.
 */
export function writeBackup({ database, blobs }: { database: Database; blobs: Blobs }, path: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`)
  try {
    database.run('VACUUM INTO ?', temporary)
    const copy = new Database(temporary)
    copy.exec('CREATE TABLE backup_blob (hash TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT')
    copy.exec('DELETE FROM lease')
    copy.transaction(() => {
      for (const hash of blobs.list()) copy.run('INSERT INTO backup_blob VALUES (?, ?)', hash, blobs.read(hash))
    })
    copy.close()
    const file = openSync(temporary, 'r+')
    fsyncSync(file)
    closeSync(file)
    renameSync(temporary, path)
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw storageFault(thrown)
  }
}

/**
 * Makes a workspace of a backup in an empty folder; returns how many drawings it has.
 * Throws Fault `not-writable` for a folder with something in it, `bad-file` for what is no backup.
 */
export function restoreBackup(file: string, folder: string): number {
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0) {
    throw new Fault('not-writable', `The folder "${basename(folder)}" is not empty.`, {
      hint: 'Choose an empty folder.'
    })
  }
  if (!existsSync(file)) throw new Fault('not-found', 'The backup is not there any more.')
  const source = new Database(file)
  try {
    requireBackup(source, basename(file))
    const blobs = new Blobs(join(folder, blobFolder))
    for (const row of source.all('SELECT hash, content FROM backup_blob')) {
      const content = bytes(row, 'content')
      if (sha256(content) !== text(row, 'hash'))
        throw new Fault('bad-file', 'The backup is damaged.', { subject: basename(file) })
      blobs.write(content)
    }
    source.run('VACUUM INTO ?', join(folder, workspaceFile))
    const made = new Database(join(folder, workspaceFile))
    made.exec('DROP TABLE backup_blob')
    const drawings = allDrawings(made).length
    made.close()
    return drawings
  } finally {
    source.close()
  }
}

function requireBackup(source: Database, name: string): void {
  const no = new Fault('bad-file', `"${name}" is no backup of a workspace.`, { subject: name })
  try {
    if (source.all(`SELECT 1 FROM sqlite_master WHERE name = 'backup_blob'`).length === 0) throw no
    if (text(source.all('PRAGMA integrity_check(1)')[0], 'integrity_check') !== 'ok') throw no
  } catch {
    throw no
  }
}
