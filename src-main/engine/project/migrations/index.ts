import { workspaceTables } from './001-workspace'
import { readingTables } from './002-readings'
import { referenceTables } from './003-references'
import { namedPointTables } from './004-named-points'

/** In order; a workspace's `user_version` says how many it has been through. */
export const migrations: readonly string[] = [workspaceTables, readingTables, referenceTables, namedPointTables]
