import * as v from 'valibot'
import type { Job } from '@engine/job'
import { findOutline, listRecords, type StudyRow } from '@engine/project/reading-rows'
import type { Workspace } from '@engine/project/workspace'
import { unionOf } from '@engine/readers/study/outline-runs'
import type { ReadCase } from '@engine/readers/study/study-agreement'
import { OutlineRuns, type ReadingRecord } from '@shared/reading-study'
import type { Workbench } from '../workbench'
import { caseCode, orderFor } from './reading-place'
import { sourceCase } from './source-cases'

/** One finished reading of a case: before any map was shown. */
export interface DoneReading {
  readonly reader: string
  readonly name: string
  readonly repeat: boolean
  readonly record: ReadingRecord
  readonly first: string
  readonly afterMap: string | null
}

/** Every finished reading of a study, by case. */
export function doneReadings({ database }: Workspace, row: StudyRow): DoneReading[][] {
  const { study } = row
  const byCase: DoneReading[][] = study.cases.map(() => [])
  for (const { id: reader, name } of study.readers) {
    const records = new Map(listRecords(database, study.id, reader).map((record) => [record.reading, record]))
    for (const { reading, caseIndex, repeat } of orderFor(row, reader)) {
      const record = records.get(reading)
      const first = findOutline(database, { study: study.id, reader, reading }, 'first')
      if (record === undefined || first === null) continue
      const afterMap = findOutline(database, { study: study.id, reader, reading }, 'after-map')
      byCase[caseIndex].push({ reader, name, repeat, record, first, afterMap })
    }
  }
  return byCase
}

/** Outlines as they were kept. Throws Fault `bad-workspace`. */
export function keptOutlines({ blobs }: Workspace, hash: string): OutlineRuns {
  return v.parse(OutlineRuns, JSON.parse(new TextDecoder().decode(blobs.read(hash))))
}

/** The masks of a case by its readers, whatever the finding, on the grid of its image. Throws what opening the image throws. */
export async function readCase(
  bench: Workbench,
  { row, caseIndex, done }: { row: StudyRow; caseIndex: number; done: readonly DoneReading[] },
  job: Job
): Promise<ReadCase> {
  const wanted = row.study.cases[caseIndex]
  const readings = done.map(({ reader, repeat, first }) => {
    const runs = keptOutlines(bench.workspace, first)
    return { reader, repeat, size: runs.size, voxels: unionOf(runs) }
  })
  const { size } = readings[0]
  return {
    code: caseCode(caseIndex),
    patient: wanted.patient,
    grid: { size, spacingMm: await spacingOf(bench, row, { caseIndex, job }) },
    readings
  }
}

async function spacingOf(
  bench: Workbench,
  { study }: StudyRow,
  { caseIndex, job }: { caseIndex: number; job: Job }
): Promise<ReadCase['grid']['spacingMm']> {
  const source = await sourceCase(bench, study.cases[caseIndex], job)
  return source.spacingMm === undefined ? (await bench.cases.volume(source.caseId)).spacingMm : source.spacingMm
}
