import { randomBytes } from 'node:crypto'
import { Fault } from '@engine/fault'
import { appendAudit } from '@engine/project/audit'
import { insertStudy, listRecords, placeOf, readerOfProfile, type StudyRow } from '@engine/project/reading-rows'
import { readerProgress } from '@engine/readers/study/reader-progress'
import { readingOrder } from '@engine/readers/study/reading-order'
import type { StudyOrder, StudySummary } from '@shared/reading-protocol'
import type { StudyDefinition } from '@shared/reading-study'
import { safeName } from '../safe-name'
import { isBlinded } from '../seen-by'
import type { Workbench } from '../workbench'
import { orderFor } from './reading-place'

/** A study as its list shows it to the current profile. */
export function studySummary(bench: Workbench, row: StudyRow): StudySummary {
  const whole = wholeSummary(bench, row)
  const reader = bench.profiles.orNobody
  if (!isBlinded(reader)) return whole
  const taken = reader && readerOfProfile(bench.workspace.database, row.study.id, reader.id)
  const readers = whole.readers.filter(({ readerId, mine }) => (taken === null ? mine : readerId === taken))
  // Which cases come twice, and what others found, is nothing a reader may know before reading.
  const cases = orderFor(row, row.study.readers[0].id).length
  return { ...whole, cases, repeats: null, seed: null, readers, reference: null }
}

/** A study as its organiser sees it. */
function wholeSummary({ workspace, profiles }: Workbench, row: StudyRow): StudySummary {
  const { study } = row
  const { database } = workspace
  return {
    studyId: study.id,
    title: study.title,
    kind: row.package === null ? 'own' : 'package',
    cases: study.cases.length,
    repeats: study.repeats,
    seed: study.seed,
    blinded: study.blinded,
    reveals: study.reveal !== null,
    segments: study.segments,
    readers: study.readers.map((reader) => {
      const profile = placeOf(database, study.id, reader.id)
      return {
        ...readerProgress(reader, listRecords(database, study.id, reader.id), orderFor(row, reader.id).length),
        mine: profile === null || profile === profiles.orNobody?.id,
        free: profile === null
      }
    }),
    reference: row.reference
  }
}

/** A study of cases that are open. Throws Fault `not-found`, `bad-parameter`. */
export function createStudy(bench: Workbench, order: StudyOrder): StudyRow {
  const { cases, workspace, profiles } = bench
  const { caseIds, readers, ...rest } = order
  const names = readers.map((name) => name.toLowerCase())
  const twice = readers.find((name, index) => names.indexOf(name.toLowerCase()) !== index)
  if (twice !== undefined)
    throw new Fault('bad-parameter', `Two readers are called “${twice}”.`, {
      subject: twice,
      hint: 'Give each a name or a pseudonym of their own.'
    })
  const study: StudyDefinition = {
    version: 1,
    id: `${safeId(order.title)}-${randomBytes(4).toString('hex')}`,
    created: new Date().toISOString(),
    ...rest,
    cases: [...new Set(caseIds)].map((caseId) => {
      const { patient, paths, source } = cases.require(caseId)
      return { caseId, patient, paths: [...paths], source }
    }),
    readers: readers.map((name, index) => ({ id: `reader-${index + 1}`, name }))
  }
  // Too many repeats are refused before the study is kept.
  readingOrder(study, 'reader-1')
  const row: StudyRow = { study, secret: randomBytes(32).toString('hex'), package: null, reference: null }
  workspace.database.transaction(() => {
    insertStudy(workspace.database, row)
    const { id: who, name } = profiles.current
    const detail = {
      cases: study.cases.length,
      readers: study.readers.length,
      repeats: study.repeats,
      seed: study.seed
    }
    appendAudit(
      workspace.database,
      { who, name, what: 'study made', subject: study.id, payload: '', detail },
      workspace.id
    )
  })
  return row
}

const safeId = (title: string): string =>
  safeName(title)
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]/gu, '')
    .slice(0, 40) || 'study'
