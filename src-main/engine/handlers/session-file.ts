import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { nothingOpen, OpenItems } from './open-items'
import { writeWhole } from './output-folder'

/** What is remembered between two starts: recent files and models, and jobs that were cut off. Stays on this machine. */
const Session = v.object({
  version: v.literal(1),
  recent: v.array(
    v.object({
      recentId: v.string(),
      kind: v.picklist(['files', 'model', 'experiment']),
      title: v.string(),
      opened: v.string(),
      paths: v.array(v.string())
    })
  ),
  jobs: v.array(
    v.object({
      jobId: v.string(),
      title: v.string(),
      kind: v.picklist(['attribution', 'assessment', 'open']),
      done: v.number(),
      total: v.number(),
      request: v.unknown()
    })
  ),
  open: v.optional(OpenItems, nothingOpen)
})
export type Session = v.InferOutput<typeof Session>

const empty: Session = { version: 1, recent: [], jobs: [], open: nothingOpen }

/** The session file of a workspace folder; without a folder (CLI, most tests) nothing is kept. */
export class SessionFile {
  private session: Session
  /** True when there was no readable session: the first start. */
  readonly firstStart: boolean

  constructor(private readonly folder: string | null) {
    const kept = folder === null ? undefined : readSession(join(folder, 'session.json'))
    this.firstStart = kept === undefined
    this.session = kept ?? empty
  }

  read(): Session {
    return this.session
  }

  change(change: Partial<Omit<Session, 'version'>>): void {
    this.session = { ...this.session, ...change }
    if (this.folder !== null) writeWhole(join(this.folder, 'session.json'), JSON.stringify(this.session, null, 1))
  }
}

/** A damaged session file is put aside by being ignored: it holds conveniences only, never results. */
function readSession(path: string): Session | undefined {
  if (!existsSync(path)) return undefined
  try {
    return v.parse(Session, JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}
