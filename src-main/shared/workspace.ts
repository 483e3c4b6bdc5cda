import * as v from 'valibot'
import { command } from './command'
import { ReadOnly } from './drawing'
import { FaultReport } from './fault'
import { Verified } from './verification'

/** What Settings says of the workspace; its path stays with the engine. */
export const WorkspaceState = v.object({
  /** Name of its folder; null where nothing is kept. */
  name: v.nullable(v.string()),
  /** Why the folder could not be opened, and nothing is kept. */
  problem: v.nullable(FaultReport),
  /** Why nothing can be written. */
  readOnly: v.nullable(ReadOnly),
  /** On a drive of the network: one program at a time may write. */
  network: v.boolean(),
  bytes: v.number(),
  drawings: v.number(),
  auditEntries: v.number()
})
export type WorkspaceState = v.InferOutput<typeof WorkspaceState>

const Grant = v.pipe(v.string(), v.maxLength(4096))

export const workspaceCommands = {
  'workspace.state': command(v.object({}), WorkspaceState),
  /** Holds the audit trail, every drawing and every blob against each other. */
  'workspace.verify': command(v.object({}), Verified),
  /** Gives the disk back what is not used any more; says how many bytes. */
  'workspace.compact': command(v.object({}), v.object({ freed: v.number() })),
  /** Writes all of it into one file in the folder; says the file's name. */
  'workspace.backup': command(v.object({ grant: Grant }), v.object({ file: v.string() })),
  /** Makes a workspace of a backup, in an empty folder. */
  'workspace.restore': command(v.object({ file: Grant, folder: Grant }), v.object({ drawings: v.number() }))
} as const
