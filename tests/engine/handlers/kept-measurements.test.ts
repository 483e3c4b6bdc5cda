import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KeptMeasurements } from '@engine/handlers/kept-measurements'
import { firstProfile, saveProfile } from '@engine/project/profile-rows'
import { keepValue } from '@engine/project/kept-values'
import { openWorkspace, type Workspace } from '@engine/project/workspace'
import type { Measurement } from '@shared/measuring'

interface OwnMeasurements {
  of(caseId: string): Measurement[]
  keep(caseId: string, own: readonly Measurement[]): void
}

let folder: string
let open: Workspace[]
let said: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-measured-'))
  open = []
  said = []
})
afterEach(() => {
  for (const workspace of open) workspace.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Measurements as the first profile of the workspace has them. */
function start(): { workspace: Workspace; all: KeptMeasurements; kept: OwnMeasurements } {
  const workspace = openWorkspace({ folder, tell: () => undefined })
  open.push(workspace)
  const all = new KeptMeasurements(workspace, folder, (sentence) => said.push(sentence))
  const profile = firstProfile(workspace.database).id
  const kept = {
    of: (caseId: string) => all.of({ caseId, profile }),
    keep: (caseId: string, own: readonly Measurement[]) => all.keep({ caseId, profile }, own)
  }
  return { workspace, all, kept }
}

const length = (name: string): Measurement => ({
  id: name,
  kind: 'length',
  name,
  slice: 0,
  points: [
    [1, 1],
    [2, 2]
  ]
})
const file = (): string => join(folder, 'measurements.json')

test('what is measured is in the database and there after a restart', () => {
  const { kept, workspace } = start()
  kept.keep('one', [length('a')])
  kept.keep('two', [length('b'), length('c')])
  kept.keep('one', [])
  workspace.close()
  open = []
  const again = start().kept
  expect(again.of('one')).toEqual([])
  expect(again.of('two')).toEqual([length('b'), length('c')])
  expect(existsSync(file())).toBe(false)
})

test('the file of earlier versions moves in once, and never over what was measured since', () => {
  start().kept.keep('two', [length('new')])
  writeFileSync(file(), JSON.stringify({ version: 1, cases: { one: [length('a')], two: [length('old')] } }))
  const { kept } = start()
  expect(kept.of('one')).toEqual([length('a')])
  expect(kept.of('two')).toEqual([length('new')])
  expect(existsSync(file())).toBe(false)
  expect(said).toEqual([])
})

test('a damaged file is moved aside and told of, and measuring goes on', () => {
  writeFileSync(file(), '{"version":1,"cases":{"one":[{"id"')
  const { kept } = start()
  expect(kept.of('one')).toEqual([])
  kept.keep('one', [length('a')])
  expect(kept.of('one')).toEqual([length('a')])
  expect(said).toEqual([expect.stringContaining('damaged')])
  expect(readFileSync(join(folder, 'measurements-damaged.json'), 'utf8')).toBe('{"version":1,"cases":{"one":[{"id"')
})

test('while another program writes, measurements are held and none undoes another', async () => {
  const { kept, workspace } = start()
  const other = openWorkspace({ folder, tell: () => undefined })
  open.push(other)
  other.database.exec('BEGIN IMMEDIATE')
  kept.keep('one', [length('a')])
  kept.keep('one', [length('a'), length('b')])
  expect(workspace.saver.state.held).toBe(2)
  expect(kept.of('one')).toEqual([length('a'), length('b')])
  other.database.exec('ROLLBACK')
  await vi.waitFor(() => expect(workspace.saver.state.state).toBe('saved'), 10_000)
  expect(start().kept.of('one')).toEqual([length('a'), length('b')])
})

test('each profile has its own; those of before, of whom nobody knows, stay with the researcher', () => {
  const { workspace, all, kept } = start()
  const { database } = workspace
  for (const [id, role] of [
    ['anna', 'reader'],
    ['second', 'researcher']
  ] as const)
    saveProfile(database, { id, name: id, role, pin: null })
  keepValue(database, 'measurements one', [length('old')])
  expect(kept.of('one')).toEqual([length('old')])
  for (const profile of ['anna', 'second']) expect(all.of({ caseId: 'one', profile })).toEqual([])
  all.keep({ caseId: 'one', profile: 'anna' }, [length('hers')])
  kept.keep('one', [])
  expect(kept.of('one')).toEqual([])
  expect(all.of({ caseId: 'one', profile: 'anna' })).toEqual([length('hers')])
})
