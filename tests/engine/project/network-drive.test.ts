import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { driveOf, mountOptions } from '@engine/project/file-system'
import { isAlive, thisProcess } from '@engine/project/holder'
import { bundled } from '../../support/bundled'
import { openWorkspace, type Workspace } from '@engine/project/workspace'

let folder: string
let open: Workspace[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'network-'))
  open = []
})

afterEach(() => {
  for (const workspace of open) workspace.close()
  rmSync(folder, { recursive: true, force: true })
})

function start(drive = { network: true, locks: true }): Workspace {
  const workspace = openWorkspace({ folder, tell: () => undefined, drive: () => drive })
  open.push(workspace)
  return workspace
}

test('on a network drive there is no write-ahead log and one writer; the second may look and is told who writes', () => {
  const first = start()
  expect([first.network, first.readOnly]).toEqual([true, null])
  expect(first.database.all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'delete' }])
  const second = start()
  expect(second.readOnly).toMatchObject({ reason: 'workspace' })
  expect(second.readOnly?.sentence).toMatch(/^Open for reading only: the computer .+ writes to this workspace/)
  first.close()
  open = open.filter((one) => one !== first)
  expect(start().readOnly).toBeNull()
})

test('a workspace that was on this computer loses its write-ahead log there', async () => {
  // By another process: a connection of this one would still be looking.
  const program = await bundled('tests/support/stroke-writer.ts', 'stroke-writer')
  expect(spawnSync(process.execPath, [program, folder, 'Reader', '3']).status).toBe(0)
  const there = start()
  expect(there.database.all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'delete' }])
  expect(there.database.all('SELECT count(*) AS n FROM entry')).toEqual([{ n: 3 }])
})

test('where locks do not keep programs apart nothing is written', () => {
  start().close()
  open = []
  expect(start({ network: true, locks: false }).readOnly).toMatchObject({ reason: 'network', owner: null })
})

test('a new workspace is not made where locks do not work', () => {
  expect(start({ network: true, locks: false }).problem).toMatchObject({ code: 'not-writable' })
})

test('a holder on another computer counts as gone after ten silent minutes, one on this computer with its process', () => {
  const here = thisProcess()
  const row = { host: 'elsewhere', process: 1, started: '', renewed: '2026-11-27T10:00:00.000Z' }
  const at = (time: string): number => Date.parse(`2026-11-27T${time}.000Z`)
  expect(isAlive(row, here, at('10:09:59'))).toBe(true)
  expect(isAlive(row, here, at('10:10:00'))).toBe(false)
  const mine = { host: here.host, process: here.process, started: here.started, renewed: '2020-01-01T00:00:00.000Z' }
  // Where the system tells when a process began, silence says nothing; elsewhere it says that the number was given out anew.
  expect(isAlive(mine, here, at('10:00:00'))).toBe(here.started !== '')
  expect(isAlive({ ...mine, process: 2 ** 22 + 1 }, here, at('10:00:00'))).toBe(false)
  if (here.started !== '') expect(isAlive({ ...mine, started: '1' }, here, at('10:00:00'))).toBe(false)
})

test('drives are told apart by what the system says of them', () => {
  expect(driveOf(folder)).toEqual({ network: false, locks: true })
  expect(driveOf('\\\\server\\share\\study')).toEqual({ network: true, locks: true })
  const mounts = [
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
    '40 22 0:45 / /mnt/reading\\040room rw,relatime shared:9 - nfs4 server:/x rw,vers=3,nolock,local_lock=none',
    '41 22 0:46 / /mnt/reading rw,relatime - nfs4 server:/y rw,vers=4.2,local_lock=none'
  ].join('\n')
  expect(mountOptions(mounts, '/mnt/reading room/w')).toContain('nolock')
  expect(mountOptions(mounts, '/mnt/reading/w')).toBe('rw,relatime,rw,vers=4.2,local_lock=none')
  expect(mountOptions(mounts, '/home')).toBe('rw,relatime,rw')
})
