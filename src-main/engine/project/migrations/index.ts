import { workspaceTables } from './001-workspace'

/** In order; a workspace's `user_version` says how many it has been through. */
export const migrations: readonly string[] = [workspaceTables]
