import { Fault } from '@engine/fault'
import { deleteDrawings, drawingsOfStudy, requireNotDrawn } from '@engine/project/drawing-removal'
import { deleteStudy, listConsensus, listRecords, placeOf, type StudyRow } from '@engine/project/reading-rows'
import { contentsWords, type StudyContents } from '@shared/study-contents'
import type { Workbench } from '../workbench'
import { tellTrail } from './trail'

/** How much would go with a study: readings, what was drawn, and copies of what could not be written into it. */
export function studyContents({ workspace }: Workbench, { study }: StudyRow): StudyContents {
  const { database } = workspace
  const { drawings, copies } = drawingsOfStudy(database, study.id)
  const readings = study.readers.reduce((sum, { id }) => sum + listRecords(database, study.id, id).length, 0)
  return { readings, drawings: drawings.length, copies: copies.length }
}

/**
 * Takes a study away with what was drawn for it: drawings that nothing opens any more would come back unasked under the readings of the
 * same study, were it taken in again. A study that was begun goes only when its title is given as the organiser typed it; what was read
 * stays in the audit trail: the entries made while reading, and one with every record and its outlines' hashes.
 * Throws Fault `usage` where something would be lost unsaid, or the study is being read; `locked` where another program draws for it, and
 * the fault of a full disk while changes are held.
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
  const { drawings, copies } = drawingsOfStudy(database, study.id)
  const drawn = [...drawings, ...copies]
  const begun =
    drawn.length > 0 || records > 0 || study.readers.some(({ id }) => placeOf(database, study.id, id) !== null)
  if (begun && typedTitle !== study.title) {
    throw new Fault(
      'usage',
      `“${study.title}” has been begun: ${contentsWords(studyContents(bench, row))} would be taken away.`,
      {
        subject: study.title,
        hint: 'Type the title of the study to remove it all the same; the audit trail keeps what was read.'
      }
    )
  }
  requireNotDrawn(database, drawn, workspace.holder)
  bench.drawings.requireSaved()
  const { cases, ...definition } = study
  const kept = { study: { ...definition, cases: cases.length }, readers, consensus: listConsensus(database, study.id) }
  const payload = begun ? blobs.write(new TextEncoder().encode(JSON.stringify(kept))) : ''
  database.transaction(() => {
    deleteStudy(database, study.id)
    deleteDrawings(database, drawn)
    for (const { id } of drawn) tellTrail(bench, { what: 'drawing removed', subject: id, detail: {} })
    const done = readers.flatMap((one) => one.records).filter(({ versions }) => versions.length > 0).length
    tellTrail(bench, {
      what: 'study removed',
      subject: study.id,
      payload,
      detail: { readings: records, done, drawings: drawings.length, copies: copies.length }
    })
  })
  bench.drawings.forget(drawn)
  references.forget()
}
