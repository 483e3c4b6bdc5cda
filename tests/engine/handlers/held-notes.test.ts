import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { Engine } from '@engine/engine'
import { JobQueue } from '@engine/handlers/job-queue'
import { gatedEngine } from '@engine/handlers/reading/gated-engine'
import type { EventListener, Workbench } from '@engine/handlers/workbench'
import { quietJob } from '@engine/job'
import { openWorkspace } from '@engine/project/workspace'
import { engineOn, openDrawing } from '../../support/drawing'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-held-'))
const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.shutDown()))
  rmSync(folder, { recursive: true, force: true })
})

test('notes that cannot be written yet build on each other', async () => {
  const engine = engineOn(folder)
  engines.push(engine)
  const { drawing } = await openDrawing(engine)
  const note = (change: object): Promise<unknown> =>
    engine.call('drawing.note', { drawing, window: 'main', change }, quietJob())
  await note({ comment: 'seen' })
  const other = openWorkspace({ folder, tell: () => undefined })
  other.database.exec('BEGIN IMMEDIATE')
  await note({ certainty: 4 })
  expect(await note({ noFinding: true })).toMatchObject({ comment: 'seen', certainty: 4, noFinding: true })
  expect((await engine.call('drawing.saving', {}, quietJob())).held).toBe(2)
  other.database.exec('ROLLBACK')
  other.close()
  await vi.waitFor(async () => {
    expect((await engine.call('drawing.saving', {}, quietJob())).state).toBe('saved')
  }, 10_000)
  await engine.shutDown()
  engines.pop()

  const again = engineOn(folder)
  engines.push(again)
  const reopened = await openDrawing(again)
  const kept = await again.call('drawing.note', { drawing: reopened.drawing, window: 'main', change: {} }, quietJob())
  expect(kept).toMatchObject({ comment: 'seen', certainty: 4, noFinding: true })
})

test('the count of jobs is told where a blinded reading hides the jobs themselves', async () => {
  const listeners = new Set<EventListener>()
  const emit: EventListener = (event, payload) => listeners.forEach((listener) => listener(event, payload))
  const jobs = new JobQueue((list) => emit('jobs', [...list]))
  const readings = { now: { caseId: 'one', hidden: ['map'], map: null } }
  const profiles = { orNobody: { role: 'reader' } }
  const engine = gatedEngine({ listeners, jobs, readings, profiles } as unknown as Workbench, {} as never)
  const counts: number[] = []
  const shown: unknown[] = []
  engine.onBusy((count) => counts.push(count))
  engine.onEvent((event, payload) => event === 'jobs' && shown.push(payload))
  let end = (): void => undefined
  jobs.add({
    title: 'A long one',
    kind: 'attribution',
    units: ['one'],
    run: () => new Promise<void>((resolve) => (end = resolve)),
    request: null
  })
  await vi.waitFor(() => expect(counts.at(-1)).toBe(1))
  end()
  await vi.waitFor(() => expect(counts.at(-1)).toBe(0))
  expect(JSON.stringify(shown)).not.toContain('A long one')
})
