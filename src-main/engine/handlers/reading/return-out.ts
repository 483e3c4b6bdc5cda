import { join } from 'node:path'
import { Fault } from '@engine/fault'
import { writeReturn, type ReturnedReading } from '@engine/formats/reader-package/write-package'
import { trailLines } from '@engine/project/carried-trail'
import { findOutline, listRecords, type StudyRow } from '@engine/project/reading-rows'
import { prepareFolder } from '../output-folder'
import type { Workbench } from '../workbench'
import { packageName } from './package-out'
import type { KeptAssignment } from './reading-cases'
import { readerOf } from './reading-place'
import { keptOutlines } from './study-readings'
import { tellTrail } from './trail'

/**
 * Writes what a reader brings back: records, outlines, and the audit trail of this workspace as far as it is about this reading. Returns the name of the file.
 * Throws Fault `usage` for a study that is organised here.
 */
export async function returnOfReader(
  bench: Workbench,
  { row, readerId, folder }: { row: StudyRow; readerId: string; folder: string }
): Promise<string> {
  const { workspace, options } = bench
  if (row.package === null) throw new Fault('usage', 'This study is organised here: there is nothing to bring back.')
  const { study, reader: assigned, returnKey, sha256 } = JSON.parse(row.package) as KeptAssignment
  const reader = readerOf(row.study, readerId)
  prepareFolder(folder)
  const records = listRecords(workspace.database, row.study.id, readerId)
  const outlines = records.flatMap(({ reading, versions }) =>
    versions.flatMap(({ kind }): ReturnedReading[] => {
      const hash = findOutline(workspace.database, { study: row.study.id, reader: readerId, reading }, kind)
      return hash === null ? [] : [{ reading, kind, runs: keptOutlines(workspace, hash) }]
    })
  )
  workspace.database.transaction(() =>
    tellTrail(bench, { what: 'returned', subject: `${study.id} ${readerId}`, detail: { readings: outlines.length } })
  )
  const name = packageName(study.title, reader.name, '-done')
  const manifest = { study, reader: assigned, assignment: sha256, saliscope: options.version, records }
  const key = Buffer.from(returnKey, 'hex')
  const audit = trailLines(workspace, { study: row.study.id, subjects: [`${study.id} ${readerId}`] })
  await writeReturn(join(folder, name), manifest, { outlines, audit, key })
  return name
}
