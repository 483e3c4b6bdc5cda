import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { jobController, quietJob, type Job } from '@engine/job'
import { drawingPool, drawWith } from '@engine/readers/drawing/drawing-pool'
import { drawnHere } from '@engine/readers/drawing/drawn-task'
import { writeTinyNifti } from '../../app/support/tiny-nifti'
import { addSegment, bar, commit, engineOn } from '../../support/drawing'
import { builtWorker } from '../formats/test-pool'

const [COLUMNS, ROWS, SLICES] = [96, 96, 60]
const pool = drawingPool(await builtWorker('drawing', resolve('src-main/pool-worker.ts')))
let folder: string
let engine: Engine
let drawing: string
let segment: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drawing-thread-'))
  const path = join(folder, 'block.nii')
  const voxels = new Int16Array(COLUMNS * ROWS * SLICES).fill(500)
  writeTinyNifti(path, { columns: COLUMNS, rows: ROWS, slices: SLICES, spacing: [1, 1, 2], voxels })
  engine = engineOn(join(folder, 'workspace'))
  const { cases } = await engine.call('study.open', { grants: [path] }, quietJob())
  const wish = { caseId: cases[0].caseId, study: null, reading: 1, window: 'main' }
  ;({ drawing } = await engine.call('drawing.open', wish, quietJob()))
  segment = await addSegment(engine, drawing)
})
afterEach(async () => {
  drawWith()
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})
afterAll(() => pool.close())

const grow = (job: Job = quietJob()) =>
  engine.call(
    'drawing.operation',
    {
      drawing,
      window: 'main',
      action: {
        operation: 'grow-region',
        segment,
        voxel: [3, 4, 5],
        band: { low: 400, high: 600 },
        reachMm: null,
        inSlice: false
      }
    },
    job
  )
const cursorNow = async (): Promise<number> => {
  const { length } = (await engine.call('drawing.measure', { drawing, window: 'main' }, quietJob()))[0].slices
  return length
}

describe('a change of a whole volume', () => {
  test('leaves the engine free: another call is answered while it is worked out, and nothing is half done', async () => {
    let goOn: () => void = () => undefined
    const begun = new Promise<void>((tell) => {
      drawWith(async (task) => {
        tell()
        await new Promise<void>((resume) => (goOn = resume))
        return drawnHere(task, () => undefined)
      })
    })
    const growing = grow()
    await begun
    expect(await cursorNow()).toBe(0)
    goOn()
    expect((await growing).deltas.length).toBe(SLICES)
    expect(await cursorNow()).toBe(SLICES)
  })

  test('in its thread gives what it gives here, and says how far it is', async () => {
    const here = await grow()
    await engine.call('drawing.undo', { drawing, window: 'main' }, quietJob())
    drawWith(pool.run)
    const told: [string, number, number][] = []
    const there = await grow({ ...quietJob(), progress: (stage, done, total) => told.push([stage, done, total]) })
    expect(there.deltas).toEqual(here.deltas)
    expect(told.filter(([stage]) => stage === 'Working out the outline').map(([, done]) => done)).toEqual([
      2 ** 18,
      2 ** 19
    ])
    for (const [, done, total] of told) expect(done).toBeLessThanOrEqual(total)

    const margin = { operation: 'margin' as const, segment, marginMm: -3 }
    const smaller = await engine.call('drawing.operation', { drawing, window: 'main', action: margin }, quietJob())
    // A block at the image's own border has no outside there: the whole image stays.
    expect(smaller.entry).toBeNull()
  })

  test('is stopped on request and leaves the outline as it was; the next one works', async () => {
    drawWith(pool.run)
    const controller = jobController()
    const growing = grow({
      signal: controller.signal,
      progress: (stage) => stage === 'Working out the outline' && controller.abort()
    })
    await expect(growing).rejects.toMatchObject({ code: 'cancelled' })
    expect(await cursorNow()).toBe(0)
    expect((await grow()).entry).toBe(2)
  })

  test('is given up where the outline changed meanwhile', async () => {
    drawWith(async (task) => {
      await commit(engine, drawing, bar(segment, 7))
      return drawnHere(task, () => undefined)
    })
    await expect(grow()).rejects.toThrow('The outline was changed while “Grow from slice 6” was worked out')
    drawWith()
    expect((await grow()).entry).toBe(3)
  })

  test('hands a fault of the thread on with its class', async () => {
    const grey = new Float32Array(0)
    const odd = { task: 'seeds', seeds: [], grey, place: { box: { from: [0, 0, 0], to: [1, 1, 1] }, columns: 1 } }
    await expect(pool.run(odd as never, quietJob())).rejects.toMatchObject({ code: 'internal' })
  })
})
