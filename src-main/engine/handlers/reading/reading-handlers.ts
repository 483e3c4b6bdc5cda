import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import type { Job } from '@engine/job'
import { findStudy, listStudies, type StudyRow } from '@engine/project/reading-rows'
import type { StudyResults } from '@shared/reading-protocol'
import type { Workbench } from '../workbench'
import { takePackage } from './package-in'
import { packageForReader } from './package-out'
import { mergeReturn } from './return-in'
import { returnOfReader } from './return-out'
import { acceptConsensus, adjudication, consensusDrawing, makeConsensus } from './study-consensus'
import { writeReference, writeStudyTables } from './study-files'
import { createStudy, removeStudy, studySummary } from './study-list'
import { FiguresKept, studyResults } from './study-results'
import { verifyStudy } from './study-verify'

type ReadingHandlers = Pick<Handlers, Extract<keyof Handlers, `reading.${string}`>>
type AtWork = Pick<
  ReadingHandlers,
  | 'reading.state'
  | 'reading.open'
  | 'reading.go'
  | 'reading.active'
  | 'reading.note'
  | 'reading.done'
  | 'reading.reveal'
  | 'reading.leave'
  | 'reading.openPackage'
  | 'reading.return'
>

/** Reading studies: a reader at work, and the study around it. */
export function readingHandlers(workbench: Workbench): ReadingHandlers {
  return { ...atWork(workbench), ...ofStudies(workbench) }
}

/** A reader at work. */
function atWork(workbench: Workbench): AtWork {
  const { readings, options } = workbench
  const told = (): { open: ReturnType<typeof readings.shown> } => {
    const state = { open: readings.shown() }
    workbench.emit('reading', state)
    return state
  }
  return {
    async 'reading.state'() {
      return { open: readings.shown() }
    },
    async 'reading.open'({ studyId, readerId }, job) {
      await readings.open(studyId, readerId, job)
      return told()
    },
    async 'reading.go'({ reading }, job) {
      await readings.go(reading, job)
      return told()
    },
    async 'reading.active'() {
      return { seconds: readings.active() }
    },
    async 'reading.note'(note) {
      readings.note(note)
      return told()
    },
    async 'reading.done'(_input, job) {
      const number = readings.shown()?.reading ?? 0
      const next = await readings.done()
      const state = readings.shown()
      const stay = state !== null && state.reveals && state.record.mapShown === null
      if (next !== null && !stay) await readings.go(next, job)
      const kept =
        next === null
          ? `All ${state?.total ?? 0} cases are done. Thank you. Nothing more to do here.`
          : `Case ${number} kept. Ctrl+Z to go back.`
      return { ...told(), kept, stay }
    },
    async 'reading.reveal'() {
      readings.reveal()
      return told()
    },
    async 'reading.leave'() {
      await readings.leave()
      return told()
    },
    async 'reading.openPackage'({ grant }, job) {
      const { study, reader } = await takePackage(workbench, options.resolveGrant(grant), job)
      await readings.open(study, reader, job)
      return told()
    },
    async 'reading.return'({ grant }, job) {
      const open = readings.shown()
      if (open === null)
        throw new Fault('usage', 'No reading is open.', { hint: 'Open the file of the reading first.' })
      // What was changed since it was done is kept anew before it is written out.
      await readings.go(open.reading, job)
      const order = { row: readings.study(open.studyId), readerId: open.reader.id, folder: options.resolveGrant(grant) }
      return { files: [await returnOfReader(workbench, order)] }
    }
  }
}

/** What an organiser does with studies. */
function ofStudies(workbench: Workbench): Omit<ReadingHandlers, keyof AtWork> {
  const { readings, references, options, workspace } = workbench
  const kept = new FiguresKept()
  const results = (row: StudyRow, job: Job): Promise<StudyResults> => studyResults(workbench, { row, kept }, job)
  return {
    async 'reading.studies'() {
      return listStudies(workspace.database).map((row) => studySummary(workbench, row))
    },
    async 'reading.create'(order) {
      return studySummary(workbench, createStudy(workbench, order))
    },
    async 'reading.remove'({ studyId }) {
      removeStudy(workbench, readings.study(studyId))
      return {}
    },
    async 'reading.results'({ studyId }, job) {
      return results(readings.study(studyId), job)
    },
    async 'reading.consensus'({ studyId, method }, job) {
      const row = readings.study(studyId)
      await makeConsensus(workbench, { row, method }, job)
      return results(row, job)
    },
    async 'reading.adjudicate'({ studyId, caseIndex }, job) {
      return adjudication(workbench, { row: readings.study(studyId), caseIndex }, job)
    },
    async 'reading.edit'({ studyId, caseIndex }, job) {
      return consensusDrawing(workbench, { row: readings.study(studyId), caseIndex }, job)
    },
    async 'reading.accept'({ studyId, caseIndex, edited }, job) {
      const row = readings.study(studyId)
      await acceptConsensus(workbench, { row, caseIndex, edited }, job)
      return results(row, job)
    },
    async 'reading.reference'({ studyId, grant }, job) {
      const row = readings.study(studyId)
      const { consensus } = await results(row, job)
      if (consensus.length === 0)
        throw new Fault('usage', 'There is no consensus yet.', { hint: 'Make the consensus of the study first.' })
      const cases = references.use(row)
      const files =
        grant === null ? [] : await writeReference(workbench, { row, folder: options.resolveGrant(grant) }, job)
      const sentence = `The consensus is the reference standard of ${consensus.length} cases${files.length > 0 ? ', here and in experiment.json' : ''}.`
      return { cases: cases.length, files, sentence }
    },
    async 'reading.package'({ studyId, readerId, grant }, job) {
      const order = { row: readings.study(studyId), readerId, folder: options.resolveGrant(grant) }
      return { files: [await packageForReader(workbench, order, job)] }
    },
    async 'reading.merge'({ grant }, job) {
      return mergeReturn(workbench, options.resolveGrant(grant), job)
    },
    async 'reading.export'({ studyId, grant }, job) {
      const row = findStudy(workspace.database, studyId) ?? readings.study(studyId)
      return {
        files: writeStudyTables(workbench, row, {
          results: await results(row, job),
          folder: options.resolveGrant(grant)
        })
      }
    },
    async 'reading.verify'({ studyId }) {
      return verifyStudy(workbench, readings.study(studyId))
    }
  }
}
