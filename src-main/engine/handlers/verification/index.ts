import type { VerifiedKind } from './kind'
import { recipesKind } from './recipes'
import { reportKind } from './report'
import { workspaceKind } from './workspace'

/** Every kind of thing that can be verified; the first that matches a path is used. */
export const verifiedKinds: readonly VerifiedKind[] = [workspaceKind, reportKind, recipesKind]
