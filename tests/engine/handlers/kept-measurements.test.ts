import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KeptMeasurements } from '@engine/handlers/kept-measurements'
import { openWorkspace, type Workspace } from '@engine/project/workspace'
import type { Measurement } from '@shared/measuring'

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

function start(): { workspace: Workspace; kept: KeptMeasurements } {
  const workspace = openWorkspace({ folder, tell: () => undefined })
  open.push(workspace)
  return { workspace, kept: new KeptMeasurements(workspace, folder, (sentence) => said.push(sentence)) }
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
