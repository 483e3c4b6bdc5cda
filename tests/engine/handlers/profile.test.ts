import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { checkPin, type PinTries } from '@engine/handlers/pin-tries'
import { quietJob } from '@engine/job'
import { keepPin } from '@engine/project/pin'
import type { ProfileList } from '@shared/profile'
import { addSegment, bar, commit, engineOn, openDrawing } from '../../support/drawing'

const job = quietJob()
let folder: string
let engines: Engine[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profiles-'))
  engines = []
})

afterEach(async () => {
  for (const engine of engines) await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

function start(): Engine {
  const engine = engineOn(folder)
  engines.push(engine)
  return engine
}

const own = { currentPin: null }

test('a new workspace has one profile, and it is chosen; with a second one somebody has to choose', async () => {
  const first = start()
  const { profiles, current } = await first.call('profile.list', {}, job)
  expect(profiles).toMatchObject([{ name: 'Reader 1', role: 'researcher', hasPin: false }])
  expect(current).toEqual(profiles[0])
  const second = await first.call('profile.create', { name: 'Reader 2', role: 'reader', pin: null }, job)

  const again = start()
  expect((await again.call('profile.list', {}, job)).current).toBeNull()
  await expect(openDrawing(again)).rejects.toMatchObject({ code: 'not-chosen' })
  const told: ProfileList[] = []
  again.onEvent((event, payload) => void (event === 'profile' && told.push(payload as ProfileList)))
  await again.call('profile.choose', { profile: second.profile, pin: null }, job)
  expect(told.map((list) => list.current?.name)).toEqual(['Reader 2'])
  expect((await openDrawing(again)).reader).toEqual({ profile: second.profile, name: 'Reader 2' })
})

test('each profile has its own drawing of an image; switching closes the other one', async () => {
  const engine = start()
  const { current } = await engine.call('profile.list', {}, job)
  const mine = await openDrawing(engine)
  const segment = await addSegment(engine, mine.drawing)
  const other = await engine.call('profile.create', { name: 'Dr. B', role: 'reader', pin: null }, job)
  await engine.call('profile.choose', { profile: other.profile, pin: null }, job)
  await expect(commit(engine, mine.drawing, bar(segment, 0))).rejects.toMatchObject({ code: 'not-found' })
  const theirs = await openDrawing(engine)
  expect(theirs.drawing).not.toBe(mine.drawing)
  expect(theirs.entries).toEqual([])
  await engine.call('profile.choose', { profile: current?.profile ?? '', pin: null }, job)
  expect((await openDrawing(engine)).entries).toHaveLength(1)
})

test('a PIN is asked for, and is nowhere in the workspace', async () => {
  const engine = start()
  const pin = 'sesam-8731'
  const made = await engine.call('profile.create', { name: 'Dr. A', role: 'reader', pin }, job)
  expect(made.hasPin).toBe(true)
  const choose = (given: string | null): Promise<unknown> =>
    engine.call('profile.choose', { profile: made.profile, pin: given }, job)
  await expect(choose(null)).rejects.toMatchObject({ code: 'bad-parameter' })
  await expect(choose('sesam-8732')).rejects.toThrow('That is not the PIN of Dr. A.')
  await choose(pin)
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  for (const { name } of files) expect(readFileSync(join(folder, name)).includes(pin), name).toBe(false)
  // The last of the profile's own changes needs the PIN as it is.
  const change = { profile: made.profile, pin: null }
  await expect(engine.call('profile.change', { ...change, ...own }, job)).rejects.toMatchObject({
    code: 'bad-parameter'
  })
  expect((await engine.call('profile.change', { ...change, currentPin: pin }, job)).hasPin).toBe(false)
})

test('wrong PINs in a row have to wait longer and longer', async () => {
  const tries: PinTries = new Map()
  const profile = { id: 'a', name: 'A', role: 'reader' as const, pin: await keepPin('1234') }
  for (let time = 0; time < 5; time++) await expect(checkPin(tries, profile, '0000', 0)).rejects.toThrow('not the PIN')
  await expect(checkPin(tries, profile, '1234', 1_000)).rejects.toMatchObject({ hint: 'Wait 1 s, then try again.' })
  await expect(checkPin(tries, profile, '0000', 2_000)).rejects.toThrow('not the PIN')
  await expect(checkPin(tries, profile, '1234', 5_999)).rejects.toThrow('too often')
  await checkPin(tries, profile, '1234', 6_000)
})

test('a reader can neither make profiles nor give himself another role', async () => {
  const engine = start()
  const reader = await engine.call('profile.create', { name: 'Dr. C', role: 'reader', pin: null }, job)
  await engine.call('profile.choose', { profile: reader.profile, pin: null }, job)
  const asked = { name: 'Dr. D', role: 'researcher' as const, pin: null }
  await expect(engine.call('profile.create', asked, job)).rejects.toMatchObject({ code: 'read-only' })
  const change = { profile: reader.profile, role: 'researcher' as const, ...own }
  await expect(engine.call('profile.change', change, job)).rejects.toMatchObject({ code: 'read-only' })
  const renamed = await engine.call('profile.change', { profile: reader.profile, name: 'Dr. E', ...own }, job)
  expect(renamed.name).toBe('Dr. E')
})

test('two profiles cannot have one name', async () => {
  const engine = start()
  const asked = { name: 'reader 1', role: 'reader' as const, pin: null }
  await expect(engine.call('profile.create', asked, job)).rejects.toThrow('There is a profile "reader 1" already.')
})
