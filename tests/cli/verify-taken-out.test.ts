import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '@shared/report'
import { cutSample } from '../support/cut-sample'
import { forgedReport } from '../support/forged-report'
import { commandLine } from '../support/in-process'

const few = { draws: 100, minimumPatients: 2 }
let folder: string
let out: string
let experiment: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-taken-out-'))
  out = join(folder, 'report')
  experiment = cutSample(folder, (raw) => {
    raw.models = raw.models.slice(0, 1)
    raw.cases = raw.cases.slice(0, 3)
    raw.methods = ['gradient', 'gradcam']
    raw.criteria = [
      { id: 'performance', params: few },
      {
        id: 'randomisation',
        params: { ...few, every: 6, randomPairs: 1, independentImages: 0, similarities: 'ssim,pearson' }
      },
      { id: 'fidelity', params: { ...few, images: 3, percents: '10,50', others: '' } }
    ]
  })
  const { status, stderr } = await commandLine(['assess', experiment, '--out', out])
  expect(status, stderr).toBe(0)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Verifies a report that was changed together with its documents and hashes: the files alone look whole. */
async function forged(change: (report: Report) => void): Promise<{ status: number; lines: string[] }> {
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
  change(report)
  let found = { status: 0, lines: [] as string[] }
  await forgedReport(out, { 'report.json': JSON.stringify(report) }, async () => {
    const { status, stdout } = await commandLine(['verify', out, '--rerun', '1', '--experiment', experiment])
    found = { status, lines: stdout.trim().split('\n') }
  })
  return found
}

const lacks = 'NOT the same, the report asked for it and does not hold it'

describe('verify --rerun names what was taken out of a report whose hashes were redone', () => {
  it('says in its last line that an untouched report comes out again, and how much was taken as written', async () => {
    const { status, lines } = await forged(() => undefined)
    expect(lines.filter((line) => line.includes('NOT'))).toEqual([])
    expect(lines.at(-1)).toMatch(
      /: comes out again\. Of \d+ things asked, \d+ came out the same, \d+ were taken as written \(see above\)\. Drawn with --seed \d+\.$/u
    )
    expect(status).toBe(0)
  }, 60_000)

  it('names a curve, a family of comparisons and the figures of a classifier', async () => {
    const curve = await forged((report) => {
      report.curves = report.curves.filter(({ metric, method }) => metric !== 'pearson' || method !== 'gradcam')
    })
    expect(curve.lines[0]).toMatch(/: whole\. /u)
    expect(curve.lines).toContain(`report.json, curve (randomisation.cascading, pearson, gradcam, honest-1): ${lacks}`)
    expect(curve.lines.at(-1)).toMatch(/: does NOT come out again\. Of \d+ things asked, 1 came out otherwise, /u)
    const family = await forged((report) => {
      report.comparisons = report.comparisons.filter(({ metric }) => metric !== 'fidelity-area')
    })
    const pair = 'comparison (fidelity.removal, fidelity-area, honest-1, gradient and gradcam)'
    expect(family.lines).toContain(`report.json, ${pair}: ${lacks}`)
    const figures = await forged((report) => {
      report.models[0].performance = []
    })
    expect(figures.lines).toContain(`report.json, figures of a classifier (honest-1, lesion): ${lacks}`)
    expect([curve.status, family.status, figures.status]).toEqual([3, 3, 3])
  }, 120_000)
})
