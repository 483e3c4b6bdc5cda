import type { BackwardRule } from '../rule'

/** A family of rules: operator type to backward rule. */
export type RuleFamily = Readonly<Record<string, BackwardRule>>
