import { expect, test, vi } from 'vitest'
import { Fault } from '@engine/fault'
import type { PanelTools } from '@engine/handlers/case-panel'
import { withPictures } from '@engine/handlers/report-pictures'
import { quietJob } from '@engine/job'
import { sampleReport } from '../report/sample-report'

const drawing = vi.hoisted(() => ({ illustrate: vi.fn() }))
vi.mock('@engine/handlers/illustrations', () => drawing)
const tools = {} as PanelTools

test('a picture that cannot be drawn costs no figure and is said', async () => {
  drawing.illustrate.mockRejectedValue(new Fault('bad-file', 'The image is gone.'))
  const report = sampleReport()
  const drawn = await withPictures(report, tools, quietJob())
  expect(drawn.results).toEqual(report.results)
  expect(drawn.limits.at(-1)).toBe('The pictures of maps could not be drawn: The image is gone.')
})

test('stopped while pictures are drawn, the report is there without them', async () => {
  drawing.illustrate.mockRejectedValue(new Fault('cancelled', 'Stopped on request.'))
  const partial = vi.fn()
  const report = sampleReport()
  await expect(withPictures(report, tools, { ...quietJob(), partial })).rejects.toMatchObject({ code: 'cancelled' })
  expect(partial).toHaveBeenCalledWith(report)
})
