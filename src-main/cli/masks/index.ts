import { agreementVerb } from './agreement'
import { consensusVerb } from './consensus'
import { exportVerb } from './export'
import { importVerb } from './import'
import type { MasksVerb } from './verb'

/** Every verb of `saliscope masks`, in the order of the help text. */
export const masksVerbs: readonly MasksVerb[] = [importVerb, exportVerb, agreementVerb, consensusVerb]
