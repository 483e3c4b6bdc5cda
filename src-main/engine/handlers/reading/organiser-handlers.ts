import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import type { Job } from '@engine/job'
import { listStudies, type StudyRow } from '@engine/project/reading-rows'
import type { StudyResults } from '@shared/reading-protocol'
import type { Workbench } from '../workbench'
import { packageForReader } from './package-out'
import { mergeReturn } from './return-in'
import { acceptConsensus, consensusDrawing } from './corrected-consensus'
import { adjudication, makeConsensus } from './study-consensus'
import { writeReference, writeStudyTables } from './study-files'
import { createStudy, studySummary } from './study-list'
import { writeStudyOutlines } from './study-outlines'
import { removeStudy, studyContents } from './study-removal'
import { studyRemarks } from './study-remarks'
import { FiguresKept, studyResults } from './study-results'
import { verifyStudy } from './study-verify'

type ListHandlers = Pick<
  Handlers,
  | 'reading.studies'
  | 'reading.create'
  | 'reading.contents'
  | 'reading.remove'
  | 'reading.package'
  | 'reading.merge'
  | 'reading.verify'
>
type FileHandlers = Pick<Handlers, 'reading.export' | 'reading.outlines'>
type ResultHandlers = Pick<
  Handlers,
  | 'reading.results'
  | 'reading.consensus'
  | 'reading.adjudicate'
  | 'reading.edit'
  | 'reading.accept'
  | 'reading.reference'
  | 'reading.remarks'
>

type Results = (row: StudyRow, job: Job) => Promise<StudyResults>

/** What an organiser does with studies. */
export function organiserHandlers(workbench: Workbench): ListHandlers & ResultHandlers & FileHandlers {
  const kept = new FiguresKept()
  const results: Results = (row, job) => studyResults(workbench, { row, kept }, job)
  return { ...listHandlers(workbench), ...resultHandlers(workbench, results), ...fileHandlers(workbench, results) }
}

function listHandlers(workbench: Workbench): ListHandlers {
  const { readings, options, workspace } = workbench
  return {
    async 'reading.studies'() {
      return listStudies(workspace.database).map((row) => studySummary(workbench, row))
    },
    async 'reading.create'(order) {
      return studySummary(workbench, createStudy(workbench, order))
    },
    async 'reading.contents'({ studyId }) {
      return studyContents(workbench, readings.study(studyId))
    },
    async 'reading.remove'({ studyId, title }) {
      removeStudy(workbench, readings.study(studyId), title)
      return {}
    },
    async 'reading.package'({ studyId, readerId, grant }, job) {
      const order = { row: readings.study(studyId), readerId, folder: options.resolveGrant(grant) }
      return { files: [await packageForReader(workbench, order, job)] }
    },
    async 'reading.merge'({ grant }, job) {
      return mergeReturn(workbench, options.resolveGrant(grant), job)
    },
    async 'reading.verify'({ studyId }) {
      return verifyStudy(workbench, readings.study(studyId))
    }
  }
}

function resultHandlers(workbench: Workbench, results: Results): ResultHandlers {
  const { readings, references, options } = workbench
  return {
    async 'reading.results'({ studyId }, job) {
      return results(readings.study(studyId), job)
    },
    async 'reading.consensus'({ studyId, ...order }, job) {
      const row = readings.study(studyId)
      await makeConsensus(workbench, { row, ...order }, job)
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
      if (consensus.length === 0) {
        const hint = 'Make the consensus of the study first.'
        throw new Fault('usage', 'There is no consensus yet.', { hint })
      }
      const cases = references.use(row)
      const folder = grant === null ? null : options.resolveGrant(grant)
      const files = folder === null ? [] : await writeReference(workbench, { row, folder }, job)
      const where = files.length > 0 ? ', here and in experiment.json' : ''
      const sentence = `The consensus is the reference standard of ${consensus.length} cases${where}.`
      return { cases: cases.length, files, sentence }
    },
    async 'reading.remarks'({ studyId }) {
      return studyRemarks(workbench, readings.study(studyId))
    }
  }
}

/** What a study leaves for other programs. */
function fileHandlers(workbench: Workbench, results: Results): FileHandlers {
  const { readings, options } = workbench
  return {
    async 'reading.export'({ studyId, grant }, job) {
      const row = readings.study(studyId)
      const order = { results: await results(row, job), folder: options.resolveGrant(grant) }
      return { files: writeStudyTables(workbench, row, order) }
    },
    async 'reading.outlines'({ studyId, grant, identity, ...order }, job) {
      const target = { folder: options.resolveGrant(grant), identity, job }
      return writeStudyOutlines(workbench, { row: readings.study(studyId), ...order }, target)
    }
  }
}
