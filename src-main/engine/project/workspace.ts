import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { Fault, asFault } from '@engine/fault'
import type { ReadOnly, SavingState } from '@shared/drawing'
import { Blobs } from './blobs'
import type { Database } from './database'
import { type Holder, renew, thisProcess } from './holder'
import { type DriveFacts, driveOf } from './file-system'
import { type OtherHolder, claimLease } from './lease'
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
  /** On a drive of the network: one writer, and no write-ahead log. */
  readonly network: boolean
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
  /** What the drive is good for; tests have no network drive. */
  readonly drive?: (folder: string) => DriveFacts
}

/**
 * Opens a workspace, or makes one. One that cannot be opened leaves a workspace in memory with `problem`: the program
 * still works, and says that nothing is kept.
 */
export function openWorkspace({ folder, tell, drive = driveOf }: WorkspaceOptions): Workspace {
  if (folder === null) return inMemory(tell, null)
  try {
    return openFolder(folder, tell, drive)
  } catch (thrown) {
    return inMemory(tell, asFault(thrown))
  }
}

function inMemory(tell: WorkspaceOptions['tell'], problem: Fault | null): Workspace {
  const database = openConnection(':memory:', 'MEMORY')
  const place = { blobs: new Blobs(null), tell, readOnly: null, network: false, problem }
  return ready({ ...place, database, holder: thisProcess() })
}

function openFolder(folder: string, tell: WorkspaceOptions['tell'], drive: (folder: string) => DriveFacts): Workspace {
  const closed = prepare(folder)
  const { network, locks } = drive(folder)
  const path = join(folder, workspaceFile)
  const place = { blobs: new Blobs(join(folder, blobFolder)), tell, network, problem: null }
  if (closed !== null) return fromCopy(path, { ...place, readOnly: closed })
  if (!locks) return fromCopy(path, { ...place, readOnly: { ...nobody, reason: 'network', sentence: withoutLocks } })
  const database = openConnection(path, network ? 'DELETE' : 'WAL')
  migrate(database)
  const holder = thisProcess()
  const other = network
    ? claimLease(database, { scope: 'workspace', holder, window: 'program', name: hostname() })
    : null
  return ready({ ...place, database, holder, readOnly: other === null ? null : writtenBy(other) })
}

const nobody = { owner: null, since: null }
const withoutLocks =
  'Open for reading only: this network drive does not keep two programs apart. Copy the workspace to a drive of this computer to draw.'

/** Where nothing can be written: a copy is read. Throws Fault `not-writable` where there is no workspace yet. */
function fromCopy(path: string, place: Omit<Opened, 'database' | 'holder'>): Workspace {
  if (!existsSync(path)) throw new Fault('not-writable', place.readOnly?.sentence ?? 'Nothing can be written here.')
  const { database, remove } = readOnlyCopy(path)
  const workspace = ready({ ...place, database, holder: thisProcess() })
  return { ...workspace, close: () => (workspace.close(), remove()) }
}

function writtenBy({ name, since }: OtherHolder): ReadOnly {
  const time = new Date(since).toTimeString().slice(0, 5)
  return {
    reason: 'workspace',
    owner: name,
    since,
    sentence: `Open for reading only: the computer ${name} writes to this workspace on a network drive since ${time}.`
  }
}

/** Whether something can be written into a folder: `access` says yes to root on read-only drives too. */
export function isWritable(folder: string): boolean {
  try {
    tryWriting(folder)
    return true
  } catch {
    return false
  }
}

function tryWriting(folder: string): void {
  const probe = join(folder, `.writable-${randomUUID()}`)
  mkdirSync(probe)
  rmSync(probe, { recursive: true })
}

/** Makes the folder where there is none; null when it can be written to. Throws Fault `not-writable`, `disk-full`. */
function prepare(folder: string): ReadOnly | null {
  try {
    mkdirSync(folder, { recursive: true })
    tryWriting(folder)
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

interface Opened extends Pick<Workspace, 'database' | 'blobs' | 'holder' | 'network' | 'readOnly' | 'problem'> {
  readonly tell: WorkspaceOptions['tell']
}

function ready({ tell, ...opened }: Opened): Workspace {
  const { database, holder, readOnly } = opened
  migrate(database)
  const known = keptValue(database, 'workspace')
  const id = typeof known === 'string' ? known : randomUUID()
  if (id !== known) keepValue(database, 'workspace', id)
  firstProfile(database)
  const saver = new Saver(tell)
  const beat = setInterval(() => renewQuietly(database, holder), heartbeatMs)
  beat.unref()
  const close = (): void => {
    clearInterval(beat)
    saver.close()
    if (readOnly === null) releaseAll(database, holder)
    database.close()
  }
  return { ...opened, id, saver, isNew: id !== known, close }
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
