import { readFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '@engine/fault'
import { checkInstallation } from '@engine/handlers/installation-check/check-installation'
import { checkRow, largestDifference } from '@engine/handlers/installation-check/check-row'
import { checkKnownMaps } from '@engine/handlers/installation-check/known-maps'
import { convolutionPhantom, linearPhantom } from '@engine/handlers/installation-check/phantom-model'
import { jobController, quietJob } from '@engine/job'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import { type InstallationReport, installationSentence } from '@shared/installation'
import { commandLine, inProcess } from '../../support/in-process'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-check-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The inference of the test with every float result of a run moved a little: a broken kernel. */
const broken: SpawnInference = async (...order) => {
  const channel = await inProcess(...order)
  return {
    ...channel,
    onMessage: (listener) =>
      channel.onMessage((message) => {
        const { outputs } = message as { outputs?: Record<string, { data: unknown }> }
        for (const { data } of Object.values(outputs ?? {})) {
          if (data instanceof Float32Array) data[0] += 0.01
        }
        listener(message)
      })
  }
}

describe('check this installation', () => {
  it('passes here: figures, files, maps with known values, networks; what is missing is not here, not failed', async () => {
    const { status, stdout } = await commandLine(['check', '--json', '--out', folder])
    const report = JSON.parse(stdout) as InstallationReport
    const groups = (state: string): string[] => [
      ...new Set(report.rows.filter((row) => row.state === state).map(({ group }) => group))
    ]

    expect(report.rows.filter(({ state }) => state === 'fail')).toEqual([])
    expect([status, report.passed]).toEqual([0, true])
    expect(groups('pass')).toEqual(['figures', 'files', 'providers', 'maps', 'models'])
    expect(report.rows.filter(({ group }) => group === 'maps')).toHaveLength(10)
    expect(JSON.parse(readFileSync(join(folder, 'installation-check.json'), 'utf8'))).toEqual(report)
    expect(parse(readFileSync(join(folder, 'installation-check.csv'), 'utf8'), { columns: true })).toHaveLength(
      report.rows.length
    )
    expect(installationSentence(report)).toMatch(/^All \d+ checks pass on this machine/u)
  }, 60_000)

  it('fails where a kernel gives wrong values, and says by how much', async () => {
    const rows = await checkKnownMaps({ spawn: broken, job: quietJob(), provider: 'cpu' })
    const wrong = rows.filter(({ what }) => what.startsWith('gradient') || what.startsWith('scores'))

    expect(wrong.map(({ state }) => state)).toEqual(['fail', 'fail', 'fail', 'fail'])
    expect(wrong[0].found).toMatch(/differs by 1\.0e-2/u)
  })

  it('counts a computation that throws as failed and goes on; a stop is a stop', async () => {
    const row = { group: 'maps' as const, what: 'x', expected: 'y' }
    const thrown = await checkRow({ ...row, measure: () => Promise.reject(new Fault('internal', 'It broke.')) })
    expect(thrown).toMatchObject({ state: 'fail', found: 'It broke.' })
    expect((await checkRow({ ...row, measure: () => ({ found: '', off: NaN, allowed: 1 }) })).state).toBe('fail')

    const stopped = jobController()
    stopped.abort()
    const tools = {
      spawn: inProcess,
      cudaFolder: null,
      sampleFolder: resolve('resources/sample'),
      threads: 1,
      version: 't'
    }
    await expect(checkInstallation(tools, quietJob(stopped.signal))).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('says that a machine with failed checks is not to be used', () => {
    const row = { group: 'maps' as const, what: 'x', expected: 'y', found: 'z', seconds: 0 }
    const rows = [
      { ...row, state: 'fail' as const },
      { ...row, state: 'pass' as const },
      { ...row, state: 'not-here' as const }
    ]
    expect(installationSentence({ version: 1, saliscope: 't', system: 's', made: '', passed: false, rows })).toBe(
      '1 of 2 checks fail on this machine: do not use its results.'
    )
  })
})

describe('the phantoms', () => {
  it('have the gradient that finite differences of their own scores give', () => {
    const { input, gradient, scores } = convolutionPhantom()
    const mean = (image: Float32Array): number => {
      let sum = 0
      for (let y = 0; y < 5; y++)
        for (let x = 0; x < 5; x++)
          for (let dy = -1; dy <= 1; dy++)
            for (let dx = -1; dx <= 1; dx++)
              if (y + dy >= 0 && y + dy < 5 && x + dx >= 0 && x + dx < 5) sum += image[(y + dy) * 5 + x + dx]
      return sum / 25
    }
    const differences = input.map((value, index) => mean(input.with(index, value + 1)) - mean(input))

    expect(largestDifference(differences, gradient)).toBeLessThan(1e-5)
    expect(mean(input)).toBeCloseTo(scores[0], 5)
    expect(linearPhantom().scores[0]).toBeCloseTo(0.5 - 2 - 2 + 1 - 1.5 - 3 + 0.125, 6)
  })
})
