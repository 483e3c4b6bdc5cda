import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { quietJob } from '@engine/job'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { Report } from '@shared/report'
import { cutSample } from '../../support/cut-sample'
import { inProcess } from '../../support/in-process'

let host: InferenceHost
let folder: string

beforeAll(() => {
  host = new InferenceHost({ spawn: inProcess })
  folder = mkdtempSync(join(tmpdir(), 'saliscope-average-'))
  writeFileSync(join(folder, 'no-picture.png'), 'text')
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** The gradient of the honest model on 14 lesions, of which the first `broken` have an outline that cannot be read. */
async function assessed(broken: number): Promise<Report> {
  const path = cutSample(folder, (experiment) => {
    experiment.models = experiment.models.slice(0, 1)
    experiment.methods = ['gradient']
    experiment.references.averageMask = null
    for (const item of experiment.cases.slice(0, broken))
      item.masks = [{ ...item.masks[0], path: join(folder, 'no-picture.png') }]
  })
  const tools = { host, threads: 1, version: 'test', opened: undefined }
  return assessExperiment(readExperiment(path), tools, quietJob())
}

const headline = ({ results }: Report): Report['results'][number] => results.find((row) => row.headline)!

it('one outline that cannot be read costs its own case, not the reference of all others', async () => {
  const [whole, cut] = [await assessed(0), await assessed(1)]
  expect(headline(whole).references.find(({ id }) => id === 'average-mask')!.difference!.n).toBe(14)
  const row = headline(cut)
  expect(row.references.find(({ id }) => id === 'average-mask')!.difference!.n).toBe(13)
  expect(row.verdict.state).toBe(headline(whole).verdict.state)
  expect(cut.failed.map((one) => one.case)).toEqual([cut.cases[0].id])
  expect(cut.limits.join(' ')).toContain('other patients of this experiment (leave one patient out)')
})

it('where no outline can be read that is said, not that there are none', async () => {
  const row = headline(await assessed(14))
  expect(row.verdict).toMatchObject({
    state: 'not-assessable',
    reason: 'No outline can be compared with: “no-picture.png” is not an image Saliscope can read (14 images).'
  })
})
