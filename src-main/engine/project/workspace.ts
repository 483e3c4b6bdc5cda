import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, asFault } from '@engine/fault'
import type { ReadOnly, SavingState } from '@shared/drawing'
import { Blobs } from './blobs'
import type { Database } from './database'
import { type Holder, renew, thisProcess } from './holder'
import { keepValue, keptValue } from './kept-values'
import { migrate } from './migrate'
import { openConnection, readOnlyCopy } from './open-connection'
import { firstProfile } from './profile-rows'
import { Saver } from './saver'
import { storageFault } from './storage-fault'

/** Leases are renewed this often. */
const heartbeatMs = 15_000

/** Names of what lies in a workspace folder; everything of it is there, nothing elsewhere. */
export const workspaceFile = 'workspace.sqlite'
export const blobFolder = 'blobs'

/** An open workspace: one SQLite file and its blobs. */
export interface Workspace {
  readonly id: string
  readonly database: Database
  readonly blobs: Blobs
  readonly saver: Saver
  readonly holder: Holder
  /** Why nothing can be written; null when it can. */
  readonly readOnly: ReadOnly | null
  /** Why the folder could not be opened, and nothing is kept; null when it is. */
  readonly problem: Fault | null
  /** True when it was made just now. */
  readonly isNew: boolean
  close(): void
}

export interface WorkspaceOptions {
  /** null keeps nothing. */
  readonly folder: string | null
  readonly tell: (state: SavingState) => void
}

/**
 * Opens a workspace, or makes one. One that cannot be opened leaves a workspace in memory with `problem`: the program
 * still works, and says that nothing is kept.
 */
export function openWorkspace({ folder, tell }: WorkspaceOptions): Workspace {
  if (folder === null) return inMemory(tell, null)
  try {
    return openFolder(folder, tell)
  } catch (thrown) {
    return inMemory(tell, asFault(thrown))
  }
}

function inMemory(tell: WorkspaceOptions['tell'], problem: Fault | null): Workspace {
  return ready({
    database: openConnection(':memory:', 'MEMORY'),
    blobs: new Blobs(null),
    tell,
    readOnly: null,
    problem
  })
}

function openFolder(folder: string, tell: WorkspaceOptions['tell']): Workspace {
  const readOnly = prepare(folder)
  const blobs = new Blobs(join(folder, blobFolder))
  if (readOnly !== null) {
    const copy = readOnlyCopy(join(folder, workspaceFile))
    const workspace = ready({ database: copy.database, blobs, tell, readOnly, problem: null })
    return { ...workspace, close: () => (workspace.close(), copy.remove()) }
  }
  return ready({ database: openConnection(join(folder, workspaceFile), 'WAL'), blobs, tell, readOnly, problem: null })
}

/** Makes the folder and tries to write: `access` says yes to root on read-only drives too. */
function prepare(folder: string): ReadOnly | null {
  const probe = join(folder, `.writable-${randomUUID()}`)
  try {
    mkdirSync(folder, { recursive: true })
    mkdirSync(probe)
    rmSync(probe, { recursive: true })
    return null
  } catch (thrown) {
    // Without a workspace in it there is nothing to show: the fault of making one says why.
    if (statSync(join(folder, workspaceFile), { throwIfNoEntry: false }) === undefined) throw storageFault(thrown)
    return {
      reason: 'folder',
      owner: null,
      since: null,
      sentence: 'Open for reading only: the folder of the workspace cannot be written to.'
    }
  }
}

interface Opened extends Pick<Workspace, 'database' | 'blobs' | 'readOnly' | 'problem'> {
  readonly tell: WorkspaceOptions['tell']
}

function ready({ database, blobs, tell, readOnly, problem }: Opened): Workspace {
  migrate(database)
  const known = keptValue(database, 'workspace')
  const id = typeof known === 'string' ? known : randomUUID()
  if (id !== known) keepValue(database, 'workspace', id)
  firstProfile(database)
  const saver = new Saver(tell)
  const holder = thisProcess()
  const beat = setInterval(() => renewQuietly(database, holder), heartbeatMs)
  beat.unref()
  const close = (): void => {
    clearInterval(beat)
    saver.close()
    if (readOnly === null) releaseAll(database, holder)
    database.close()
  }
  return { id, database, blobs, saver, holder, readOnly, problem, isNew: id !== known, close }
}

/** A full disk cannot stop the clock: the next beat tries again, and on this machine the process itself is the proof. */
function renewQuietly(database: Database, holder: Holder): void {
  try {
    renew(database, holder, new Date().toISOString())
  } catch {
    // Nothing to be done about it here; a stroke that cannot be written says so.
  }
}

function releaseAll(database: Database, { owner }: Holder): void {
  try {
    database.run('DELETE FROM lease WHERE owner LIKE ?', `${owner}/%`)
  } catch {
    // The process ends: that frees its leases as well.
  }
}
