import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readAudit } from '@engine/project/audit'
import { wasAbandoned } from '@engine/project/lease'
import { openWorkspace, type Workspace } from '@engine/project/workspace'
import { randomStream } from '@engine/tensor/random'
import { pixelsOfRuns } from '@shared/drawing/runs'
import { bundled } from '../../support/bundled'
import { DrawingByHand, segment, side, slices } from '../../support/drawing-actions'
import { openJournal } from '../../support/journal-in-folder'

/** R7 of the reliability goals: 200 in CI, 2,000 at night. */
const kills = process.env['SALISCOPE_NIGHTLY'] === undefined ? 200 : 2_000
/** Workspaces that are drawn in at the same time; each is killed again and again and grows. */
const lanes = 4
let program: string
let folder: string

beforeAll(async () => {
  program = await bundled('tests/support/stroke-writer.ts', 'stroke-writer')
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'killed-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Writer {
  readonly child: ChildProcess
  readonly said: string[]
  readonly ended: Promise<void>
}

function write(workspace: string, ...more: string[]): Writer {
  const child = spawn(process.execPath, [program, workspace, ...more], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    said.push(...lines)
  })
  // `close` and not `exit`: what was said before the kill has arrived by then.
  return { child, said, ended: new Promise((resolve) => child.once('close', () => resolve())) }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}

function shownPixels(journal: ReturnType<typeof openJournal>['journal']): Uint8Array {
  const volume = new Uint8Array(side * side * slices)
  for (const { slice, runs } of journal.shown.labelmap(segment.segment)) {
    volume.set(pixelsOfRuns(runs, side * side), slice * side * side)
  }
  return volume
}

const isAction =
  (drawing: string) =>
  ({ subject, what }: { subject: string; what: string }): boolean =>
    subject === drawing && what !== 'drawing begun'

/** The workspace after a kill: sound, quick to open, and exactly what was drawn up to the last action it holds. */
function check(workspace: Workspace, byHand: DrawingByHand, acknowledged: number): void {
  expect(workspace.problem).toBeNull()
  const began = performance.now()
  const { journal, claim } = openJournal(workspace, 'Reader')
  expect(performance.now() - began).toBeLessThan(1_000)
  const written = readAudit(workspace.database).filter(isAction(journal.drawing.id)).length
  expect(written).toBeGreaterThanOrEqual(acknowledged)
  // One action at most was written and not yet said.
  expect(written).toBeLessThanOrEqual(acknowledged + 1)
  byHand.actUntil(written)
  expect(journal.history.map(({ name }) => name)).toEqual(byHand.names)
  expect(journal.cursor).toBe(byHand.cursor)
  expect(Buffer.compare(shownPixels(journal), byHand.pixels())).toBe(0)
  expect(wasAbandoned(workspace.database, claim.scope, claim.holder)).toBe(true)
}

async function lane(name: number, times: number): Promise<{ acknowledged: number; slowest: number }> {
  const place = join(folder, `lane-${name}`)
  const random = randomStream(20261127, 'kill', name)
  const byHand = new DrawingByHand()
  let [acknowledged, slowest] = [0, 0]
  for (let time = 0; time < times; time++) {
    const { child, said, ended } = write(place, 'Reader')
    await until(() => said.length > 0 || child.exitCode !== null)
    expect(child.exitCode).toBeNull()
    await new Promise((resolve) => setTimeout(resolve, 60 * random.uniform()))
    child.kill('SIGKILL')
    await ended
    acknowledged = Number(said.at(-1))
    const began = performance.now()
    const workspace = openWorkspace({ folder: place, tell: () => undefined })
    slowest = Math.max(slowest, performance.now() - began)
    check(workspace, byHand, acknowledged)
    workspace.close()
  }
  return { acknowledged, slowest }
}

test(`${kills} kills at seeded moments lose no acknowledged stroke, and the workspace opens within a second`, async () => {
  const shares = Array.from({ length: lanes }, (_none, index) => lane(index, kills / lanes))
  const results = await Promise.all(shares)
  for (const { slowest, acknowledged } of results) {
    expect(slowest).toBeLessThan(1_000)
    // The kills fell into the drawing, not before it.
    expect(acknowledged).toBeGreaterThan((2 * kills) / lanes)
  }
}, 1_800_000)

test('of two programs at one outline the second may look; when the first is killed, it may draw', async () => {
  const first = write(folder, 'Reader', '20', 'stay')
  await until(() => first.said.length === 20)
  const second = spawn(process.execPath, [program, folder, 'Reader', '20'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let refusal = ''
  second.stderr.setEncoding('utf8').on('data', (text: string) => (refusal += text))
  await new Promise((resolve) => second.once('close', resolve))
  expect(refusal).toContain('held by Reader')

  first.child.kill('SIGKILL')
  await first.ended
  const third = write(folder, 'Reader', '20')
  await third.ended
  expect(third.said.at(-1)).toBe('40')
})

test('two programs at two outlines of one workspace write side by side: nothing is lost or mixed up', async () => {
  const writers = ['Reader', 'Other'].map((reader) => write(folder, reader, '250'))
  await Promise.all(writers.map(({ ended }) => ended))
  const workspace = openWorkspace({ folder, tell: () => undefined })
  const byHand = new DrawingByHand()
  byHand.actUntil(250)
  for (const reader of ['Reader', 'Other']) {
    const { journal } = openJournal(workspace, reader)
    expect(journal.history.map(({ name }) => name)).toEqual(byHand.names)
    expect(Buffer.compare(shownPixels(journal), byHand.pixels())).toBe(0)
  }
  expect(readAudit(workspace.database)).toHaveLength(502)
  workspace.close()
})
