import { Fault } from '@engine/fault'
import { outlineBytes } from '@engine/formats/reader-package/write-package'
import { throwIfCancelled, type Job } from '@engine/job'
import {
  dropConsensus,
  keepConsensus,
  listConsensus,
  type ConsensusRow,
  type StudyRow
} from '@engine/project/reading-rows'
import { consensusOfFinding, type FindingConsensus } from '@engine/readers/study/consensus-of-case'
import { extentOf } from '@engine/readers/study/extent'
import { probabilityBytes } from '@engine/readers/study/kept-probability'
import { runsOf, unionOf } from '@engine/readers/study/outline-runs'
import { caseFigures } from '@engine/readers/study/case-figures'
import type { Adjudication } from '@shared/reading-protocol'
import type { ConsensusFinding, ConsensusMethod, ConsensusState } from '@shared/reading-results'
import type { Workbench } from '../workbench'
import { caseCode } from './reading-place'
import { sourceCase } from './source-cases'
import {
  doneReadings,
  findingsOf,
  keptOutlines,
  readCase,
  readOutlines,
  type DoneReading,
  type ReadOutlines
} from './study-readings'
import { needsAdjudication, oneReader } from './study-results'
import { tellTrail } from './trail'

/**
 * Makes the consensus of every case that two readers have finished, each finding for itself. Cases that somebody has accepted
 * keep theirs unless `replace` is set. Throws Fault `usage` when there is none, `cancelled`.
 */
export async function makeConsensus(
  bench: Workbench,
  { row, method, replace }: { row: StudyRow; method: ConsensusMethod; replace: boolean },
  job: Job
): Promise<void> {
  const { database } = bench.workspace
  const kept = replace ? [] : listConsensus(database, row.study.id).filter(({ state }) => state.acceptedBy !== null)
  const byCase = doneReadings(bench.workspace, row).map((done) => done.filter(({ repeat }) => !repeat))
  const several = byCase.flatMap((done, caseIndex) => (done.length > 1 ? [{ row, caseIndex, done }] : []))
  if (several.length === 0) throw new Fault('usage', oneReader)
  const wanted = several.filter(({ caseIndex }) => kept.every(({ state }) => state.caseIndex !== caseIndex))
  const made: ConsensusRow[] = []
  for (const [index, one] of wanted.entries()) {
    throwIfCancelled(job)
    job.progress('Consensus', index, wanted.length)
    made.push(consensusRow(bench, { ...one, read: await readOutlines(bench, one, job), method }))
  }
  database.transaction(() => {
    dropConsensus(database, row.study.id)
    for (const one of [...kept, ...made]) keepConsensus(database, row.study.id, one)
    const detail = { method, cases: made.length, kept: kept.length }
    tellTrail(bench, { what: 'consensus', subject: row.study.id, detail })
  })
}

interface ConsensusOrder {
  readonly row: StudyRow
  readonly caseIndex: number
  readonly done: readonly DoneReading[]
  readonly read: ReadOutlines
  readonly method: ConsensusMethod
}

function consensusRow(bench: Workbench, { row, caseIndex, done, read, method }: ConsensusOrder): ConsensusRow {
  const { blobs } = bench.workspace
  const made = findingsOf(row, done).map((name) => {
    const masks = readCase(read, name)
    return { consensus: consensusOfFinding(name, masks, method), adjudicate: needsAdjudication(caseFigures(masks)) }
  })
  const { size, spacingMm } = read.grid
  const runs = runsOf(
    [...size],
    made.map(({ consensus: { name, mask } }) => ({ name, voxels: mask }))
  )
  const blob = blobs.write(outlineBytes(runs))
  const findings = made.map(({ consensus }) => findingState(bench, consensus, { size, spacingMm }))
  const voxels = marked(unionOf(runs))
  const state: ConsensusState = {
    caseIndex,
    code: caseCode(caseIndex),
    method,
    readers: done.map(({ reader }) => reader),
    voxels,
    ...extentOf(voxels, read.grid),
    findings,
    computed: blob,
    adjudicate: made.some(({ adjudicate }) => adjudicate),
    acceptedBy: null,
    edited: false,
    warnings: [...new Set(made.flatMap(({ consensus }) => consensus.warnings))]
  }
  return { state, blob }
}

function findingState(
  { workspace }: Workbench,
  { name, mask, probability, sensitivity, specificity, estimated }: FindingConsensus,
  grid: ReadOutlines['grid']
): ConsensusFinding {
  const voxels = marked(mask)
  return {
    name,
    voxels,
    ...extentOf(voxels, grid),
    sensitivity: sensitivity === null ? null : [...sensitivity],
    specificity: specificity === null ? null : [...specificity],
    estimated,
    probability: probability === null ? null : workspace.blobs.write(probabilityBytes(probability))
  }
}

/** Voxels inside. */
export const marked = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0)

/** The consensus of one case. Throws Fault `not-found`. */
export function consensusFor({ workspace }: Workbench, row: StudyRow, caseIndex: number): ConsensusRow {
  const found = listConsensus(workspace.database, row.study.id).find(({ state }) => state.caseIndex === caseIndex)
  if (found === undefined) {
    throw new Fault('not-found', 'There is no consensus of that case yet.', {
      hint: 'Make the consensus of the study first.'
    })
  }
  return found
}

/** Everything the adjudication shows: the outlines of each reader, and the consensus. */
export async function adjudication(
  bench: Workbench,
  { row, caseIndex }: { row: StudyRow; caseIndex: number },
  job: Job
): Promise<Adjudication> {
  const { state, blob } = consensusFor(bench, row, caseIndex)
  const source = await sourceCase(bench, row.study.cases[caseIndex], job)
  const runs = keptOutlines(bench.workspace, blob)
  const done = doneReadings(bench.workspace, row)[caseIndex].filter(({ repeat }) => !repeat)
  return {
    state,
    caseId: source.caseId,
    size: [...runs.size],
    readers: done.map(({ reader, name, first }) => {
      const labelmap = unionOf(keptOutlines(bench.workspace, first))
      return { reader, name, labelmap, voxels: marked(labelmap) }
    }),
    consensus: unionOf(runs)
  }
}
