import { closeSync, mkdirSync, openSync, writeSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { asFault } from '@engine/fault'
import { claimLease } from '@engine/project/lease'
import { openWorkspace, type Workspace } from '@engine/project/workspace'
import { segment } from './drawing-actions'
import { openJournal } from './journal-in-folder'

/** `node faulty-drive-writer.mjs PLACE CONTROL ERROR BURST FROM TO STEP`: one line of JSON for each call that fails. */
const [place, controlFile, ...numbers] = process.argv.slice(2)
const [error, burst, from, to, step] = numbers.map(Number)
const strokes = 60
const control = openSync(controlFile, 'r+')

/** Sets when the failure comes, and how long it lasts; returns how many calls there were since it was set before. */
function set(callsToGo: number): number {
  const counted = Buffer.alloc(16)
  readSync(control, counted, 0, 16, 0)
  writeSync(control, Buffer.from(Int32Array.of(callsToGo, burst, error, 0).buffer), 0, 16, 0)
  return counted.readInt32LE(12)
}

const namesIn = (workspace: Workspace): string[] =>
  openJournal(workspace, 'Reader').journal.history.map(({ name }) => name)

function round(call: number): object {
  const folder = join(place, `call-${call}`)
  mkdirSync(folder)
  set(0)
  const workspace = openWorkspace({ folder, tell: () => undefined })
  const { journal, claim } = openJournal(workspace, 'Reader')
  claimLease(workspace.database, claim)
  const changes = [{ place: 0, before: null, after: segment }]
  journal.commit({ name: 'Add', tool: null, slice: null, deltas: [], changes })
  const [acknowledged, held, refused, said] = [['Add'], [] as string[], [] as string[], new Set<string>()]
  set(call)
  for (let number = 1; number <= strokes; number++) {
    const name = `Stroke ${number}`
    const deltas = [{ segment: segment.segment, slice: number % 4, runs: Uint32Array.of(number * 40, 9) }]
    try {
      const { savedAt } = journal.commit({ name, tool: 'brush', slice: 0, deltas, changes: [] })
      if (savedAt === null) held.push(name)
      else acknowledged.push(name)
    } catch (thrown) {
      refused.push(`${name}: ${asFault(thrown).code}`)
    }
    const { fault } = workspace.saver.state
    if (fault !== null) said.add(`${fault.code}: ${fault.message} ${fault.hint ?? ''}`)
  }
  const calls = set(0)
  // As another program finds it now, before anything was tried again.
  const beside = openWorkspace({ folder, tell: () => undefined })
  const onDisk = namesIn(beside)
  beside.close()
  workspace.saver.flush()
  const state = workspace.saver.state.state
  workspace.close()
  const again = openWorkspace({ folder, tell: () => undefined })
  const result = { call, calls, acknowledged, held, refused, said: [...said], onDisk, state, after: namesIn(again) }
  const problem = again.problem?.message ?? null
  again.close()
  rmSync(folder, { recursive: true, force: true })
  return { ...result, problem }
}

for (let call = from; call <= to; call += step) process.stdout.write(`${JSON.stringify(round(call))}\n`)
closeSync(control)
