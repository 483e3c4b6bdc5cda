import { Fault } from '@engine/fault'
import { deleteStudy, listConsensus, listRecords, placeOf, type StudyRow } from '@engine/project/reading-rows'
import type { Workbench } from '../workbench'
import { tellTrail } from './trail'

/**
 * Takes a study away. Readings that were begun go only when the title is given as the organiser typed it; what was read of
 * them stays in the audit trail: the entries made while reading, and one with every record and its outlines' hashes.
 * Throws Fault `usage` where readings would be lost unsaid, or the study is being read.
 */
export function removeStudy(bench: Workbench, row: StudyRow, typedTitle: string | null): void {
  const { workspace, readings, references } = bench
  const { database, blobs } = workspace
  const { study } = row
  if (readings.shown()?.studyId === study.id)
    throw new Fault('usage', `“${study.title}” is being read now.`, {
      subject: study.title,
      hint: 'Leave the reading first.'
    })
  const readers = study.readers.map(({ id }) => ({ reader: id, records: listRecords(database, study.id, id) }))
  const records = readers.reduce((sum, one) => sum + one.records.length, 0)
  const begun = records > 0 || study.readers.some(({ id }) => placeOf(database, study.id, id) !== null)
  if (begun && typedTitle !== study.title) {
    throw new Fault('usage', `“${study.title}” has been begun: ${counted(records)} would be taken away.`, {
      subject: study.title,
      hint: 'Type the title of the study to remove it all the same; the audit trail keeps what was read.'
    })
  }
  const { cases, ...definition } = study
  const kept = { study: { ...definition, cases: cases.length }, readers, consensus: listConsensus(database, study.id) }
  const payload = begun ? blobs.write(new TextEncoder().encode(JSON.stringify(kept))) : ''
  database.transaction(() => {
    deleteStudy(database, study.id)
    const done = readers.flatMap((one) => one.records).filter(({ versions }) => versions.length > 0).length
    tellTrail(bench, { what: 'study removed', subject: study.id, payload, detail: { readings: records, done } })
  })
  references.forget()
}

const counted = (readings: number): string => (readings === 1 ? '1 reading' : `${readings} readings`)
