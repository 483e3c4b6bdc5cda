import type { Composite } from '../rule'
import { ruleFor } from '../rules'

/** The plain gradient: every node answers with its own rule. */
export const gradient: Composite = (node) => ruleFor(node)
