import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csvRows } from '@engine/formats/csv'
import { encodeNpy } from '@engine/formats/raster/npy'
import type { Rerun } from '@engine/handlers/verification/rerun'
import { reportCsv } from '@engine/report/csv'
import { randomStream } from '@engine/tensor/random'
import { csvLines } from '@shared/csv-lines'
import type { Experiment } from '@shared/experiment'
import type { Report } from '@shared/report'
import { cutSample } from '../support/cut-sample'
import { forgedReport } from '../support/forged-report'
import { commandLine } from '../support/in-process'

let folder: string
let out: string
let experiment: string

const few = { draws: 100, minimumPatients: 2 }
const criteria: Experiment['criteria'] = [
  { id: 'performance', params: few },
  { id: 'localisation', params: { ...few, randomDraws: 1 } },
  { id: 'randomisation', params: { ...few, every: 6, randomPairs: 1, independentImages: 0, similarities: 'ssim' } },
  { id: 'completeness', params: { ...few, images: 3, steps: 2, infidelitySamples: 2, percentiles: '50' } },
  { id: 'robustness', params: { ...few, images: 3, samples: 2 } },
  { id: 'regions', params: few },
  { id: 'groups', params: few },
  { id: 'answer-key', params: few }
]

/** Noise of one seed as maps made elsewhere. */
function writeMaps(seed: number): void {
  mkdirSync(join(folder, 'maps'), { recursive: true })
  for (const id of ['p0001', 'p0003', 'p0005']) {
    const random = randomStream(seed, id)
    const values = Float32Array.from({ length: 128 * 128 }, () => random.uniform())
    writeFileSync(join(folder, 'maps', `${id}.npy`), encodeNpy(values, [128, 128]))
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-report-rerun-'))
  out = join(folder, 'report')
  experiment = cutSample(folder, (raw) => {
    raw.models = raw.models.slice(0, 1)
    raw.cases = raw.cases.filter(({ id }) => ['p0001', 'p0003', 'p0005'].includes(id))
    raw.methods = ['gradient', { id: 'theirs', maps: join(folder, 'maps', '{case}.npy') }]
    raw.regions = { source: { grid: { rows: 2, columns: 1 } }, names: {}, fit: null, expected: [] }
    raw.criteria = criteria
  })
  writeMaps(1)
  const { status, stderr } = await commandLine(['assess', experiment, '--out', out])
  expect(status, stderr).toBe(0)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function rerun(count: number): Promise<{ status: number; found: Rerun[]; whole: boolean }> {
  const args = ['verify', out, '--rerun', String(count), '--experiment', experiment, '--json']
  const { status, stdout } = await commandLine(args)
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { rerun?: Rerun; whole?: boolean })
  const found = lines.flatMap((line) => (line.rerun === undefined ? [] : [line.rerun]))
  return { status, found, whole: lines[0].whole === true }
}

const text = (name: string): string => readFileSync(join(out, name), 'utf8')

const forged = (contents: Readonly<Record<string, string>>, check: () => Promise<void>): Promise<void> =>
  forgedReport(out, contents, check)

describe('verify --rerun on a report', () => {
  it('computes every number and map of every criterion again from one case each', async () => {
    const { status, found, whole } = await rerun(100_000)
    expect(found.filter(({ state }) => state !== 'identical' && state !== 'as-written')).toEqual([])
    const lines = new Set(found.map(({ file }) => file))
    expect(lines.size).toBe(found.length)
    const [names, ...stated] = csvRows(text('results.csv'))
    const [criterion, metric] = ['criterion', 'metric'].map((name) => names.indexOf(name))
    // What is about the whole cohort cannot come from one case.
    const numbers = stated.filter(
      (row) => !row[criterion].startsWith('groups.') && !row[metric].endsWith('-reference-random-pairs')
    )
    expect(numbers.length).toBeGreaterThan(100)
    expect(found.filter(({ file }) => file.startsWith('results.csv'))).toHaveLength(numbers.length)
    expect(found.filter(({ file }) => file.startsWith('map of'))).toHaveLength(4)
    const concluded = found.filter(({ file, state }) => file.startsWith('report.json') && state === 'identical')
    expect(concluded.map(({ file }) => file.replace(/\d+/gu, 'N'))).toEqual([
      'report.json, what it says of its experiment (criteria, rules, models, methods, cases)',
      'report.json, everything that was asked for: N rows, N things beside them',
      'report.json, N rows (mean, interval, differences, verdict)',
      'report.json, rows with p values adjusted by Holm: N',
      'report.json, comparisons of two maps: N',
      'report.json, figures of a classifier: N',
      'report.json, interventions on finding and cue: N',
      'report.json, curves: N',
      'report.json, rows about regions: N',
      'report.json, histograms and scores of pictures: N',
      'report.json, table of verdicts',
      'report.json, first page'
    ])
    expect([status, whole]).toEqual([0, true])
  }, 120_000)

  it('draws as many lines and maps as it is asked for', async () => {
    const { found } = await rerun(2)
    const computed = found.filter(({ file }) => !file.startsWith('report.json'))
    expect(computed.map(({ file }) => file.startsWith('map of'))).toEqual([true, true, false, false])
  }, 60_000)

  it('finds a number that was changed in the table, in the report and in the hashes alike', async () => {
    const report = JSON.parse(text('report.json')) as Report
    const row = report.results.find(({ metric, method }) => metric === 'average-precision' && method === 'gradient')!
    row.perCase[0].value = row.perCase[0].value! + 0.1
    await forged({ 'report.json': JSON.stringify(report), 'results.csv': reportCsv(report) }, async () => {
      const { status, found, whole } = await rerun(100_000)
      expect(whole).toBe(true)
      expect(status).toBe(3)
      const [wrong, ...others] = found.filter(({ state }) => state === 'differs')
      // Neither the mean of the row nor its comparison with another map follows from the number that was changed; a picture shows the true one.
      expect(others.map(({ file }) => file)).toEqual([
        expect.stringMatching(/^report\.json, row/u),
        expect.stringMatching(/^report\.json, comparison \(localisation\.utility, average-precision, honest-1/u),
        'report.json, score of a picture (gradient, honest-1, p0001)'
      ])
      expect(wrong.file).toMatch(/^results\.csv, line \d+ \(average-precision, gradient, honest-1, p0001\)$/)
      expect(wrong.reason).toMatch(/^0\.\d+ was written, 0\.\d+ comes out$/)
    })
  }, 120_000)

  it('finds a table that does not hold the numbers of its report without computing anything', async () => {
    const lines = text('results.csv').split('\n')
    lines[1] = lines[1].replace(/0\.(\d)/, (_, digit: string) => `0.${(Number(digit) + 1) % 10}`)
    await forged({ 'results.csv': lines.join('\n') }, async () => {
      const { status, stdout } = await commandLine(['verify', out, '--json'])
      expect(JSON.parse(stdout)).toMatchObject({
        problems: ['results.csv does not hold the numbers of report.json.']
      })
      expect(status).toBe(3)
    })
  })

  it('finds a map that is another one now, and names its file', async () => {
    writeMaps(2)
    const { status, found } = await rerun(4)
    writeMaps(1)
    expect(status).toBe(3)
    const differing = found.filter(({ state }) => state === 'differs').map(({ file }) => file)
    expect(differing).toContain('theirs/p0001')
    expect(differing).toContain('map of theirs, model honest-1, case p0001')
    expect(differing.filter((file) => file.startsWith('map of gradient'))).toEqual([])
  }, 120_000)

  it('says so where the report does not tell what its maps looked like', async () => {
    await forged({}, async () => {
      const { prints: _prints, ...recipe } = JSON.parse(text('recipe.json')) as { prints: unknown }
      writeFileSync(join(out, 'recipe.json'), JSON.stringify(recipe))
      const { status, found } = await rerun(1)
      expect(status).toBe(3)
      expect(found[0]).toEqual({
        ...{ file: 'maps', state: 'not-computed', off: null },
        reason: 'the report does not say what its maps looked like, so none was computed again'
      })
      expect(found[1].state).toBe('identical')
    })
  }, 60_000)

  it('says in words which file of the report cannot be read, and not where it lies', async () => {
    const again = ['verify', out, '--rerun', '1', '--experiment', experiment]
    await forged({ 'report.json': '{"broken"', 'results.csv': text('results.csv') }, async () => {
      const broken = await commandLine(again)
      expect(broken.stderr).toContain('“report.json” cannot be read as a report.')
      expect(broken.stderr).not.toMatch(/unexpected/iu)
    })
    await forged({ 'results.csv': '' }, async () => {
      rmSync(join(out, 'results.csv'))
      const missing = await commandLine(again)
      expect(missing.stderr).toContain('“results.csv” of the report is missing or cannot be read.')
      expect(missing.stderr).not.toContain(folder)
    })
  }, 60_000)

  it('holds a table of another version against the report by the columns that both have', async () => {
    const rows = csvRows(text('results.csv'))
    const table = (edit: (row: string[]) => string[]): string => csvLines(rows.map(edit))
    const without = (name: string) => (row: string[]) => row.filter((_cell, at) => at !== rows[0].indexOf(name))
    const problems = async (csv: string): Promise<string[]> => {
      let found: string[] = []
      await forged({ 'results.csv': csv }, async () => {
        const { stdout } = await commandLine(['verify', out, '--json'])
        found = (JSON.parse(stdout) as { problems: string[] }).problems
      })
      return found
    }
    const wrong = ['results.csv does not hold the numbers of report.json.']
    expect(await problems(table((row) => [...without('grid')(row), row === rows[0] ? 'weight' : '1']))).toEqual([])
    expect(await problems(table(without('value')))).toEqual(wrong)
    expect(await problems(table((row) => (row === rows[1] ? ['another', ...row.slice(1)] : row)))).toEqual(wrong)
  }, 60_000)

  it('refuses another experiment, and a report without its experiment', async () => {
    const other = join(folder, 'other.json')
    const raw = JSON.parse(readFileSync(experiment, 'utf8')) as Experiment
    writeFileSync(other, JSON.stringify({ ...raw, seed: 99 }))
    const another = await commandLine(['verify', out, '--rerun', '1', '--experiment', other])
    expect(another.stderr).toContain('is not the experiment this report was made of')
    const none = await commandLine(['verify', out, '--rerun', '1'])
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining('--experiment')])
  })
})

describe('verify --rerun draws the conclusions of a report again', () => {
  it('finds a forged interval, a forged verdict and a forged first page, each by what it does not follow from', async () => {
    const about = async (forge: (report: Report, row: Report['results'][number]) => void): Promise<Rerun[]> => {
      const report = JSON.parse(text('report.json')) as Report
      forge(
        report,
        report.results.find(({ metric, method }) => metric === 'average-precision' && method === 'gradient')!
      )
      let wrong: Rerun[] = []
      await forged({ 'report.json': JSON.stringify(report), 'results.csv': reportCsv(report) }, async () => {
        const { status, found, whole } = await rerun(1)
        expect([status, whole]).toEqual([3, true])
        wrong = found.filter(({ state }) => state === 'differs')
      })
      return wrong
    }
    const interval = await about((_report, row) => {
      row.ci95 = [row.ci95![0] + 0.01, row.ci95![1]]
    })
    expect(interval[0].file).toMatch(
      /^report\.json, row \d+ \(localisation\.utility, average-precision, gradient, honest-1\)$/u
    )
    expect(interval[0].reason).toMatch(/^the interval of the mean is written as .* to .*, from its own values it is/u)
    const difference = await about((_report, row) => {
      row.references.find(({ id }) => id === 'random')!.difference!.ci95 = [0.2, 0.3]
    })
    expect(difference[0].reason).toContain(
      'the difference from it (interval) of the reference “random map” is written as 0.2 to 0.3'
    )
    const verdict = await about((report, row) => {
      row.verdict = { ...row.verdict, state: row.verdict.state === 'pass' ? 'fail' : 'pass' }
      report.answer.headline = 'Every map may be relied on.'
    })
    expect(verdict.map(({ file }) => file)).toEqual([
      expect.stringMatching(/^report\.json, row/u),
      'report.json, table of verdicts',
      'report.json, first page'
    ])
    expect(verdict[0].reason).toMatch(/^its verdict is written as “(pass|fail)”, by its rule it is “/u)
    expect(verdict[2].reason).toContain('headline')
    // A reference whose values were raised with its mean still has another interval.
    const reference = await about((_report, row) => {
      const random = row.references.find(({ id }) => id === 'random')!
      random.value = random.value! + 0.1
      for (const one of random.perCase!) one.value = one.value! + 0.1
    })
    expect(reference[0].reason).toContain('of the reference “random map”')
  }, 120_000)
})
