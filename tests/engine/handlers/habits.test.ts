import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { EventPayload } from '@shared/protocol'
import { CurrentProfile } from '@engine/handlers/current-profile'
import { habitHandlers } from '@engine/handlers/habits'
import type { Workbench } from '@engine/handlers/workbench'
import { openWorkspace } from '@engine/project/workspace'
import { engineOn } from '../../support/drawing'

const job = quietJob()
const mouse = (preset: string) => ({
  name: 'mouse' as const,
  value: { preset, changed: { right: 'pan' }, sensitivity: 2, upIsBrighter: false }
})
let folder: string
let engine: Engine

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'habits-'))
  engine = engineOn(folder)
})

afterEach(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

const read = () => engine.call('habits.read', {}, job)
const choose = (profile: string) => engine.call('profile.choose', { profile, pin: null }, job)

test('each profile has its own, they are there after a restart, and the other window is told', async () => {
  const told: EventPayload<'habit'>[] = []
  engine.onEvent((event, payload) => event === 'habit' && told.push(payload as EventPayload<'habit'>))
  const { profile: first } = await read()
  const { profile: second } = await engine.call('profile.create', { name: 'Anna', role: 'reader', pin: null }, job)
  await engine.call('habits.keep', { habit: mouse('OHIF-like') }, job)
  expect(told).toEqual([{ profile: first, habit: mouse('OHIF-like') }])
  await choose(second)
  expect(await read()).toEqual({ profile: second, habits: {} })
  await engine.call('habits.keep', { habit: mouse('Horos-like') }, job)
  await engine.call('habits.keep', { habit: { name: 'keys', value: { 'tool-brush': ['Y'] } } }, job)

  await engine.shutDown()
  engine = engineOn(folder)
  await choose(second)
  expect((await read()).habits).toEqual({ mouse: mouse('Horos-like').value, keys: { 'tool-brush': ['Y'] } })
  await choose(first!)
  expect((await read()).habits).toEqual({ mouse: mouse('OHIF-like').value })
})

test('what the window kept moves in for all who have none, once', async () => {
  const { profile: first } = await read()
  const { profile: second } = await engine.call('profile.create', { name: 'Anna', role: 'reader', pin: null }, job)
  await engine.call('habits.keep', { habit: mouse('OHIF-like') }, job)
  await engine.call('habits.moveIn', { profile: null, habit: mouse('RadiAnt-like') }, job)
  expect((await read()).habits.mouse?.preset).toBe('OHIF-like')
  await choose(second)
  expect((await read()).habits.mouse?.preset).toBe('RadiAnt-like')

  // Keys were kept by profile; one that is not of this workspace leaves nothing behind.
  const keys = { name: 'keys' as const, value: { cine: ['Y'] } }
  await engine.call('habits.moveIn', { profile: second, habit: keys }, job)
  await engine.call('habits.moveIn', { profile: 'elsewhere', habit: keys }, job)
  expect((await read()).habits.keys).toEqual({ cine: ['Y'] })
  await choose(first!)
  expect((await read()).habits.keys).toBeUndefined()
})

test('what moves into a workspace that is read only acts, and is said not to be there', async () => {
  const drive = () => ({ network: true, locks: true })
  const [first, workspace] = [0, 1].map(() =>
    openWorkspace({ folder: join(folder, 'far'), tell: () => undefined, drive })
  )
  expect(workspace.readOnly).not.toBeNull()
  const bench = { profiles: new CurrentProfile(workspace), workspace, emit: () => undefined }
  const handlers = habitHandlers(bench as unknown as Workbench)
  const moved = { profile: null, habit: mouse('RadiAnt-like') }
  await expect(handlers['habits.moveIn'](moved, job)).rejects.toMatchObject({ code: 'read-only' })
  const { habits } = await handlers['habits.read']({}, job)
  expect(habits.mouse?.preset).toBe('RadiAnt-like')
  for (const one of [workspace, first]) one.close()
})
