import { Fault } from '@engine/fault'
import {
  readReadingPackage,
  returnedAudit,
  returnedOutlines,
  type ReadingPackage
} from '@engine/formats/reader-package/read-package'
import { outlineBytes } from '@engine/formats/reader-package/write-package'
import type { Job } from '@engine/job'
import { checkedTrail } from '@engine/project/carried-trail'
import { carriedPrefix, problemsOfRecords } from '@engine/project/verify-readings'
import {
  findRecord,
  findStudy,
  isMerged,
  keepOutline,
  keepRecord,
  keepReturn,
  placeOf,
  takePlace,
  type StudyRow,
  type VersionKind
} from '@engine/project/reading-rows'
import { segmentsOf } from '@engine/readers/study/outline-runs'
import type { ReadingRecord } from '@shared/reading-study'
import type { Workbench } from '../workbench'
import { orderFor, returnKeyOf } from './reading-place'
import { sourceCase } from './source-cases'
import { tellTrail } from './trail'

type Returned = Extract<ReadingPackage, { kind: 'return' }>

/** What merging a returned file did. */
export interface Merged {
  readonly studyId: string
  readonly reader: string
  readonly added: number
  readonly same: number
  readonly sentence: string
}

/** A place that was filled from a file, not by a profile of this workspace. */
const fromFile = 'returned file'

/**
 * Takes a returned file in; the second time nothing changes. Everything is checked before anything is written. Throws Fault
 * `bad-file` for a file of another study, one that was changed, or whose outlines are not those its audit trail tells of.
 */
export async function mergeReturn(bench: Workbench, path: string, job: Job): Promise<Merged> {
  const { workspace } = bench
  const opened = await readReadingPackage(path)
  if (opened.kind === 'assignment') throw notReturned(opened.zip.name, opened.manifest.reader.name)
  const row = studyOf(bench, opened)
  const { reader, records } = opened.manifest
  const key = { study: row.study.id, reader: reader.id }
  const done = { studyId: row.study.id, reader: reader.name }
  if (isMerged(workspace.database, key, opened.zip.sha256)) {
    const sentence = `${reader.name}’s file was taken in before. Nothing changed.`
    return { ...done, added: 0, same: records.length, sentence }
  }
  const trail = returnedAudit(opened.zip)
  requireTold(trail, { records, prefix: carriedPrefix(row.study.id, reader.id) })
  const outlines = await checkedOutlines(bench, { row, opened }, job)
  const added = keepReturned(bench, { key, opened, trail, outlines })
  const finished = records.filter(({ versions }) => versions.length > 0).length
  const total = orderFor(row, reader.id).length
  const sentence = `${reader.name}: ${finished} of ${total} cases are done; ${added} came with this file.`
  return { ...done, added, same: records.length - added, sentence }
}

/** Throws Fault `bad-file` when a record is not what the reader's trail tells of. */
function requireTold(trail: string, { records, prefix }: { records: readonly ReadingRecord[]; prefix: string }): void {
  const [problem] = problemsOfRecords(records, checkedTrail(trail), [prefix])
  if (problem !== undefined) throw new Fault('bad-file', `${problem} Nothing was imported.`)
}

const notReturned = (file: string, reader: string): Fault =>
  new Fault('usage', `“${file}” is the file that was made for ${reader}, not the one that comes back.`, {
    subject: file,
    hint: 'Ask for the file that Read writes with Bring back.'
  })

interface ReturnToKeep {
  readonly key: { readonly study: string; readonly reader: string }
  readonly opened: Returned
  readonly trail: string
  readonly outlines: readonly ReturnedOutline[]
}

/** Writes all of it or nothing; returns how many readings were new. */
function keepReturned(bench: Workbench, { key, opened, trail, outlines }: ReturnToKeep): number {
  const { database, blobs } = bench.workspace
  const { records } = opened.manifest
  const audit = blobs.write(new TextEncoder().encode(trail))
  const kept = outlines.map((one) => ({ ...one, blob: blobs.write(one.bytes) }))
  const isNew = (record: ReadingRecord): boolean =>
    isNewer(record, findRecord(database, { ...key, reading: record.reading }))
  const added = records.filter(isNew)
  database.transaction(() => {
    takePlace(database, key, fromFile)
    for (const record of added) {
      keepRecord(database, key, record)
      for (const { reading, kind, blob } of kept.filter((one) => one.reading === record.reading))
        keepOutline(database, { ...key, reading }, { kind, blob })
    }
    keepReturn(database, key.study, { reader: key.reader, sha256: opened.zip.sha256, audit })
    const detail = { added: added.length, same: records.length - added.length }
    const subject = `${key.study} ${key.reader}`
    tellTrail(bench, { what: 'returned file merged', subject, payload: opened.zip.sha256, detail })
  })
  return added.length
}

/** Whose file it is, and of which study. Throws Fault `bad-file`. */
function studyOf({ workspace }: Workbench, { manifest, zip }: Returned): StudyRow {
  const { study, reader } = manifest
  const row = findStudy(workspace.database, study.id)
  if (row === null || row.package !== null || !row.study.readers.some(({ id }) => id === reader.id)) {
    throw new Fault(
      'bad-file',
      `${reader.name}’s file belongs to another study (${study.title}). Nothing was imported.`,
      {
        subject: zip.name,
        hint: 'Take it in where that study was made.'
      }
    )
  }
  if (!zip.sealedWith(Buffer.from(returnKeyOf(row, reader.id), 'hex'))) {
    throw new Fault(
      'bad-file',
      `${reader.name}’s file was not made from the file this study gave out, or was changed since. Nothing was imported.`,
      {
        subject: zip.name,
        hint: 'Ask the reader to save it again.'
      }
    )
  }
  const place = placeOf(workspace.database, row.study.id, reader.id)
  if (place !== null && place !== fromFile) {
    throw new Fault(
      'bad-file',
      `${reader.name} has read in this workspace already: the two cannot be mixed. Nothing was imported.`,
      {
        subject: reader.name
      }
    )
  }
  return row
}

interface ReturnedOutline {
  readonly reading: number
  readonly kind: VersionKind
  readonly bytes: Uint8Array
}

/** Outlines of every version, on the grid of the case they are said to be of. Throws Fault `bad-file`, `bad-mask`. */
async function checkedOutlines(
  bench: Workbench,
  { row, opened }: { row: StudyRow; opened: Returned },
  job: Job
): Promise<ReturnedOutline[]> {
  const { records, reader } = opened.manifest
  const order = orderFor(row, reader.id)
  const list: ReturnedOutline[] = []
  for (const [index, record] of records.entries()) {
    job.progress('Reading outlines', index, records.length)
    const place = order.find(({ reading }) => reading === record.reading)
    if (place === undefined) throw misfit(opened, record, 'there is no such case on the list')
    const { size } = await sourceCase(bench, row.study.cases[place.caseIndex], job)
    for (const { kind } of record.versions) {
      const runs = returnedOutlines(opened.zip, record, kind)
      if (runs.size.some((length, axis) => length !== size[axis]))
        throw misfit(opened, record, 'its outline has another size than the image')
      segmentsOf(runs)
      list.push({ reading: record.reading, kind, bytes: outlineBytes(runs) })
    }
  }
  return list
}

const misfit = ({ manifest }: Returned, { reading }: ReadingRecord, reason: string): Fault =>
  new Fault(
    'bad-file',
    `${manifest.reader.name}’s file does not fit this study at case ${reading}: ${reason}. Nothing was imported.`
  )

/** A file that was saved earlier takes nothing back. Records of before there was a counter all say 0. */
function isNewer(record: ReadingRecord, known: ReadingRecord | null): boolean {
  if (known === null) return true
  if (record.revision !== known.revision) return record.revision > known.revision
  if (JSON.stringify(known) === JSON.stringify(record)) return false
  return (record.finished ?? '') > (known.finished ?? '') || record.versions.length > known.versions.length
}
