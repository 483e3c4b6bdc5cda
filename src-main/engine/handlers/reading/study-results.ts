import { throwIfCancelled, type Job } from '@engine/job'
import { listConsensus, listReference, type ConsensusRow, type StudyRow } from '@engine/project/reading-rows'
import { caseFigures, meanDice, studyAgreement, type CaseFigures } from '@engine/readers/study/study-agreement'
import type { DifferingCase } from '@shared/reading-results'
import type { StudyResults } from '@shared/reading-protocol'
import type { Workbench } from '../workbench'
import { caseCode } from './reading-place'
import { doneReadings, readCase, readOutlines, type DoneReading } from './study-readings'

/** Draws of the bootstrap over patients: the interval's ends move by about 1 % of its width from seed to seed. */
const bootstrapDraws = 2000
/** Cases of the list "where readers differ most". */
const mostDiffering = 50
/** Below this the outlines are looked at together. Source: Zijdenbos AP et al. IEEE Trans Med Imaging 1994;13:716–724 (0.7 as good overlap). */
export const goodOverlap = 0.7

export const oneReader = 'One reader so far. Agreement needs two; a consensus needs two, better three.'

/** Figures of the cases of all studies, by what was outlined: an unchanged case is not computed again. */
export class FiguresKept {
  private readonly kept = new Map<string, CaseFigures>()

  async of(bench: Workbench, wanted: Parameters<typeof readOutlines>[1], job: Job): Promise<CaseFigures> {
    const key = JSON.stringify([
      wanted.row.study.id,
      wanted.caseIndex,
      wanted.done.map((one) => [one.reader, one.repeat, one.first])
    ])
    const known = this.kept.get(key)
    if (known !== undefined) return known
    const figures = caseFigures(readCase(await readOutlines(bench, wanted, job), null))
    if (this.kept.size > 20_000) this.kept.clear()
    this.kept.set(key, figures)
    return figures
  }
}

/** Agreement of a study so far, from the outlines before any map was shown. Throws Fault `cancelled`, and what opening images throws. */
export async function studyResults(
  bench: Workbench,
  { row, kept }: { row: StudyRow; kept: FiguresKept },
  job: Job
): Promise<StudyResults> {
  const byCase = doneReadings(bench.workspace, row)
  const read = byCase.flatMap((done, caseIndex) => (done.length === 0 ? [] : [{ row, caseIndex, done }]))
  const readers = row.study.readers
    .map(({ id }) => id)
    .filter((id) => read.some(({ done }) => done.some(({ reader }) => reader === id)))
  const figures: { caseIndex: number; figures: CaseFigures }[] = []
  for (const [index, wanted] of read.entries()) {
    throwIfCancelled(job)
    job.progress('Comparing outlines', index, read.length)
    figures.push({ caseIndex: wanted.caseIndex, figures: await kept.of(bench, wanted, job) })
  }
  const list = figures.map((one) => one.figures)
  return {
    studyId: row.study.id,
    readers: readers.length,
    cases: list.filter(({ found }) => found.size > 1).length,
    rows: studyAgreement(list, readers, { draws: bootstrapDraws, seed: row.study.seed }),
    differing: differingCases(figures),
    missing: missingFor(byCase, readers.length),
    ...consensusNow(bench, row)
  }
}

/** The consensus there is, and whether the reference standard is an earlier one. */
function consensusNow(
  { workspace }: Workbench,
  { study, reference }: StudyRow
): Pick<StudyResults, 'consensus' | 'referenceIsEarlier'> {
  const now = listConsensus(workspace.database, study.id)
  const outlines = (list: readonly ConsensusRow[]): string => list.map(({ blob }) => blob).join()
  const earlier = reference !== null && outlines(listReference(workspace.database, study.id)) !== outlines(now)
  return { consensus: now.map(({ state }) => state), referenceIsEarlier: earlier }
}

function missingFor(byCase: readonly (readonly DoneReading[])[], readers: number): string | null {
  if (readers === 0) return 'Nobody has finished a case yet.'
  if (readers === 1) return oneReader
  const shared = byCase.some((done) => new Set(done.map(({ reader }) => reader)).size > 1)
  return shared ? null : 'No case has been read by two readers yet.'
}

function differingCases(figures: readonly { caseIndex: number; figures: CaseFigures }[]): DifferingCase[] {
  const several = figures.filter((one) => one.figures.found.size > 1)
  const differing = several.map(({ caseIndex, figures: one }) => ({
    caseIndex,
    code: caseCode(caseIndex),
    dice: meanDice(one),
    findingSplit: new Set(one.found.values()).size > 1
  }))
  return differing
    .filter(({ dice }) => dice !== null && dice < 1)
    .sort((a, b) => (a.dice ?? 1) - (b.dice ?? 1))
    .slice(0, mostDiffering)
}

/** Whether readers differ so much on a case that somebody should look. */
export function needsAdjudication(figures: CaseFigures): boolean {
  const dice = meanDice(figures)
  return new Set(figures.found.values()).size > 1 || (dice !== null && dice < goodOverlap)
}
