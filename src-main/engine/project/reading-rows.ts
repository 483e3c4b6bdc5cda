import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { ConsensusState } from '@shared/reading-results'
import { ReadingRecord, StudyDefinition } from '@shared/reading-study'
import { type Database, type Row, number, text, textOrNull } from './database'

/** A study as its row tells it. */
export interface StudyRow {
  readonly study: StudyDefinition
  /** 64 hexadecimal digits: keys of the returned files are made of it. */
  readonly secret: string
  /** List of contents of the package it came with, as JSON; null where it is organised here. */
  readonly package: string | null
  /** How the reference standard was made of it; null as long as it was not. */
  readonly reference: string | null
}

export type VersionKind = 'first' | 'after-map'

/** Which reading. */
export interface ReadingKey {
  readonly study: string
  readonly reader: string
  readonly reading: number
}

export function insertStudy(database: Database, { study, secret, package: packed, reference }: StudyRow): void {
  database.run(
    'INSERT INTO reading_study (id, definition, secret, package, reference, made) VALUES (?, ?, ?, ?, ?, ?)',
    ...[study.id, JSON.stringify(study), secret, packed, reference, new Date().toISOString()]
  )
}

/** Makes the consensus as it is now the reference standard; what is made of the consensus later does not change it. Call inside a transaction. */
export function setReference(database: Database, study: string, reference: string): void {
  database.run('UPDATE reading_study SET reference = ? WHERE id = ?', reference, study)
  database.run('DELETE FROM reading_reference WHERE study = ?', study)
  database.run('INSERT INTO reading_reference SELECT * FROM reading_consensus WHERE study = ?', study)
}

export function listStudies(database: Database): StudyRow[] {
  return database.all('SELECT * FROM reading_study ORDER BY made, rowid').map(studyOf)
}

export function findStudy(database: Database, id: string): StudyRow | null {
  const row = database.one('SELECT * FROM reading_study WHERE id = ?', id)
  return row === undefined ? null : studyOf(row)
}

function studyOf(row: Row): StudyRow {
  return {
    study: held(StudyDefinition, row, 'definition'),
    secret: text(row, 'secret'),
    package: textOrNull(row, 'package'),
    reference: textOrNull(row, 'reference')
  }
}

/** Takes a study away with all that belongs to it; call inside a transaction. */
export function deleteStudy(database: Database, id: string): void {
  for (const table of ['place', 'record', 'outline', 'consensus', 'reference', 'return'])
    database.run(`DELETE FROM reading_${table} WHERE study = ?`, id)
  database.run('DELETE FROM reading_study WHERE id = ?', id)
}

/** The profile that reads as this reader; null as long as nobody has begun. */
export function placeOf(database: Database, study: string, reader: string): string | null {
  const row = database.one('SELECT profile FROM reading_place WHERE study = ? AND reader = ?', study, reader)
  return row === undefined ? null : text(row, 'profile')
}

/** The reader that a profile reads as in a study; null for none. */
export function readerOfProfile(database: Database, study: string, profile: string): string | null {
  const row = database.one('SELECT reader FROM reading_place WHERE study = ? AND profile = ?', study, profile)
  return row === undefined ? null : text(row, 'reader')
}

export function takePlace(database: Database, { study, reader }: Omit<ReadingKey, 'reading'>, profile: string): void {
  database.run('INSERT OR REPLACE INTO reading_place (study, reader, profile) VALUES (?, ?, ?)', study, reader, profile)
}

export function findRecord(database: Database, { study, reader, reading }: ReadingKey): ReadingRecord | null {
  const row = database.one(
    'SELECT record FROM reading_record WHERE study = ? AND reader = ? AND reading = ?',
    ...[study, reader, reading]
  )
  return row === undefined ? null : held(ReadingRecord, row, 'record')
}

export function listRecords(database: Database, study: string, reader: string): ReadingRecord[] {
  return database
    .all('SELECT record FROM reading_record WHERE study = ? AND reader = ? ORDER BY reading', study, reader)
    .map((row) => held(ReadingRecord, row, 'record'))
}

export function keepRecord(
  database: Database,
  { study, reader }: Omit<ReadingKey, 'reading'>,
  record: ReadingRecord
): void {
  database.run(
    'INSERT OR REPLACE INTO reading_record (study, reader, reading, record) VALUES (?, ?, ?, ?)',
    ...[study, reader, record.reading, JSON.stringify(record)]
  )
}

/** Hash of the blob with the outlines of one version; null when there is none. */
export function findOutline(
  database: Database,
  { study, reader, reading }: ReadingKey,
  kind: VersionKind
): string | null {
  const row = database.one(
    'SELECT blob FROM reading_outline WHERE study = ? AND reader = ? AND reading = ? AND kind = ?',
    ...[study, reader, reading, kind]
  )
  return row === undefined ? null : text(row, 'blob')
}

export function keepOutline(
  database: Database,
  { study, reader, reading }: ReadingKey,
  { kind, blob }: { kind: VersionKind; blob: string }
): void {
  database.run(
    'INSERT OR REPLACE INTO reading_outline (study, reader, reading, kind, blob) VALUES (?, ?, ?, ?, ?)',
    ...[study, reader, reading, kind, blob]
  )
}

export interface ConsensusRow {
  readonly state: ConsensusState
  /** Hash of the blob with the outlines, a segment for each finding. */
  readonly blob: string
}

export const listConsensus = (database: Database, study: string): ConsensusRow[] =>
  database.all('SELECT * FROM reading_consensus WHERE study = ? ORDER BY case_index', study).map(consensusOfRow)

/** The consensus as it was when it became the reference standard. */
export const listReference = (database: Database, study: string): ConsensusRow[] =>
  database.all('SELECT * FROM reading_reference WHERE study = ? ORDER BY case_index', study).map(consensusOfRow)

const consensusOfRow = (row: Row): ConsensusRow => ({
  state: held(ConsensusState, row, 'state'),
  blob: text(row, 'blob')
})

export function keepConsensus(database: Database, study: string, { state, blob }: ConsensusRow): void {
  database.run(
    'INSERT OR REPLACE INTO reading_consensus (study, case_index, state, blob) VALUES (?, ?, ?, ?)',
    ...[study, state.caseIndex, JSON.stringify(state), blob]
  )
}

export function dropConsensus(database: Database, study: string): void {
  database.run('DELETE FROM reading_consensus WHERE study = ?', study)
}

/** Whether exactly this file was merged before. */
export function isMerged(database: Database, { study, reader }: Omit<ReadingKey, 'reading'>, sha256: string): boolean {
  const found = database.one(
    'SELECT count(*) AS count FROM reading_return WHERE study = ? AND reader = ? AND sha256 = ?',
    ...[study, reader, sha256]
  )
  return found !== undefined && number(found, 'count') > 0
}

export interface ReturnRow {
  readonly reader: string
  readonly sha256: string
  /** Hash of the blob with the reader's audit trail. */
  readonly audit: string
}

export function keepReturn(database: Database, study: string, { reader, sha256, audit }: ReturnRow): void {
  database.run(
    'INSERT OR REPLACE INTO reading_return (study, reader, sha256, audit, merged) VALUES (?, ?, ?, ?, ?)',
    ...[study, reader, sha256, audit, new Date().toISOString()]
  )
}

export function listReturns(database: Database, study: string): ReturnRow[] {
  return database
    .all('SELECT * FROM reading_return WHERE study = ? ORDER BY merged', study)
    .map((row) => ({ reader: text(row, 'reader'), sha256: text(row, 'sha256'), audit: text(row, 'audit') }))
}

/** A JSON column that holds what its schema says. Throws Fault `bad-workspace`. */
function held<T>(schema: v.GenericSchema<unknown, T>, row: Row, column: string): T {
  try {
    return v.parse(schema, JSON.parse(text(row, column)))
  } catch (cause) {
    throw new Fault('bad-workspace', 'A reading study in the workspace is damaged.', {
      subject: column,
      hint: 'Run "saliscope verify" on the workspace, and restore a backup.',
      cause
    })
  }
}
