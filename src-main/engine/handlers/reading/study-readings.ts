import * as v from 'valibot'
import type { Job } from '@engine/job'
import { findOutline, listRecords, type StudyRow } from '@engine/project/reading-rows'
import type { Workspace } from '@engine/project/workspace'
import { maskOfFinding, unionOf } from '@engine/readers/study/outline-runs'
import type { ReadCase } from '@engine/readers/study/case-figures'
import type { OrderedReading } from '@engine/readers/study/reading-order'
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
  /** This reader had been shown the map of the case, in the other reading of it, before this one was done. */
  readonly mapSeen: boolean
}

/** Every finished reading of a study, by case. */
export function doneReadings({ database }: Workspace, row: StudyRow): DoneReading[][] {
  const { study } = row
  const byCase: DoneReading[][] = study.cases.map(() => [])
  for (const { id: reader, name } of study.readers) {
    const records = new Map(listRecords(database, study.id, reader).map((record) => [record.reading, record]))
    const order = orderFor(row, reader)
    const shownIn = ({ reading, caseIndex }: OrderedReading): string | null => {
      const other = order.find((place) => place.caseIndex === caseIndex && place.reading !== reading)
      return other === undefined ? null : (records.get(other.reading)?.mapShown ?? null)
    }
    for (const place of order) {
      const { reading, caseIndex, repeat } = place
      const record = records.get(reading)
      const first = findOutline(database, { study: study.id, reader, reading }, 'first')
      if (record === undefined || first === null) continue
      const afterMap = findOutline(database, { study: study.id, reader, reading }, 'after-map')
      const shown = shownIn(place)
      const mapSeen = shown !== null && shown < (record.versions[0]?.at ?? '')
      byCase[caseIndex].push({ reader, name, repeat, record, first, afterMap, mapSeen })
    }
  }
  return byCase
}

/** Outlines as they were kept. Throws Fault `bad-workspace`. */
export function keptOutlines({ blobs }: Workspace, hash: string): OutlineRuns {
  return v.parse(OutlineRuns, JSON.parse(new TextDecoder().decode(blobs.read(hash))))
}

/** The outlines of a case by its readers as they were kept, on the grid of its image. */
export interface ReadOutlines extends Omit<ReadCase, 'readings'> {
  readonly outlines: readonly (Pick<DoneReading, 'reader' | 'repeat' | 'mapSeen'> & { readonly runs: OutlineRuns })[]
}

/** Throws what opening the image throws, and Fault `bad-workspace`. */
export async function readOutlines(
  bench: Workbench,
  { row, caseIndex, done }: { row: StudyRow; caseIndex: number; done: readonly DoneReading[] },
  job: Job
): Promise<ReadOutlines> {
  const outlines = done.map(({ reader, repeat, mapSeen, first }) => ({
    ...{ reader, repeat, mapSeen },
    runs: keptOutlines(bench.workspace, first)
  }))
  const { size } = outlines[0].runs
  return {
    code: caseCode(caseIndex),
    patient: row.study.cases[caseIndex].patient,
    grid: { size, spacingMm: await spacingOf(bench, row, { caseIndex, job }) },
    outlines
  }
}

/** The masks of one finding by the readers of a case; null: whatever the finding. */
export function readCase({ outlines, ...rest }: ReadOutlines, finding: string | null): ReadCase {
  const readings = outlines.map(({ reader, repeat, mapSeen, runs }) => {
    const voxels = finding === null ? unionOf(runs) : maskOfFinding(runs, finding)
    return { reader, repeat, mapSeen, voxels }
  })
  return { ...rest, readings }
}

/** The findings of a study in its order, and after them what else was outlined. */
export function findingsOf({ study }: StudyRow, done: readonly DoneReading[]): string[] {
  const outlined = done.flatMap(({ record }) => record.versions.slice(0, 1).flatMap(({ extents }) => extents))
  return [...new Set([...study.segments.map(({ name }) => name), ...outlined.map(({ segment }) => segment)])]
}

async function spacingOf(
  bench: Workbench,
  { study }: StudyRow,
  { caseIndex, job }: { caseIndex: number; job: Job }
): Promise<ReadCase['grid']['spacingMm']> {
  const source = await sourceCase(bench, study.cases[caseIndex], job)
  return source.spacingMm === undefined ? (await bench.cases.volume(source.caseId)).spacingMm : source.spacingMm
}
