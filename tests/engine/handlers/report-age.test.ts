import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { ReportAge } from '@shared/report-protocol'
import type { JobSummary } from '@shared/vocabulary'
import { addSegment, bar, commit, engineOn, openDrawing } from '../../support/drawing'

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

    // Taken back, the outline is the first one's again, and not the second's.
    await engine.call('drawing.undo', { drawing, window: 'main' }, job)
    expect((await age(first)).changed).toEqual([])
    expect((await age(second)).changed).toHaveLength(1)
  }, 90_000)

  it('does not know a report that is not there', async () => {
    await expect(age('report-99')).rejects.toMatchObject({ code: 'not-found' })
    await expect(engine.call('report.again', { reportId: 'report-99' }, job)).rejects.toMatchObject({
      code: 'not-found'
    })
  })
})
