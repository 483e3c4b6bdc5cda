import { randomUUID } from 'node:crypto'
import { Fault } from '@engine/fault'
import { outlineBytes } from '@engine/formats/reader-package/write-package'
import { throwIfCancelled, type Job } from '@engine/job'
import { appendAudit } from '@engine/project/audit'
import { changeOf, segmentEntry } from '@engine/project/journal'
import {
  dropConsensus,
  keepConsensus,
  listConsensus,
  type ConsensusRow,
  type StudyRow
} from '@engine/project/reading-rows'
import { consensusOfCase, maskOfConsensus, type CaseConsensus } from '@engine/readers/study/consensus-of-case'
import { pasted } from '@engine/readers/study/crop-to-marks'
import { extentOf } from '@engine/readers/study/extent'
import { runsOf, unionOf } from '@engine/readers/study/outline-runs'
import { caseFigures, type ReadCase } from '@engine/readers/study/study-agreement'
import { runsOfPixels } from '@shared/drawing/runs'
import type { Adjudication } from '@shared/reading-protocol'
import type { ConsensusMethod, ConsensusState } from '@shared/reading-results'
import type { OutlineRuns } from '@shared/reading-study'
import { imageIdentity } from '../image-identity'
import type { Workbench } from '../workbench'
import { drawnOutlines } from './drawn-outlines'
import { caseCode } from './reading-place'
import { sourceCase } from './source-cases'
import { doneReadings, keptOutlines, readCase, type DoneReading } from './study-readings'
import { needsAdjudication, oneReader } from './study-results'

export const consensusSegment = 'Consensus'

/** The study under which a consensus is corrected by hand: drawings of it are nobody's reading. */
export const adjudicationStudy = (studyId: string): string => `${studyId}#consensus`

/**
 * Makes the consensus of every case that two readers have finished; what was accepted before is made anew. Throws Fault
 * `usage` when there is none, `cancelled`.
 */
export async function makeConsensus(
  bench: Workbench,
  { row, method }: { row: StudyRow; method: ConsensusMethod },
  job: Job
): Promise<void> {
  const { workspace, profiles } = bench
  const byCase = doneReadings(workspace, row).map((done) => done.filter(({ repeat }) => !repeat))
  const several = byCase.flatMap((done, caseIndex) => (done.length > 1 ? [{ row, caseIndex, done }] : []))
  if (several.length === 0) throw new Fault('usage', oneReader)
  const made: ConsensusRow[] = []
  for (const [index, wanted] of several.entries()) {
    throwIfCancelled(job)
    job.progress('Consensus', index, several.length)
    made.push(consensusRow(bench, { ...wanted, read: await readCase(bench, wanted, job), method }))
  }
  workspace.database.transaction(() => {
    dropConsensus(workspace.database, row.study.id)
    for (const one of made) keepConsensus(workspace.database, row.study.id, one)
    const { id: who, name } = profiles.current
    const event = {
      who,
      name,
      what: 'consensus',
      subject: row.study.id,
      payload: '',
      detail: { method, cases: made.length }
    }
    appendAudit(workspace.database, event, workspace.id)
  })
}

interface ConsensusOrder {
  readonly caseIndex: number
  readonly done: readonly DoneReading[]
  readonly read: ReadCase
  readonly method: ConsensusMethod
}

function consensusRow({ workspace }: Workbench, { caseIndex, done, read, method }: ConsensusOrder): ConsensusRow {
  const consensus = consensusOfCase(read.readings, read.grid, method)
  const mask = maskOf(consensus, read.grid.size)
  const voxels = mask.reduce((sum, value) => sum + value, 0)
  const state: ConsensusState = {
    caseIndex,
    code: caseCode(caseIndex),
    method,
    readers: done.map(({ reader }) => reader),
    sensitivity: consensus?.sensitivity ? [...consensus.sensitivity] : null,
    specificity: consensus?.specificity ? [...consensus.specificity] : null,
    voxels,
    ...extentOf(voxels, read.grid),
    adjudicate: needsAdjudication(caseFigures(read)),
    acceptedBy: null,
    edited: false,
    warnings: [...(consensus?.warnings ?? [])]
  }
  const runs = runsOf([...read.grid.size], [{ name: consensusSegment, voxels: mask }])
  return { state, blob: workspace.blobs.write(outlineBytes(runs)) }
}

const maskOf = (consensus: CaseConsensus | null, size: ReadCase['grid']['size']): Uint8Array =>
  consensus === null
    ? new Uint8Array(size[0] * size[1] * size[2])
    : pasted(maskOfConsensus(consensus.voxels), size, consensus.crop)

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
      return { reader, name, labelmap, voxels: labelmap.reduce((sum, value) => sum + value, 0) }
    }),
    consensus: unionOf(runs)
  }
}

/** A drawing of the current profile that begins as the consensus; one that was begun before goes on. Throws what opening the image throws. */
export async function consensusDrawing(
  bench: Workbench,
  { row, caseIndex }: { row: StudyRow; caseIndex: number },
  job: Job
): Promise<{ caseId: string; study: string; reading: number }> {
  const { blob } = consensusFor(bench, row, caseIndex)
  const source = await sourceCase(bench, row.study.cases[caseIndex], job)
  const { size, affine, spacingMm, ...volume } = await bench.cases.volume(source.caseId)
  const place = { caseId: source.caseId, study: adjudicationStudy(row.study.id), reading: caseIndex + 1 }
  const image = imageIdentity({ size, affine, spacingMm, ...volume })
  const window = 'adjudication'
  const { journal, readOnly } = bench.drawings.take({ ...place, image, grid: { size, affine, spacingMm }, window })
  if (readOnly !== null) throw new Fault('read-only', readOnly.sentence)
  if (journal.cursor === 0) {
    const after = { segment: randomUUID(), name: consensusSegment, colour: '#f2f2f2', code: null }
    const deltas = slicesOf(keptOutlines(bench.workspace, blob)).map((part) => ({ segment: after.segment, ...part }))
    journal.commit(segmentEntry(consensusSegment, changeOf(journal.shown.segments, null, after), deltas))
  }
  bench.drawings.close(journal.drawing.id, window)
  return place
}

function slicesOf(runs: OutlineRuns): { slice: number; runs: Uint32Array }[] {
  const union = unionOf(runs)
  const plane = runs.size[0] * runs.size[1]
  return Array.from({ length: runs.size[2] }, (_, slice) => ({
    slice,
    runs: runsOfPixels(union.subarray(slice * plane, (slice + 1) * plane))
  })).filter((part) => part.runs.length > 0)
}

/** The consensus is accepted by the current profile, as it is or as it was corrected. Throws Fault `not-found`. */
export async function acceptConsensus(
  bench: Workbench,
  { row, caseIndex, edited }: { row: StudyRow; caseIndex: number; edited: boolean },
  job: Job
): Promise<void> {
  const { workspace, profiles } = bench
  const before = consensusFor(bench, row, caseIndex)
  const after = edited ? await correctedConsensus(bench, { row, caseIndex, before }, job) : before
  const state = { ...after.state, acceptedBy: profiles.current.name }
  workspace.database.transaction(() => {
    keepConsensus(workspace.database, row.study.id, { state, blob: after.blob })
    const { id: who, name } = profiles.current
    const detail = { edited: state.edited }
    const event = {
      who,
      name,
      what: 'consensus accepted',
      subject: `${row.study.id} ${caseIndex + 1}`,
      payload: after.blob,
      detail
    }
    appendAudit(workspace.database, event, workspace.id)
  })
}

async function correctedConsensus(
  bench: Workbench,
  { row, caseIndex, before }: { row: StudyRow; caseIndex: number; before: ConsensusRow },
  job: Job
): Promise<ConsensusRow> {
  const { workspace, profiles } = bench
  const source = await sourceCase(bench, row.study.cases[caseIndex], job)
  const volume = await bench.cases.volume(source.caseId)
  const key = { profile: profiles.current.id, study: adjudicationStudy(row.study.id), reading: caseIndex + 1 }
  const mask = unionOf(drawnOutlines(workspace, volume, key))
  const runs = runsOf([...volume.size], [{ name: consensusSegment, voxels: mask }])
  const blob = workspace.blobs.write(outlineBytes(runs))
  const voxels = mask.reduce((sum, value) => sum + value, 0)
  return {
    blob,
    state: { ...before.state, voxels, ...extentOf(voxels, volume), edited: blob !== before.blob || before.state.edited }
  }
}
