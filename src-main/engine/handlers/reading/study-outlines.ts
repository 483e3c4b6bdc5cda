import { Fault } from '@engine/fault'
import { throwIfCancelled } from '@engine/job'
import { listConsensus, listReference, type ConsensusRow, type StudyRow } from '@engine/project/reading-rows'
import type { ExportDone } from '@shared/exports'
import type { ExportTarget } from '../exports/export-format'
import { type MaskOrder, OutlineExport } from '../save-masks'
import type { Workbench } from '../workbench'
import { sourceCase } from './source-cases'
import { masksOfCase } from './study-reference'
import { caseFileCode } from './reading-place'

/** By case: what became the reference standard, else the consensus there is, as of cases that were read since. */
export function outlinesToWrite(
  consensus: readonly ConsensusRow[],
  reference: readonly ConsensusRow[]
): ConsensusRow[] {
  const set = new Map(reference.map((one) => [one.state.caseIndex, one]))
  return consensus.map((one) => set.get(one.state.caseIndex) ?? one)
}

/**
 * Writes the consensus of every case of a study into `case-0001` and so on: the one that is the reference standard, else the one there is; with
 * `readers` what each reader outlined below it. Throws Fault `usage` without a consensus, and what opening images and writing throw.
 */
export async function writeStudyOutlines(
  bench: Workbench,
  { row, ...order }: MaskOrder & { readonly row: StudyRow },
  target: ExportTarget
): Promise<ExportDone> {
  const { database } = bench.workspace
  const consensus = outlinesToWrite(listConsensus(database, row.study.id), listReference(database, row.study.id))
  if (consensus.length === 0)
    throw new Fault('usage', 'There is no consensus yet.', { hint: 'Make the consensus of the study first.' })
  const { job } = target
  const written = new OutlineExport(order, target)
  for (const [index, { state, blob }] of consensus.entries()) {
    throwIfCancelled(job)
    job.progress('Writing outlines', index, consensus.length)
    const source = await sourceCase(bench, row.study.cases[state.caseIndex], job)
    const folder = caseFileCode(state.caseIndex)
    // What is said of a case calls it by its folder: the title may be the patient's name.
    await written.add(
      bench,
      { ...source, title: folder, masks: masksOfCase(bench, row, state, blob), boxes: [] },
      folder
    )
  }
  job.progress('Writing outlines', consensus.length, consensus.length)
  return written.told
}
