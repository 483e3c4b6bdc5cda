import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import { appendAudit } from '@engine/project/audit'
import { restoreBackup, writeBackup } from '@engine/project/backup'
import { number } from '@engine/project/database'
import { verifyWorkspace } from '@engine/project/verify-workspace'
import { workspaceFile } from '@engine/project/workspace'
import { prepareFolder } from './output-folder'
import type { Workbench } from './workbench'

type WorkspaceHandlers = Pick<Handlers, Extract<keyof Handlers, `workspace.${string}`>>

/** The workspace as a thing: what is in it, whether it is whole, compacting it and taking it along. */
export function workspaceHandlers({ options, workspace, profiles }: Workbench): WorkspaceHandlers {
  const { database, blobs, problem, readOnly } = workspace
  const folder = problem === null ? options.workspaceFolder : null
  const size = (): number => (folder === null ? 0 : sizeOf(folder))
  const count = (table: 'drawing' | 'audit'): number =>
    number(database.all(`SELECT count(*) AS n FROM ${table}`)[0], 'n')
  const sign = (what: string): void => {
    const { id, name } = profiles.current
    const event = { who: id, name, what, subject: workspace.id, payload: '', detail: {} }
    if (readOnly === null) database.transaction(() => appendAudit(database, event, workspace.id))
  }
  const kept = (): string => {
    if (folder !== null) return folder
    throw problem ?? new Fault('not-found', 'Nothing is kept here: there is no workspace folder.')
  }
  return {
    async 'workspace.state'() {
      const name = folder === null ? null : basename(folder)
      const counts = { bytes: size(), drawings: count('drawing'), auditEntries: count('audit') }
      return { name, problem: problem?.report() ?? null, readOnly, network: workspace.network, ...counts }
    },

    async 'workspace.verify'(_input, job) {
      return verifyWorkspace(kept(), job)
    },

    async 'workspace.compact'() {
      if (readOnly !== null) throw new Fault('read-only', readOnly.sentence)
      kept()
      const before = size()
      database.exec('VACUUM')
      database.all('PRAGMA wal_checkpoint(TRUNCATE)')
      return { freed: Math.max(0, before - size()) }
    },

    async 'workspace.backup'({ grant }) {
      kept()
      const place = options.resolveGrant(grant)
      prepareFolder(place)
      sign('backup')
      const file = `saliscope-workspace-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.sqlite`
      writeBackup({ database, blobs }, join(place, file))
      return { file }
    },

    async 'workspace.restore'({ file, folder: target }) {
      return { drawings: restoreBackup(options.resolveGrant(file), options.resolveGrant(target)) }
    }
  }
}

/** Bytes of the database and its log. */
function sizeOf(folder: string): number {
  return ['', '-wal'].reduce((sum, end) => {
    return sum + (statSync(join(folder, workspaceFile + end), { throwIfNoEntry: false })?.size ?? 0)
  }, 0)
}
