import { agreementVerb } from './agreement'
import { consensusVerb } from './consensus'
import type { MasksVerb } from './verb'

/** Every verb of `saliscope masks`, in the order of the help text. */
export const masksVerbs: readonly MasksVerb[] = [agreementVerb, consensusVerb]
