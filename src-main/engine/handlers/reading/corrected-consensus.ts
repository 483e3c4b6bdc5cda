import { randomUUID } from 'node:crypto'
import { Fault } from '@engine/fault'
import { outlineBytes } from '@engine/formats/reader-package/write-package'
import type { Volume } from '@engine/geometry/volume'
import type { Job } from '@engine/job'
import { consensusMark } from '@engine/project/drawing-removal'
import { keepConsensus, type ConsensusRow, type StudyRow } from '@engine/project/reading-rows'
import { extentOf } from '@engine/readers/study/extent'
import { maskOfFinding, segmentsOf, unionOf } from '@engine/readers/study/outline-runs'
import type { Segment } from '@shared/drawing'
import { runsOfPixels } from '@shared/drawing/runs'
import type { ConsensusFinding } from '@shared/reading-results'
import type { OutlineRuns } from '@shared/reading-study'
import { imageIdentity } from '../image-identity'
import type { Workbench } from '../workbench'
import { drawnOutlines } from './drawn-outlines'
import { sourceCase } from './source-cases'
import { consensusFor, marked } from './study-consensus'
import { keptOutlines } from './study-readings'
import { tellTrail } from './trail'

interface Which {
  readonly row: StudyRow
  readonly caseIndex: number
}

/**
 * The study under which a consensus is corrected by hand: drawings of it are nobody's reading. It names the outlines as they
 * were computed, so that what was corrected on one consensus is not taken for a correction of another.
 */
function adjudicationStudy({ row, caseIndex }: Which, { state }: ConsensusRow): { study: string; reading: number } {
  const of = state.computed === '' ? '' : `-${state.computed.slice(0, 32)}`
  return { study: `${row.study.id}${consensusMark}${of}`, reading: caseIndex + 1 }
}

/** A drawing of the current profile that begins as the consensus; one that was begun before goes on. Throws what opening the image throws. */
export async function consensusDrawing(
  bench: Workbench,
  which: Which,
  job: Job
): Promise<{ caseId: string; study: string; reading: number }> {
  const { row, caseIndex } = which
  const consensus = consensusFor(bench, row, caseIndex)
  const source = await sourceCase(bench, row.study.cases[caseIndex], job)
  const { size, affine, spacingMm, ...volume } = await bench.cases.volume(source.caseId)
  const place = { caseId: source.caseId, ...adjudicationStudy(which, consensus) }
  const image = imageIdentity({ size, affine, spacingMm, ...volume })
  const window = 'adjudication'
  const { journal, readOnly } = bench.drawings.take({ ...place, image, grid: { size, affine, spacingMm }, window })
  if (readOnly !== null) throw new Fault('read-only', readOnly.sentence)
  if (journal.cursor === 0) {
    const segments = segmentsOf(keptOutlines(bench.workspace, consensus.blob))
    const names = [
      ...new Set([...consensus.state.findings.map(({ name }) => name), ...segments.map(({ name }) => name)])
    ]
    const drawn = names.map((name) => ({
      after: segmentFor(row, name),
      voxels: segments.find((one) => one.name === name)?.voxels ?? null
    }))
    const changes = drawn.map(({ after }, at) => ({ place: at, before: null, after }))
    const deltas = drawn.flatMap(({ after: { segment }, voxels }) =>
      voxels === null ? [] : slicesOf(voxels, size).map((part) => ({ segment, ...part }))
    )
    journal.commit({ name: 'Consensus', tool: null, slice: null, deltas, changes })
  }
  bench.drawings.close(journal.drawing.id, window)
  return place
}

function segmentFor({ study }: StudyRow, name: string): Segment {
  const known = study.segments.find((one) => one.name === name)
  return { segment: randomUUID(), name, colour: known?.colour ?? '#f2f2f2', code: known?.code ?? null }
}

function slicesOf(voxels: Uint8Array, size: Volume['size']): { slice: number; runs: Uint32Array }[] {
  const plane = size[0] * size[1]
  return Array.from({ length: size[2] }, (_, slice) => ({
    slice,
    runs: runsOfPixels(voxels.subarray(slice * plane, (slice + 1) * plane))
  })).filter((part) => part.runs.length > 0)
}

/** The consensus is accepted by the current profile, as it is or as it was corrected. Throws Fault `not-found`. */
export async function acceptConsensus(
  bench: Workbench,
  { edited, ...which }: Which & { edited: boolean },
  job: Job
): Promise<void> {
  const { row, caseIndex } = which
  const { workspace, profiles } = bench
  const before = consensusFor(bench, row, caseIndex)
  const after = edited ? await correctedConsensus(bench, { ...which, before }, job) : before
  const state = { ...after.state, acceptedBy: profiles.current.name }
  workspace.database.transaction(() => {
    keepConsensus(workspace.database, row.study.id, { state, blob: after.blob })
    const event = { subject: `${row.study.id} ${caseIndex + 1}`, payload: after.blob, detail: { edited: state.edited } }
    tellTrail(bench, { what: 'consensus accepted', ...event })
  })
}

async function correctedConsensus(
  bench: Workbench,
  { before, ...which }: Which & { before: ConsensusRow },
  job: Job
): Promise<ConsensusRow> {
  const { workspace, profiles } = bench
  const source = await sourceCase(bench, which.row.study.cases[which.caseIndex], job)
  const volume = await bench.cases.volume(source.caseId)
  const runs = drawnOutlines(workspace, volume, { profile: profiles.current.id, ...adjudicationStudy(which, before) })
  const blob = workspace.blobs.write(outlineBytes(runs))
  if (blob === before.blob) return before
  const voxels = marked(unionOf(runs))
  const findings = correctedFindings(before.state.findings, runs, volume)
  return { blob, state: { ...before.state, voxels, ...extentOf(voxels, volume), findings, edited: true } }
}

/** What was drawn by hand has no probability. */
function correctedFindings(
  before: readonly ConsensusFinding[],
  runs: OutlineRuns,
  grid: Pick<Volume, 'size' | 'spacingMm'>
): ConsensusFinding[] {
  const names = new Set([...before.map(({ name }) => name), ...runs.segments.map(({ name }) => name)])
  return [...names].map((name) => {
    const voxels = marked(maskOfFinding(runs, name))
    const known = before.find((one) => one.name === name)
    const { sensitivity = null, specificity = null, estimated = null } = known ?? {}
    return { name, voxels, ...extentOf(voxels, grid), sensitivity, specificity, estimated, probability: null }
  })
}
