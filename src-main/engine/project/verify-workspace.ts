import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, asFault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { Verified } from '@shared/verification'
import { Blobs } from './blobs'
import { Database, number, text } from './database'
import { allDrawings } from './drawing-rows'
import { keptValue } from './kept-values'
import { migrations } from './migrations/index'
import { readOnlyCopy } from './open-connection'
import { verifyAudit } from './verify-audit'
import { verifyDrawings } from './verify-drawings'
import { verifyReadings } from './verify-readings'
import { blobFolder, isWritable, workspaceFile } from './workspace'

/** Whether a folder holds a workspace. */
export function isWorkspace(folder: string): boolean {
  return existsSync(join(folder, workspaceFile))
}

/**
 * Every entry of the audit trail, every drawing, every reading and every blob of a workspace, which may be in use meanwhile; nothing is
 * written. Throws Fault `bad-workspace` for one of a newer version.
 */
export async function verifyWorkspace(folder: string, job: Job): Promise<Verified> {
  const path = join(folder, workspaceFile)
  if (!isWritable(folder)) {
    const copy = readOnlyCopy(path)
    try {
      return await verifyDatabase(copy.database, new Blobs(join(folder, blobFolder)), job)
    } finally {
      copy.database.close()
      copy.remove()
    }
  }
  const database = new Database(path)
  try {
    database.exec('PRAGMA query_only = 1')
    return await verifyDatabase(database, new Blobs(join(folder, blobFolder)), job)
  } finally {
    database.close()
  }
}

async function verifyDatabase(database: Database, blobs: Blobs, job: Job): Promise<Verified> {
  const found = structure(database)
  if (found !== null) return told([found], 'Nothing else could be looked at.')
  requireLayout(database)
  const workspaceId = String(keptValue(database, 'workspace'))
  const problems: string[] = []
  const step = async (done: number, work: () => string[]): Promise<void> => {
    job.progress('workspace', done, 4)
    await new Promise((resolve) => setImmediate(resolve))
    problems.push(...attempt(work))
  }
  let trail: ReturnType<typeof verifyAudit>['entries'] = []
  await step(0, () => {
    const audit = verifyAudit(database, workspaceId)
    trail = audit.entries
    return audit.problems
  })
  await step(1, () => verifyDrawings(database, blobs, trail))
  await step(2, () => verifyReadings(database, blobs, trail))
  await step(3, () => damagedBlobs(blobs))
  const counts = `${trail.length} audit entries, ${allDrawings(database).length} drawings, ${blobs.list().length} blobs.`
  return told(problems, counts)
}

function told(problems: string[], checked: string): Verified {
  return { kind: 'workspace', whole: problems.length === 0, checked, problems, remarks: [] }
}

/** Why the file itself is unsound; null when it is sound. */
function structure(database: Database): string | null {
  try {
    const [row] = database.all('PRAGMA integrity_check(1)')
    const found = text(row, 'integrity_check')
    return found === 'ok' ? null : `The workspace file is damaged: ${found}.`
  } catch (thrown) {
    return asFault(thrown).message
  }
}

function requireLayout(database: Database): void {
  if (number(database.all('PRAGMA user_version')[0], 'user_version') <= migrations.length) return
  throw new Fault('bad-workspace', 'This workspace was made by a newer version of Saliscope.', {
    hint: 'Verify it with that version.'
  })
}

/** What cannot even be read is a problem like any other. */
function attempt(work: () => string[]): string[] {
  try {
    return work()
  } catch (thrown) {
    return [asFault(thrown).message]
  }
}

function damagedBlobs(blobs: Blobs): string[] {
  return blobs
    .list()
    .flatMap((hash) => attempt(() => (blobs.read(hash), [])).map((problem) => `${problem} (blob ${hash.slice(0, 12)})`))
}
