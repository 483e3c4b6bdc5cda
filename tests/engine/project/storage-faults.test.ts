import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Blobs } from '@engine/project/blobs'
import { claimLease } from '@engine/project/lease'
import { openWorkspace, type Workspace, workspaceFile } from '@engine/project/workspace'
import type { SavingState } from '@shared/drawing'
import { bundled } from '../../support/bundled'
import { actionOf, DrawingByHand } from '../../support/drawing-actions'
import { openJournal } from '../../support/journal-in-folder'
import { type SmallDrive, smallDrive } from '../../support/small-drive'

let folder: string
let drive: SmallDrive | null
let told: SavingState[]
let open: Workspace[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'))
  drive = null
  told = []
  open = []
})

afterEach(() => {
  for (const workspace of open) workspace.close()
  drive?.remove()
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true, force: true })
})

function start(place: string): Workspace {
  const workspace = openWorkspace({ folder: place, tell: (state) => told.push(state) })
  open.push(workspace)
  return workspace
}

function stop(workspace: Workspace): void {
  workspace.close()
  open = open.filter((one) => one !== workspace)
}

/** Draws the actions `from` to `to`; returns which were saved. */
function draw({ journal }: ReturnType<typeof openJournal>, from: number, to: number): boolean[] {
  return Array.from({ length: to - from + 1 }, (_none, index) => {
    const action = actionOf(from + index, { cursor: journal.cursor, length: journal.history.length })
    if (action.kind === 'commit') return journal.commit(action.entry).savedAt !== null
    return journal.go(journal.cursor + (action.kind === 'undo' ? -1 : 1))?.savedAt !== null
  })
}

function opened(workspace: Workspace): ReturnType<typeof openJournal> {
  const one = openJournal(workspace, 'Reader')
  expect(claimLease(workspace.database, one.claim)).toBeNull()
  return one
}

/** The drawing holds exactly the first `count` actions. */
function expectDrawn(workspace: Workspace, count: number): void {
  const { journal } = openJournal(workspace, 'Reader')
  const byHand = new DrawingByHand()
  byHand.actUntil(count)
  expect(journal.history.map(({ name }) => name)).toEqual(byHand.names)
  expect(journal.cursor).toBe(byHand.cursor)
  expect(journal.history.every(({ savedAt }) => savedAt !== null)).toBe(true)
}

/** Fills the drive, makes room, and looks at what was said and kept meanwhile. */
async function fillAndFree(place: string, fill: () => void, free: () => void): Promise<void> {
  const workspace = start(place)
  const drawing = opened(workspace)
  expect(draw(drawing, 1, 10).every(Boolean)).toBe(true)
  fill()
  const saved = draw(drawing, 11, 200)
  const first = saved.indexOf(false)
  expect(first).toBeGreaterThanOrEqual(0)
  // Nothing overtakes what is held.
  expect(saved.slice(first).some(Boolean)).toBe(false)
  const held = saved.length - first
  expect(told.at(-1)).toMatchObject({ state: 'unsaved', held, fault: { code: 'disk-full' } })
  expect(told.at(-1)?.fault?.hint).toBe('Free some space; saving goes on by itself.')
  // On the disk lies a sound part of it, on the screen lies all of it.
  const beside = start(place)
  expectDrawn(beside, 10 + first)
  stop(beside)
  free()
  await vi.waitFor(() => expect(workspace.saver.state).toMatchObject({ state: 'saved', held: 0 }), 10_000)
  expect(told.at(-1)?.state).toBe('saved')
  expect(draw(drawing, 201, 205).every(Boolean)).toBe(true)
  stop(workspace)
  expectDrawn(start(place), 205)
}

test('a full disk: strokes are held, said, and written by themselves when there is room (SQLite page limit)', async () => {
  const limit = (pages: number): void => void open[0].database.all(`PRAGMA max_page_count = ${pages}`)
  await fillAndFree(
    join(folder, 'w'),
    () => limit(1),
    () => limit(1_000_000)
  )
})

test('a full disk: the same on a drive that is really full', async ({ skip }) => {
  drive = smallDrive(join(folder, 'drive'), 16)
  if (drive === null) return skip('Only the superuser of Linux may make a small drive.')
  const place = join(drive.folder, 'w')
  const ballast = join(drive.folder, 'ballast')
  const fill = (): void => {
    const { bavail, bsize } = statfsSync(place)
    writeFileSync(ballast, Buffer.alloc(bavail * bsize))
  }
  await fillAndFree(place, fill, () => rmSync(ballast))
})

test('writing forbidden in the middle: held, said, written later', async () => {
  const workspace = start(folder)
  const drawing = opened(workspace)
  draw(drawing, 1, 5)
  workspace.database.exec('PRAGMA query_only = 1')
  expect(draw(drawing, 6, 8)).toEqual([false, false, false])
  expect(told.at(-1)).toMatchObject({ state: 'unsaved', held: 3, fault: { code: 'not-writable' } })
  workspace.database.exec('PRAGMA query_only = 0')
  await vi.waitFor(() => expect(workspace.saver.state.state).toBe('saved'), 10_000)
  expectDrawn(workspace, 8)
})

test('another program that writes for long: held, said, written later', async () => {
  const workspace = start(folder)
  const drawing = opened(workspace)
  draw(drawing, 1, 5)
  const other = start(folder)
  other.database.exec('BEGIN IMMEDIATE')
  expect(draw(drawing, 6, 6)).toEqual([false])
  expect(told.at(-1)).toMatchObject({ state: 'unsaved', held: 1, fault: { code: 'locked' } })
  other.database.exec('ROLLBACK')
  await vi.waitFor(() => expect(workspace.saver.state.state).toBe('saved'), 10_000)
  expectDrawn(workspace, 6)
})

/** Makes a folder nobody can write to: a read-only drive for the superuser, permissions for everybody else. */
function forbidWriting(place: string): void {
  if (drive !== null) drive.readOnly(true)
  else chmodSync(place, 0o500)
}

test('a folder that cannot be written to: everything can be looked at, the last strokes too, and it says so', async () => {
  drive = smallDrive(join(folder, 'drive'), 8)
  const place = drive?.folder ?? folder
  // Drawn by another process: a drive with open files cannot be made read-only.
  const program = await bundled('tests/support/stroke-writer.ts', 'stroke-writer')
  const child = spawn(process.execPath, [program, place, 'Reader', '30', 'stay'], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  await vi.waitFor(() => expect(said).toMatch(/^30$/m), 20_000)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
  // The strokes still lie in the write-ahead log.
  expect(statSync(join(place, `${workspaceFile}-wal`)).size).toBeGreaterThan(0)
  forbidWriting(place)
  const looking = start(place)
  expect(looking.problem).toBeNull()
  expect(looking.readOnly).toMatchObject({ reason: 'folder', owner: null })
  expectDrawn(looking, 30)
  drive?.readOnly(false)
})

test('a new workspace in such a folder is a fault, and the program works without one', () => {
  drive = smallDrive(join(folder, 'drive'), 8)
  const place = drive?.folder ?? folder
  forbidWriting(place)
  const workspace = start(place)
  expect(workspace.problem).toMatchObject({ code: 'not-writable' })
  expect(draw(opened(workspace), 1, 5)).toEqual([true, true, true, true, true])
  drive?.readOnly(false)
})

test.each([
  ['no database at all', (path: string) => writeFileSync(path, 'hello '.repeat(2_000))],
  [
    'a damaged page',
    (path: string) => {
      const content = readFileSync(path)
      for (let at = 4096; at < content.length; at++) content[at] = (content[at] * 7 + 13) & 255
      writeFileSync(path, content)
    }
  ],
  ['cut off', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 6_000))]
])('a damaged workspace is named, left as it is, and the program works without it: %s', (_title, damage) => {
  const workspace = start(folder)
  draw(opened(workspace), 1, 30)
  workspace.database.all('PRAGMA wal_checkpoint(TRUNCATE)')
  stop(workspace)
  const path = join(folder, workspaceFile)
  damage(path)
  const before = readFileSync(path)
  const again = start(folder)
  expect(again.problem).toMatchObject({ code: 'bad-workspace' })
  expect(Buffer.compare(readFileSync(path), before)).toBe(0)
})

test('a workspace of a newer version is not touched', () => {
  const workspace = start(folder)
  workspace.database.exec('PRAGMA user_version = 99')
  stop(workspace)
  expect(start(folder).problem?.message).toBe('This workspace was made by a newer version of Saliscope.')
})

test('a blob that was changed or is missing is not taken for what was written', () => {
  const blobs = new Blobs(folder)
  const hash = blobs.write(Buffer.from('outline'))
  expect(Buffer.from(blobs.read(hash)).toString()).toBe('outline')
  writeFileSync(join(folder, hash.slice(0, 2), hash), 'outlime')
  expect(() => blobs.read(hash)).toThrow('A part of the workspace is damaged.')
  rmSync(join(folder, hash.slice(0, 2), hash))
  expect(() => blobs.read(hash)).toThrow('A part of the workspace is missing.')
})

test('10,000 strokes open within a second, also when a checkpoint is damaged', () => {
  const workspace = start(folder)
  const drawing = opened(workspace)
  // One transaction instead of 10,000 waits for the disk; the checkpoints are the same.
  workspace.database.transaction(() => draw(drawing, 1, 10_000))
  stop(workspace)
  const timed = (): number => {
    const began = performance.now()
    const again = start(folder)
    expectDrawn(again, 10_000)
    const took = performance.now() - began
    const [newest] = again.database.all('SELECT blob FROM checkpoint ORDER BY number DESC')
    const hash = String(newest['blob'])
    writeFileSync(join(folder, 'blobs', hash.slice(0, 2), hash), 'damaged')
    stop(again)
    return took
  }
  expect(timed()).toBeLessThan(1_000)
  expect(timed()).toBeLessThan(1_000)
})
