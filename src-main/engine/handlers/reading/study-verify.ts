import { asFault } from '@engine/fault'
import { readAudit } from '@engine/project/audit'
import { requireChain } from '@engine/project/carried-trail'
import type { StudyRow } from '@engine/project/reading-rows'
import { problemsOfStudy } from '@engine/project/verify-readings'
import type { Workbench } from '../workbench'

/** What verifying a study found. */
export interface StudyVerified {
  readonly whole: boolean
  /** Entries looked at, of this workspace and of returned files. */
  readonly entries: number
  /** What is wrong first, or that nothing is. */
  readonly sentence: string
}

/**
 * The audit trail of the workspace entry by entry, the trails that came with returned files, what readers said of each case,
 * and that every outline of the study is the one its trail tells of, byte for byte.
 */
export function verifyStudy({ workspace }: Workbench, row: StudyRow): StudyVerified {
  const { database, blobs } = workspace
  const trail = readAudit(database)
  const broken = (sentence: string): StudyVerified => ({ whole: false, entries: trail.length, sentence })
  try {
    requireChain(trail, workspace.id)
    const { problems, entries } = problemsOfStudy(database, blobs, { row, trail })
    if (problems.length > 0) return broken(problems[0])
    const all = trail.length + entries
    const whose = row.package === null ? 'This study' : 'This reading'
    const sentence = `${whose} is whole: ${all.toLocaleString('en')} entries of the audit trail fit, and every outline is the one that was kept.`
    return { whole: true, entries: all, sentence }
  } catch (thrown) {
    return broken(asFault(thrown).message.replace(' Nothing was imported.', ''))
  }
}
