import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nothingFound } from '@engine/criteria/criterion'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { LiveReport } from '@engine/handlers/live-report'
import { type Job, jobController, quietJob } from '@engine/job'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { Report } from '@shared/report'
import { missingCell, runningWords } from '@shared/report-evidence'
import { cutSample } from '../../support/cut-sample'
import { inProcess } from '../../support/in-process'
import { sampleReport } from '../report/sample-report'
import { resultRow } from '../report/sample-rows'

let host: InferenceHost
let folder: string

beforeAll(() => {
  host = new InferenceHost({ spawn: inProcess })
  folder = mkdtempSync(join(tmpdir(), 'saliscope-live-'))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

describe('a report that fills in', () => {
  it('is shown at most every one and a half seconds, with the rows that came, and the last word wins', async () => {
    let clock = 10_000
    const shown: Report[] = []
    const job: Job = { ...quietJob(), partial: (value) => shown.push(value as Report) }
    const source = {
      assemble: async (found: { rows: readonly unknown[] }) => ({ ...sampleReport(), results: found.rows }) as Report,
      found: () => nothingFound,
      running: () => null
    }
    const live = new LiveReport(source, job, () => clock)
    live.row({
      row: resultRow({ criterion: 'localisation.utility', model: 'honest-1', method: 'gradient', metric: 'auc' })
    })
    live.row({ kind: 'refined' })
    live.tick()
    await Promise.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    live.tick()
    expect(shown.map(({ results }) => results.length)).toEqual([1])
    clock += 2000
    live.begin()
    live.tick()
    await live.show(null)
    await new Promise((resolve) => setImmediate(resolve))
    // The one that was overtaken is not shown.
    expect(shown.map(({ results }) => results.length)).toEqual([1, 0])
  })

  it('says how many images of a map are scored, and nothing of others', () => {
    const cells = [{ model: 'honest-1', method: 'gradient', done: 31, total: 60 }]
    const report: Report = {
      ...sampleReport(),
      coverage: { complete: false, casesDone: 31, casesTotal: 60, running: { area: 'localisation', title: 'L', cells } }
    }
    expect(runningWords(report, 'localisation', { model: 'honest-1', method: 'gradient' })).toBe('31 of 60 images')
    expect(runningWords(report, 'localisation', { model: 'token', method: 'gradient' })).toBe('not yet')
    expect(runningWords(report, 'fidelity', { model: 'honest-1', method: 'gradient' })).toBeNull()
    expect(missingCell(report)).toBe('not yet')
  })

  it('keeps what is done when it is stopped: whole questions and the scored maps of the last one', async () => {
    const path = cutSample(folder, (raw) => {
      raw.models = raw.models.slice(0, 1)
      raw.cases = raw.cases.slice(0, 3)
      raw.methods = ['gradcam', 'gradient']
      raw.criteria = ['performance', 'cues', 'localisation'].map((id) => ({ id, params: { draws: 100 } }))
    })
    const controller = jobController()
    const shown: Report[] = []
    const fractions: number[] = []
    const job: Job = {
      signal: controller.signal,
      progress(stage, done, total) {
        if (total === 1) fractions.push(done)
        // The last question has begun: stop.
        if (stage.startsWith('Localisation')) controller.abort()
      },
      partial: (value) => shown.push(value as Report)
    }
    await expect(
      assessExperiment(readExperiment(path), { host, threads: 2, version: 'test', opened: undefined }, job)
    ).rejects.toMatchObject({ code: 'cancelled' })
    const last = shown.at(-1)!
    expect(last.coverage.complete).toBe(false)
    expect(last.coverage.running).toBeNull()
    expect(last.models[0].performance).toHaveLength(1)
    expect(last.results.some(({ criterion }) => criterion.startsWith('cues.'))).toBe(true)
    expect(fractions.every((share, index) => share >= (fractions[index - 1] ?? 0) && share <= 1)).toBe(true)
  }, 60_000)
})
