import { agreementVerb } from './agreement'
import { consensusVerb } from './consensus'
import { exportVerb } from './export'
import { listVerb } from './list'
import { mergeVerb } from './merge'
import { packageVerb } from './package'
import { planVerb } from './plan'
import type { ReadersVerb } from './verb'
import { verifyVerb } from './verify'

/** Every verb of `saliscope readers`, in the order of the help text. */
export const readersVerbs: readonly ReadersVerb[] = [
  planVerb,
  listVerb,
  packageVerb,
  mergeVerb,
  agreementVerb,
  consensusVerb,
  exportVerb,
  verifyVerb
]
