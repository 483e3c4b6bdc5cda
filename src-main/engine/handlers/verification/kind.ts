import type { Job } from '@engine/job'
import type { Verified } from '@shared/verification'

/** One kind of thing that can be held against what it says of itself: one file here, one line in `index.ts`. */
export interface VerifiedKind {
  readonly id: string
  /** By names alone: what is at this path. */
  matches(path: string): boolean
  /** `version`: of this program, for what only the same version writes alike. */
  verify(path: string, job: Job, version: string): Promise<Verified>
}
