import { resolve } from 'node:path'
import { createEngine, type Engine } from '@engine/engine'
import { Fault } from '@engine/fault'
import type { StudySummary } from '@shared/reading-protocol'
import { required, type Arguments } from '../arguments'
import type { CommandHost } from '../command'
import type { CommandConsole } from '../console'

/** Runs `work` over an engine on the workspace that `--workspace` names, and closes it. */
export async function onWorkspace(
  args: Arguments,
  { spawn, sampleFolder, version, threads }: CommandHost,
  work: (engine: Engine) => Promise<number>
): Promise<number> {
  const engine = createEngine({
    spawn,
    sampleFolder,
    workspaceFolder: resolve(required(args, 'workspace')),
    resolveGrant: (grant) => grant,
    version,
    threads
  })
  try {
    return await work(engine)
  } finally {
    await engine.shutDown()
  }
}

/** The study of that id or title. Throws Fault `usage` without one, `not-found`. */
export async function studyNamed(
  engine: Engine,
  name: string | undefined,
  console: CommandConsole
): Promise<StudySummary> {
  const studies = await engine.call('reading.studies', {}, console.job())
  if (name === undefined) throw new Fault('usage', 'No study is named.', { hint: 'saliscope readers list shows them.' })
  const found = studies.filter(({ studyId, title }) => studyId === name || title === name)
  const exact = found.find(({ studyId }) => studyId === name) ?? (found.length === 1 ? found[0] : undefined)
  if (exact !== undefined) return exact
  const message =
    found.length === 0
      ? `There is no study "${name}" in this workspace.`
      : `${found.length} studies are called "${name}".`
  throw new Fault('not-found', message, {
    subject: name,
    hint: `Studies: ${studies.map(({ studyId }) => studyId).join(', ') || 'none'}.`
  })
}
