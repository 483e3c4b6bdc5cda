import { throwIfCancelled, type Job } from '@engine/job'
import { listConsensus, listReference, type ConsensusRow, type StudyRow } from '@engine/project/reading-rows'
import { caseFigures, meanDice, type CaseFigures } from '@engine/readers/study/case-figures'
import { studyAgreement } from '@engine/readers/study/study-agreement'
import type { AgreementRow, DifferingCase } from '@shared/reading-results'
import type { StudyResults } from '@shared/reading-protocol'
import type { Workbench } from '../workbench'
import { caseCode } from './reading-place'
import { doneReadings, findingsOf, readCase, readOutlines, type DoneReading } from './study-readings'

/** Draws of the bootstrap over patients: the interval's ends move by about 1 % of its width from seed to seed. */
const bootstrapDraws = 2000
/** Cases of the list "where readers differ most". */
const mostDiffering = 50
/** Below this the outlines are looked at together. Source: Zijdenbos AP et al. IEEE Trans Med Imaging 1994;13:716–724 (0.7 as good overlap). */
export const goodOverlap = 0.7

export const oneReader = 'One reader so far. Agreement needs two; a consensus needs two, better three.'

/** A finding, or all of them together. */
type Finding = string | null

/** Figures of the cases of all studies, by what was outlined: an unchanged case is not computed again. */
export class FiguresKept {
  private readonly kept = new Map<string, CaseFigures>()

  /** The figures of one case, finding by finding. */
  async of(
    bench: Workbench,
    { findings, ...wanted }: Parameters<typeof readOutlines>[1] & { findings: readonly Finding[] },
    job: Job
  ): Promise<Map<Finding, CaseFigures>> {
    const done = wanted.done.map((one) => [one.reader, one.repeat, one.first, one.mapSeen])
    const keyOf = (finding: Finding): string => JSON.stringify([wanted.row.study.id, wanted.caseIndex, finding, done])
    if (this.kept.size > 20_000) this.kept.clear()
    if (findings.some((finding) => !this.kept.has(keyOf(finding)))) {
      const read = await readOutlines(bench, wanted, job)
      for (const finding of findings) this.kept.set(keyOf(finding), caseFigures(readCase(read, finding)))
    }
    return new Map(
      findings.flatMap((finding) => {
        const figures = this.kept.get(keyOf(finding))
        return figures === undefined ? [] : [[finding, figures] as const]
      })
    )
  }
}

/** One finding is what was outlined; several are taken one by one, and all together after them. */
function findingsToCompare(row: StudyRow, byCase: readonly (readonly DoneReading[])[]): Finding[] {
  const names = findingsOf(row, byCase.flat())
  return names.length > 1 ? [...names, null] : [null]
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
  const findings = findingsToCompare(row, byCase)
  const figures: CaseOfFindings[] = []
  for (const [index, wanted] of read.entries()) {
    throwIfCancelled(job)
    job.progress('Comparing outlines', index, read.length)
    figures.push({ caseIndex: wanted.caseIndex, figures: await kept.of(bench, { ...wanted, findings }, job) })
  }
  const listOf = (finding: Finding): CaseFigures[] => figures.flatMap((one) => one.figures.get(finding) ?? [])
  const nameOf = (id: string): string => row.study.readers.find((one) => one.id === id)?.name ?? id
  const rowsOf = (finding: Finding): AgreementRow[] =>
    studyAgreement(listOf(finding), readers, { draws: bootstrapDraws, seed: row.study.seed }).map((one) => ({
      ...one,
      finding,
      ...(one.readers === undefined ? {} : { readers: one.readers.map(nameOf) })
    }))
  return {
    studyId: row.study.id,
    readers: readers.length,
    cases: listOf(null).filter(({ found }) => found.size > 1).length,
    rows: findings.flatMap(rowsOf),
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

interface CaseOfFindings {
  readonly caseIndex: number
  readonly figures: ReadonlyMap<Finding, CaseFigures>
}

/** Worst first, each by the finding its readers differ most on. */
function differingCases(cases: readonly CaseOfFindings[]): DifferingCase[] {
  const differing = cases.flatMap(({ caseIndex, figures }) => {
    const single = figures.size === 1
    return [...figures]
      .filter(([finding, { found }]) => (single || finding !== null) && found.size > 1)
      .map(([finding, one]): DifferingCase => {
        const findingSplit = new Set(one.found.values()).size > 1
        return { caseIndex, code: caseCode(caseIndex), finding, dice: meanDice(one), findingSplit }
      })
      .filter(({ dice }) => dice !== null && dice < 1)
      .sort(worstFirst)
      .slice(0, 1)
  })
  return differing.sort(worstFirst).slice(0, mostDiffering)
}

const worstFirst = (a: DifferingCase, b: DifferingCase): number => (a.dice ?? 1) - (b.dice ?? 1)

/** Whether readers differ so much on a case that somebody should look. */
export function needsAdjudication(figures: CaseFigures): boolean {
  const dice = meanDice(figures)
  return new Set(figures.found.values()).size > 1 || (dice !== null && dice < goodOverlap)
}
