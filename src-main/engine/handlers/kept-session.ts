import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { keepValue, keptValue } from '@engine/project/kept-values'
import type { Workspace } from '@engine/project/workspace'
import { nothingOpen, OpenItems } from './open-items'

const recent = v.array(
  v.object({
    recentId: v.string(),
    kind: v.picklist(['files', 'model', 'experiment']),
    title: v.string(),
    opened: v.string(),
    paths: v.array(v.string())
  })
)
const jobs = v.array(
  v.object({
    jobId: v.string(),
    title: v.string(),
    kind: v.picklist(['attribution', 'assessment', 'open']),
    done: v.number(),
    total: v.number(),
    request: v.unknown()
  })
)

/** What is remembered between two starts: recent files and models, jobs that were cut off, what is open. Stays on this machine. */
const Session = v.object({ recent, jobs, open: v.optional(OpenItems, nothingOpen) })
export type Session = v.InferOutput<typeof Session>

const empty: Session = { recent: [], jobs: [], open: nothingOpen }
const parts = ['recent', 'jobs', 'open'] as const

/** The session of a workspace; each part is kept by itself. */
export class KeptSession {
  private session: Session
  /** True when there was no readable session: the first start. */
  readonly firstStart: boolean

  constructor(
    private readonly workspace: Workspace,
    folder: string | null
  ) {
    const kept = readSession(workspace)
    // Versions before the workspace had a database kept one JSON file.
    const earlier = kept === undefined && folder !== null ? readJson(join(folder, 'session.json')) : undefined
    this.session = kept ?? earlier ?? empty
    this.firstStart = kept === undefined && earlier === undefined
    if (earlier !== undefined && folder !== null) this.takeOver(earlier, join(folder, 'session.json'))
  }

  read(): Session {
    return this.session
  }

  /** A convenience: where the disk is full it waits its turn behind what was drawn, and stops nobody. */
  change(change: Partial<Session>): void {
    this.session = { ...this.session, ...change }
    const { database, saver, readOnly } = this.workspace
    if (readOnly === null) saver.write(() => this.keep(database, change))
  }

  private keep(database: Workspace['database'], change: Partial<Session>): void {
    database.transaction(() => {
      for (const part of parts) if (change[part] !== undefined) keepValue(database, part, change[part])
    })
  }

  /** The file stays, under another name: nothing is lost, and it is not read again. */
  private takeOver(earlier: Session, file: string): void {
    if (this.workspace.readOnly !== null) return
    this.keep(this.workspace.database, earlier)
    renameSync(file, `${file}.taken-over`)
  }
}

function readSession({ database }: Workspace): Session | undefined {
  const kept = Object.fromEntries(parts.map((part) => [part, keptValue(database, part)]))
  if (parts.every((part) => kept[part] === undefined)) return undefined
  // A damaged part is put aside by being ignored: it holds conveniences only, never results.
  const readable = <T>(schema: v.GenericSchema<unknown, T>, value: unknown, otherwise: T): T => {
    const parsed = v.safeParse(schema, value)
    return parsed.success ? parsed.output : otherwise
  }
  return {
    recent: readable(recent, kept['recent'], []),
    jobs: readable(jobs, kept['jobs'], []) as Session['jobs'],
    open: readable(OpenItems, kept['open'], nothingOpen)
  }
}

function readJson(path: string): Session | undefined {
  if (!existsSync(path)) return undefined
  try {
    return v.parse(Session, JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}
