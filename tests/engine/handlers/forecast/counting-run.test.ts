import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { criteria } from '@engine/criteria/index'
import { parseCriterionParams } from '@engine/criteria/parameters'
import { AssessmentMemory, contentKey } from '@engine/handlers/assessment-memory'
import { readExperiment } from '@engine/handlers/experiment-file'
import { openExperiment } from '@engine/handlers/experiment-parts'
import { FileExperimentRun } from '@engine/handlers/experiment-run'
import { runSpec } from '@engine/handlers/experiment-spec'
import { addTo, type Demand, emptyDemand, pairKey } from '@engine/handlers/forecast/demand'
import { meteredRun } from '@engine/handlers/forecast/metered-run'
import { planAssessment } from '@engine/handlers/forecast/plan-assessment'
import { quietJob } from '@engine/job'
import { InferenceHost } from '@engine/runtime/inference-host'
import { cutSample } from '../../../support/cut-sample'
import { inProcess } from '../../../support/in-process'

let host: InferenceHost
let folder: string

beforeAll(() => {
  host = new InferenceHost({ spawn: inProcess })
  folder = mkdtempSync(join(tmpdir(), 'saliscope-counting-'))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** Every way in which a criterion makes work, each small. */
const asked = [
  { id: 'localisation', params: { randomDraws: 1 } },
  { id: 'randomisation', params: { every: 4, independentImages: 1, similarities: 'ssim' } },
  { id: 'completeness', params: { images: 2, percentiles: '50', steps: 2, infidelitySamples: 2 } },
  { id: 'robustness', params: { images: 2, samples: 2 } },
  { id: 'cues', params: {} }
].map(({ id, params }) => {
  const criterion = criteria.find((one) => one.id === id)!
  return { criterion, params: parseCriterionParams(criterion, { draws: 100, ...params }) as Record<string, unknown> }
})

/** Counts without what cannot be known before. */
const counts = ({ maps, inputs, changed, cells }: Demand): unknown => ({
  maps: [...maps].sort(),
  inputs: [...inputs].sort(),
  changed: [...changed].sort(),
  cells: [...cells].map(([pair, { requests, cases }]) => [pair, requests, [...cases].sort()]).sort()
})

it('counts before it is computed exactly what each criterion then asks for', async () => {
  const path = cutSample(folder, (raw) => {
    raw.cases = raw.cases.slice(0, 3)
    raw.methods = ['gradcam', 'edge']
  })
  const parts = await openExperiment(readExperiment(path), { host, threads: 2, job: quietJob() })
  let served = emptyDemand()
  const opened = new Set<string>()
  const { maps } = new AssessmentMemory()
  const files = new FileExperimentRun(parts, runSpec(parts), undefined, {
    maps,
    key: contentKey(parts),
    computed({ modelId, methodId, weights }) {
      const pair = pairKey(modelId, methodId)
      const count = served.maps.get(pair) ?? { maps: 0, openings: 0 }
      const state = `${pair} ${JSON.stringify(weights)}`
      count.maps += 1
      if (!opened.has(state)) count.openings += 1
      opened.add(state)
      served.maps.set(pair, count)
    }
  })
  const run = meteredRun(files, {
    asked(modelId, methodId, caseId) {
      const pair = pairKey(modelId, methodId)
      const cell = served.cells.get(pair) ?? { requests: 0, cases: new Set<string>() }
      cell.requests += 1
      cell.cases.add(caseId)
      served.cells.set(pair, cell)
    },
    computed({ kind, modelId, methodId, count }) {
      addTo(
        kind === 'inputs' ? served.inputs : served.changed,
        kind === 'inputs' ? modelId : pairKey(modelId, methodId),
        count
      )
    }
  })
  const tools = { run, keptBytes: 2 ** 30, known: files.knows.bind(files), blind: (id: string) => id === 'edge' }
  const plan = await planAssessment(asked, tools, quietJob())
  expect(plan.map(({ id }) => id)).toEqual(asked.map(({ criterion }) => criterion.id))

  for (const [index, { criterion, params }] of asked.entries()) {
    served = emptyDemand()
    await criterion.assess(run, params, quietJob())
    expect(counts(served), criterion.id).toEqual(counts(plan[index].demand))
  }
  const sum = (index: number): number =>
    [...plan[index].demand.maps.values()].reduce((all, one) => all + one.openings, 0)
  // Both models, the map that looks at the model, everything scrambled once: by localisation; the cascade then has that point already.
  expect(sum(0)).toBe(2)
  expect(plan[2].demand.inputs.size).toBe(2)
  // Two images, each as it is and changed twice.
  expect(plan[3].demand.changed.get(pairKey('token', 'gradcam'))).toBe(6)
}, 120_000)
