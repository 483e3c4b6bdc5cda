import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { Verified } from '@shared/verification'
import { verifiedKinds } from './verification/index'

/**
 * Holds what is at a path against what it says of itself. Throws Fault `not-found`, and `unsupported-file` for what says
 * nothing of itself. `version` is that of this program.
 */
export async function verifyPath(path: string, job: Job, version: string): Promise<Verified> {
  const kind = verifiedKinds.find((candidate) => candidate.matches(path))
  if (kind !== undefined) return kind.verify(path, job, version)
  throw new Fault('unsupported-file', `Nothing in "${basename(path)}" says what it should be.`, {
    subject: basename(path),
    hint: 'Name the folder of a workspace, a report, or a folder of results with a recipe.json in it.'
  })
}
