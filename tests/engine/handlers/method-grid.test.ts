import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadImage } from '@napi-rs/canvas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { reportFiles, writeReportFiles } from '@engine/handlers/report-files'
import { quietJob } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import { cutSample } from '../../support/cut-sample'
import { testHost } from '../../support/inference'

let host: InferenceHost
let folder: string
beforeAll(() => {
  host = testHost()
  folder = mkdtempSync(join(tmpdir(), 'saliscope-method-grid-'))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

it('shows one case under every map with its score, as a picture at 300 dpi and as numbers', async () => {
  const path = cutSample(folder, (experiment) => {
    experiment.methods = ['gradient', 'input-x-gradient', 'gradcam', 'hirescam', 'layercam', 'edge']
  })
  const tools = { host, threads: 2, version: 'test', opened: undefined }
  const report = await assessExperiment(readExperiment(path), tools, quietJob())

  const [grid] = report.methodGrids ?? []
  expect(grid.panels.map(({ method }) => method)).toEqual([
    'gradient',
    'input-x-gradient',
    'gradcam',
    'hirescam',
    'layercam'
  ])
  for (const { method, value } of grid.panels) {
    const row = report.results.find((one) => one.headline && one.method === method && one.model === grid.model)
    expect(value).toBe(row?.perCase.find((one) => one.case === grid.case)?.value)
    expect(value).toBeGreaterThan(0)
  }

  const names = writeReportFiles(folder, reportFiles(report)).filter((name) => name.includes('method-grid-'))
  expect(names).toContain(join('figures', `method-grid-${grid.model}.png`))
  const bytes = readFileSync(join(folder, 'figures', `method-grid-${grid.model}.png`))
  const picture = await loadImage(bytes)
  // Five panels stand in two rows of four and one.
  expect(picture.width / picture.height).toBeGreaterThan(1.6)
  // pHYs (PNG 11.3.4.3): dots a metre.
  expect(bytes.readUInt32BE(bytes.indexOf('pHYs') + 4)).toBe(Math.round(300 / 0.0254))
  const csv = readFileSync(join(folder, 'figures', `method-grid-${grid.model}.csv`), 'utf8')
  expect(csv).toContain(`${grid.case},${grid.model},gradient,average-precision,${grid.panels[0].value}`)
})
