import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Engine } from '@engine/engine'
import { Fault } from '@engine/fault'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import { type CaseEntry, type CaseMask, CaseShelf } from '@engine/handlers/case-shelf'
import type { MapPrint } from '@engine/handlers/map-prints'
import { changedOutlines, outlineStates } from '@engine/handlers/report-age'
import { quietJob } from '@engine/job'
import type { ReportAge } from '@shared/report-protocol'
import type { JobSummary } from '@shared/vocabulary'
import { addSegment, bar, commit, engineOn, openDrawing } from '../../support/drawing'
import { ownFolder } from '../../support/reading'

const job = quietJob()
let engine: Engine
let drawing: string
let segment: string
let caseId: string

/** Asks for a report and waits until all of it is there. */
async function reported(order: () => Promise<{ jobId: string; reportId: string }>): Promise<string> {
  const { jobId, reportId } = await order()
  const find = async (): Promise<JobSummary> =>
    (await engine.call('job.list', {}, job)).find((one) => one.jobId === jobId)!
  await expect.poll(async () => (await find()).state, { timeout: 60_000 }).not.toMatch(/waiting|running/)
  expect(await find()).toMatchObject({ state: 'done', failures: [] })
  return reportId
}

const age = (reportId: string): Promise<ReportAge> => engine.call('report.age', { reportId }, job)
const note = (change: object): Promise<unknown> => engine.call('drawing.note', { drawing, window: 'main', change }, job)
/** Every figure of the rows of one question. */
async function figures(reportId: string, area: string): Promise<unknown[]> {
  const { report } = await engine.call('report.read', { reportId }, job)
  return report.results
    .filter(({ criterion }) => criterion.startsWith(area))
    .map(({ value, perCase }) => [value, perCase])
}

beforeAll(async () => {
  engine = engineOn(null)
  const opened = await openDrawing(engine)
  ;({ drawing, caseId } = opened)
  segment = await addSegment(engine, drawing)
  await engine.call('model.open', { grant: resolve('resources/sample/models/honest-1.onnx') }, job)
})
afterAll(() => engine.shutDown())

describe('a report whose outlines changed', () => {
  it('says which, and which questions depend on them; asked again it computes those alone', async () => {
    await commit(engine, drawing, bar(segment, 128 * 60 + 40, { length: 20 }))
    await note({ certainty: 4, done: true })
    const [{ modelId }] = await engine.call('model.list', {}, job)
    const first = await reported(() =>
      engine.call(
        'report.run',
        {
          source: 'open',
          cases: [caseId],
          models: [modelId],
          methods: [{ expression: 'gradcam', params: {} }],
          title: 'Mine',
          target: 'label',
          regions: null
        },
        job
      )
    )
    const fresh = await age(first)
    expect(fresh).toMatchObject({ changed: [], follows: null })
    expect(fresh.computed).toEqual(fresh.questions)
    expect(fresh.depending).toContain('localisation')
    expect(fresh.depending).not.toContain('robustness')

    await commit(engine, drawing, bar(segment, 128 * 70 + 40, { length: 20 }))
    const [changed] = (await age(first)).changed
    expect(changed).toMatchObject({ caseId, how: 'changed' })
    expect(changed.reader).not.toBe('')

    const second = await reported(() => engine.call('report.again', { reportId: first }, job))
    const again = await age(second)
    expect(again).toMatchObject({ changed: [], follows: first, questions: fresh.questions })
    expect(again.computed).toEqual(fresh.depending)
    expect(await figures(second, 'localisation')).not.toEqual(await figures(first, 'localisation'))
    expect(await figures(second, 'robustness')).toEqual(await figures(first, 'robustness'))
    // The first one stays what it was, and stays stale.
    expect((await age(first)).changed).toHaveLength(1)

    // What its maps look like is known of it, too, though their answers were remembered.
    const place = ownFolder('saved')
    await engine.call('report.save', { reportId: second, grant: place, as: ['json'], identity: 'pseudonym' }, job)
    const { prints } = JSON.parse(readFileSync(join(place, 'recipe.json'), 'utf8')) as { prints: MapPrint[] }
    rmSync(place, { recursive: true })
    expect(prints).toMatchObject([{ model: modelId, method: 'gradcam', case: caseId }])

    // Taken back, the outline is the first one's again, and not the second's.
    await engine.call('drawing.undo', { drawing, window: 'main' }, job)
    expect((await age(first)).changed).toEqual([])
    expect((await age(second)).changed).toHaveLength(1)
  }, 90_000)

  it('does not know an outline that was finished while it waited', async () => {
    const order = async () => {
      const [{ modelId }] = await engine.call('model.list', {}, job)
      const asked = { methods: [{ expression: 'gradient', params: {} }], title: 'Mine', target: 'label', regions: null }
      return engine.call('report.run', { source: 'open', cases: [later], models: [modelId], ...asked }, job)
    }
    const grants = [resolve('resources/sample/cases/p0003.dcm')]
    const [{ caseId: later }] = (await engine.call('study.open', { grants }, job)).cases
    const opened = await engine.call('drawing.open', { caseId: later, study: null, reading: 1, window: 'main' }, job)
    await commit(engine, opened.drawing, bar(await addSegment(engine, opened.drawing), 128 * 60 + 40, { length: 20 }))
    await order()
    const waiting = await order()
    await engine.call(
      'drawing.note',
      { drawing: opened.drawing, window: 'main', change: { certainty: 4, done: true } },
      job
    )
    const jobs = await engine.call('job.list', {}, job)
    expect(jobs.find(({ jobId }) => jobId === waiting.jobId)?.state).toBe('waiting')
    await reported(() => Promise.resolve(waiting))
    expect((await age(waiting.reportId)).changed).toMatchObject([{ caseId: later, how: 'drawn' }])
  }, 90_000)

  it('does not know a report that is not there', async () => {
    await expect(age('report-99')).rejects.toMatchObject({ code: 'not-found' })
    await expect(engine.call('report.again', { reportId: 'report-99' }, job)).rejects.toMatchObject({
      code: 'not-found'
    })
  })
})

describe('the state of outlines', () => {
  const image = { voxels: new Uint8Array(4), size: [2, 2, 1], affine: [] } as unknown as Volume
  const blank = { cues: [], variants: [], warnings: [], boxes: [], size: [2, 2, 1], title: 'A' }
  const shelfOf = (masks: readonly CaseMask[]): CaseShelf => {
    const shelf = new CaseShelf()
    shelf.add([{ ...blank, caseId: 'a', masks, load: () => Promise.resolve(image) } as unknown as CaseEntry])
    return shelf
  }
  const states = (shelf: CaseShelf) => outlineStates(shelf, [shelf.require('a')])
  const mask = (of: Partial<CaseMask>): CaseMask => ({ reader: 'R', load: () => Promise.reject(new Error()), ...of })

  it('of a file that could not be read is another one once it can', async () => {
    const filled = { ...image, voxels: Uint8Array.of(0, 1, 1, 0) } as unknown as Labelmap
    const load = vi
      .fn(() => Promise.resolve(filled))
      .mockRejectedValueOnce(new Fault('not-found', 'The drive is away.'))
    const shelf = shelfOf([mask({ load })])
    const away = await states(shelf)
    const back = await states(shelf)
    expect(changedOutlines(away, back)).toEqual([{ caseId: 'a', title: 'A', reader: 'R', how: 'changed' }])
    // What was read stays as it was.
    expect(changedOutlines(back, await states(shelf))).toEqual([])
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('takes every outline of a reader in', async () => {
    let first = '1'
    const shelf = shelfOf([mask({ state: () => first }), mask({ state: () => 'second' })])
    const before = await states(shelf)
    first = '2'
    expect(changedOutlines(before, await states(shelf))).toHaveLength(1)
  })
})
