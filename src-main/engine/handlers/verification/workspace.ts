import { basename, dirname } from 'node:path'
import { isWorkspace, verifyWorkspace } from '@engine/project/verify-workspace'
import { workspaceFile } from '@engine/project/workspace'
import type { VerifiedKind } from './kind'

const folderOf = (path: string): string => (basename(path) === workspaceFile ? dirname(path) : path)

/** A workspace: its audit trail, its drawings, its blobs. */
export const workspaceKind: VerifiedKind = {
  id: 'workspace',
  matches: (path) => isWorkspace(folderOf(path)),
  verify: (path, job) => verifyWorkspace(folderOf(path), job)
}
