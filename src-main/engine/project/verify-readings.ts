import * as v from 'valibot'
import { asFault } from '@engine/fault'
import { saidInRecord, saysNothing } from '@shared/reading-said'
import type { ReadingRecord } from '@shared/reading-study'
import type { AuditEntry } from './audit'
import { sha256, type Blobs } from './blobs'
import { checkedTrail } from './carried-trail'
import { type Database, number, text } from './database'
import { findOutline, listRecords, listReturns, listStudies, type StudyRow, type VersionKind } from './reading-rows'

const RecordDetail = v.object({ record: v.string() })

/** A reading of a file is a study of its own on the computer it is read on: two readers may share one. */
export const carriedStudyId = (study: string, reader: string): string =>
  `file-${sha256(`${study} ${reader}`).slice(0, 24)}`

/** What the entries of a trail were about where a reading was done. */
export const ownPrefix = (study: string, reader: string): string => `${study} ${reader}`
export const carriedPrefix = (study: string, reader: string): string => `${carriedStudyId(study, reader)} ${reader}`

/**
 * Records of one reader against the trail of where they were read: every version has the outlines its own entry tells of, and
 * what is said is what was said last. Returns sentences.
 */
export function problemsOfRecords(
  records: readonly ReadingRecord[],
  trail: readonly AuditEntry[],
  prefixes: readonly string[]
): string[] {
  return records.flatMap((record) => {
    const subjects = prefixes.map((prefix) => `${prefix} ${record.reading}`)
    const entries = trail.filter(({ subject }) => subjects.includes(subject))
    const wrong = record.versions.some(({ kind, sha256: hash }) => lastOutline(entries, kind) !== hash)
    if (wrong) return [`The outline of reading ${record.reading} is not the one its audit trail tells of.`]
    return said(record, entries)
      ? []
      : [`What is said of reading ${record.reading} is not what its audit trail tells of.`]
  })
}

function lastOutline(entries: readonly AuditEntry[], kind: VersionKind): string | undefined {
  const what = kind === 'first' ? 'reading done' : 'reading done after map'
  return entries.findLast((entry) => entry.what === what)?.payload
}

/** Records of before notes were in the trail have no change counter, and no entry that says their hash. */
function said(record: ReadingRecord, entries: readonly AuditEntry[]): boolean {
  const hashes = entries.flatMap(({ detail }) => {
    const found = v.safeParse(RecordDetail, JSON.parse(detail))
    return found.success ? [found.output.record] : []
  })
  const last = hashes.at(-1)
  if (last !== undefined) return last === sha256(saidInRecord(record))
  return record.revision === 0 || saysNothing(record)
}

/** The readings of a study: their records against the trails, their outlines against their records. Returns sentences. */
export function problemsOfStudy(
  database: Database,
  blobs: Blobs,
  { row: { study }, trail }: { row: StudyRow; trail: readonly AuditEntry[] }
): { problems: string[]; entries: number } {
  let entries = 0
  const returns = listReturns(database, study.id)
  const problems = study.readers.flatMap(({ id, name }) => {
    const own = trail.filter(({ subject }) => subject.startsWith(`${ownPrefix(study.id, id)} `))
    const carried = returns
      .filter(({ reader }) => reader === id)
      .map(({ audit }) => checkedTrail(new TextDecoder().decode(blobs.read(audit))))
    // Each file that comes back holds all that earlier ones held.
    const longest = carried.sort((a, b) => b.length - a.length)[0] ?? []
    entries += longest.length
    const records = listRecords(database, study.id, id)
    const prefixes = [ownPrefix(study.id, id), carriedPrefix(study.id, id)]
    const found = [
      ...problemsOfRecords(records, [...longest, ...own], prefixes),
      ...records.flatMap((record) => outlineProblems(database, blobs, { study: study.id, reader: id, record }))
    ]
    return found.map((problem) => `${name}: ${problem}`)
  })
  return { problems: [...problems, ...returnProblems(database, study.id, trail)], entries }
}

/** Every outline is the one its version says, byte for byte, and there is no other. */
function outlineProblems(
  database: Database,
  blobs: Blobs,
  { study, reader, record }: { study: string; reader: string; record: ReadingRecord }
): string[] {
  const { reading, versions } = record
  for (const kind of ['first', 'after-map'] as const) {
    const blob = findOutline(database, { study, reader, reading }, kind)
    const version = versions.find((one) => one.kind === kind)
    if (blob !== (version?.sha256 ?? null)) return [`The outline that is kept of reading ${reading} is another one.`]
    if (blob === null) continue
    try {
      // Reading it compares its bytes with its hash.
      blobs.read(blob)
    } catch (thrown) {
      return [asFault(thrown).message]
    }
  }
  return []
}

/** Every file that came back is one the trail tells of. */
function returnProblems(database: Database, study: string, trail: readonly AuditEntry[]): string[] {
  const told = new Set(trail.filter(({ what }) => what === 'returned file merged').map(({ payload }) => payload))
  const strange = listReturns(database, study).filter(({ sha256: hash }) => !told.has(hash))
  return strange.map(({ reader }) => `A returned file of ${reader} is not in the audit trail.`)
}

const nameOfNote = 'case note '

/** Every reading study of a workspace, and what is said of cases outside studies. Returns sentences. */
export function verifyReadings(database: Database, blobs: Blobs, trail: readonly AuditEntry[]): string[] {
  const known = database.one(`SELECT count(*) AS count FROM sqlite_master WHERE name = 'reading_study'`)
  const studies = known !== undefined && number(known, 'count') > 0 ? listStudies(database) : []
  const ofStudies = studies.flatMap((row) =>
    problemsOfStudy(database, blobs, { row, trail }).problems.map((problem) => `Study ${row.study.title}: ${problem}`)
  )
  const notes = database.all(`SELECT name, value FROM property WHERE name LIKE '${nameOfNote}%'`)
  const ofNotes = notes.flatMap((row) => {
    const drawing = text(row, 'name').slice(nameOfNote.length)
    const told = trail.findLast(({ what, subject }) => what === 'case noted' && subject === drawing)
    if (told === undefined || told.payload === sha256(text(row, 'value'))) return []
    return [`Drawing ${drawing.slice(0, 8)}: what is said of its case is not what the audit trail tells of.`]
  })
  return [...ofStudies, ...ofNotes]
}
