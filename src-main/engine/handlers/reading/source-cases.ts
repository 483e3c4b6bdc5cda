import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { StudyCase } from '@shared/reading-study'
import type { CaseEntry } from '../case-shelf'
import { openCases } from '../open-cases'
import type { Workbench } from '../workbench'

type Shelves = Pick<Workbench, 'cases' | 'sample' | 'options'>

/** The case behind a reading, opened again where it is not open. Throws Fault `not-found`, and what opening throws. */
export async function sourceCase(workbench: Workbench, wanted: StudyCase, job: Job): Promise<CaseEntry> {
  const known = onShelf(workbench, wanted.caseId)
  if (known !== null) return known
  if (wanted.source === 'sample') {
    await workbench.sample.openCases(job)
    const sample = onShelf(workbench, wanted.caseId)
    if (sample !== null) return sample
  }
  const { cases } = await openCases(workbench, wanted.paths, job)
  const opened = onShelf(workbench, wanted.caseId) ?? onShelf(workbench, cases[0]?.caseId ?? '')
  if (opened !== null) return opened
  throw new Fault('not-found', 'An image of this study cannot be found any more.', {
    hint: 'Put its files back where they were when the study was made.'
  })
}

function onShelf({ cases }: Shelves, caseId: string): CaseEntry | null {
  try {
    return cases.require(caseId)
  } catch {
    return null
  }
}
