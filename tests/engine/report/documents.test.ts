import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { decode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { intervalWords } from '@shared/interval-words'
import { reportFiles, writeReportFiles } from '@engine/handlers/report-files'
import { reportFigures, writeReport } from '@engine/report/write-report'
import { bibliographyOf } from '@shared/bibliography'
import { standing } from '@shared/figures/scene'
import { methodsParagraphs } from '@shared/methods-paragraph'
import { sampleReport } from './sample-report'
import { resultRow } from './sample-rows'

const report = sampleReport()
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-documents-'))
  writeReportFiles(folder, reportFiles(report))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rowsOf = (csv: string): Record<string, string>[] => parse(csv, { columns: true }) as Record<string, string>[]

describe('the intervals of the recipe', () => {
  const { recipe } = sampleReport()
  const withCriteria = (criteria: unknown): string => intervalWords({ ...recipe, criteria })

  it('are said once where all criteria have one kind, else criterion by criterion', () => {
    const usual = { draws: 2000, level: 0.95, interval: 'percentile' }
    const one = '95 % percentile bootstrap by patient, 2000 draws'
    const [localisation, cues] = ['localisation', 'cues'].map((id) => ({ id, params: usual }))
    expect(withCriteria([localisation, cues])).toBe(one)
    const human = { id: 'human', params: { ...usual, interval: 'accelerated', draws: 500 } }
    expect(withCriteria([localisation, human, cues])).toBe(
      `${one} (localisation and cues); 95 % accelerated bootstrap by patient, 500 draws (human)`
    )
    expect(withCriteria(undefined)).toContain('percentile bootstrap by patient')
  })
})

describe('the numbers of a figure', () => {
  const figures = new Map(reportFigures(report).map((figure) => [figure.id, figure]))

  it('are those of the row behind it: a line a dot, a line a reference', () => {
    const rows = rowsOf(figures.get('points-to-the-finding-honest-1')!.csv)
    const images = rows.filter((row) => row.kind === 'image' && row.name === 'Gradient')
    const row = report.results.find((one) => one.model === 'honest-1' && one.method === 'gradient')!

    expect(images.map(({ case: id, value }) => [id, Number(value)])).toEqual(
      row.perCase.map((one) => [one.case, one.value])
    )
    expect(rows.filter((one) => one.kind === 'reference').map((one) => one.name)).toContain('average mask')
  })

  it('are the points of the curve with intervals and limit', () => {
    const rows = rowsOf(figures.get('cascade-honest-1-gradient')!.csv)

    expect(rows.filter((row) => row.kind === 'point').map((row) => Number(row.value))).toEqual(
      report.curves[0].points.map((point) => point.value)
    )
    expect(rows.find((row) => row.kind === 'limit')).toMatchObject({ name: 'random pairs', value: '0.68', low: '' })
  })

  it('leave an empty field where there is no number, never NaN', () => {
    for (const { csv } of figures.values()) expect(csv).not.toMatch(/NaN|undefined|null/u)
  })

  it('stand beside every drawing, each line as long as the head', () => {
    for (const { scene } of figures.values()) {
      expect(scene.data.rows.length).toBeGreaterThan(0)
      for (const row of scene.data.rows) expect(row).toHaveLength(scene.data.columns.length)
    }
  })

  it('draw the random map beside a removal curve', () => {
    const curve = { ...report.curves[0], criterion: 'fidelity.removal', metric: 'fidelity-area', limits: [] }
    const random = { ...curve, method: 'noise', points: curve.points.map((point) => ({ ...point, value: 0.01 })) }
    const methods = [
      ...report.methods,
      { ...report.methods[0], id: 'noise', expr: 'random', role: 'reference' as const }
    ]
    const row = resultRow({
      criterion: 'fidelity.removal',
      metric: 'fidelity-area',
      method: 'gradient',
      model: 'honest-1'
    })
    const found = reportFigures({ ...report, methods, curves: [curve, random], results: [...report.results, row] })
    const figure = found.find(({ id }) => id === 'fidelity-removal-fidelity-area-honest-1-gradient')!

    expect(rowsOf(figure.csv).filter((one) => one.kind === 'random map')).toHaveLength(curve.points.length)
    expect(figure.svg).toContain('random map')
  })
})

describe('the pictures of the figures', () => {
  it('say what they show: title above, caption below, the drawing moved as a whole', () => {
    const { scene } = reportFigures(report).find(({ id }) => id === 'cascade-honest-1-gradient')!
    const alone = standing(scene)
    const [title] = alone.shapes
    const moved = alone.shapes.find((shape) => shape.kind === 'path' && !shape.filled) as { d: string }
    const before = scene.shapes.find((shape) => shape.kind === 'path' && !shape.filled) as { d: string }
    const at = (d: string): number[] => [...d.matchAll(/[ML][\d.]+ ([\d.]+)/gu)].map(([, y]) => Number(y))
    const shifts = at(moved.d).map((y, index) => Math.round((y - at(before.d)[index]) * 10) / 10)

    expect(title).toMatchObject({ kind: 'text', words: 'Gradient, honest-1', bold: true })
    expect(new Set(shifts)).toEqual(new Set([24]))
    expect(alone.shapes.map((shape) => ('words' in shape ? shape.words : '')).join(' ')).toContain('Dashed: random')
  })

  it('have 300 dots an inch, stated in the file, and are drawn upon', () => {
    const bytes = readFileSync(join(folder, 'figures', 'points-to-the-finding-honest-1.png'))
    const { width, data, channels } = decode(bytes)
    const at = bytes.indexOf('pHYs')
    const [{ scene }] = reportFigures(report)

    expect(bytes.readUInt32BE(at + 4)).toBe(11811)
    expect(bytes.readUInt8(at + 12)).toBe(1)
    expect(width).toBe(Math.round(((scene.width + 24) * 300) / 96))
    const dark = Array.from(data).filter((value, index) => index % channels === 0 && value < 128).length
    expect(dark).toBeGreaterThan(1000)
  })
})

describe('citations.bib', () => {
  it('holds every source once, braces balanced, TeX signs escaped', () => {
    const twice = { ...report.methods[0], id: 'again' }
    const written = bibliographyOf({
      ...report,
      methods: [...report.methods, twice],
      citations: [{ text: 'Holm', bibtex: '@misc{holm1979,\n  title = {50 % of {A}}\n}' }]
    })
    const keys = [...written.matchAll(/^@\w+\{([^,]+),/gmu)].map(([, key]) => key)

    expect(keys).toEqual(['gradient', 'gradcam', 'holm1979'])
    expect(written).toContain('A \\& B')
    expect(written).toContain('50 \\% of')
    expect(written.split('{')).toHaveLength(written.split('}').length)
  })
})

describe('methods.txt', () => {
  const words = methodsParagraphs(report).join(' ')

  it('names every parameter, model, file and setting', () => {
    for (const part of [
      'layer = mixed3',
      'Inception A',
      'training run 2',
      'abababababab',
      '2000 draws',
      'uniform 7',
      'seed 42'
    ])
      expect(words).toContain(part)
    for (const method of report.methods)
      for (const [name, value] of Object.entries(method.params)) expect(words).toContain(`${name} = ${String(value)}`)
  })

  it('states the parameters of the criteria and the rules that were changed', () => {
    const recipe = {
      ...report.recipe,
      criteria: [{ id: 'randomisation', params: { images: null, randomPairs: 50, stages: '' } }],
      changedRules: ['localisation.draws 100 (default 2000)']
    }
    const written = methodsParagraphs({ ...report, recipe }).join(' ')

    expect(written).toContain('randomisation (images = all, randomPairs = 50, stages = not given)')
    expect(written).toContain('localisation.draws 100 (default 2000)')
  })

  it('says what is undone and never an empty or broken value', () => {
    const partial = methodsParagraphs({ ...report, coverage: { complete: false, casesDone: 5, casesTotal: 12 } })

    expect(partial.join(' ')).toContain('not finished: 5 of 12 images')
    expect(words).not.toMatch(/undefined|NaN|\[object|null| {2}/u)
  })
})

test('a map at a layer says at which: the one it names, or the target layer of each model', () => {
  const [method] = report.methods
  const at = (layer: string | null): string => {
    const methods = [{ ...method, params: { 'gradcam.layer': layer } }]
    const models = report.models.map((model) => ({ ...model, targetLayer: '/last/Relu' }))
    return methodsParagraphs({ ...report, methods, models }).join(' ')
  }
  expect(at(null)).toMatch(/target layer \/last\/Relu.*gradcam\.layer = the model’s target layer/)
  expect(at('/first/Relu')).toContain('gradcam.layer = /first/Relu')
  expect(at('/first/Relu')).not.toContain('/last/Relu')
})

test('values by patient have the patient in results.csv, also where the case has another name', () => {
  const [row] = report.results
  const [first] = report.cases
  const cases = [{ ...first, patient: 'P-7' }]
  const byPatient = { ...row, references: [], perCase: [{ case: 'P-7', value: 1 }] }
  const lines = rowsOf(writeReport({ ...report, cases, results: [byPatient] }).csv)
  expect(lines.find((line) => line.case === 'P-7')).toMatchObject({ patient: 'P-7' })
})

describe('the reduction column of results.csv', () => {
  it('is what the row took of the map where that is not the reduction of the method', () => {
    const own = { method: 'gradient', model: 'honest-1', value: 0.5 }
    const whole = resultRow({ ...own, criterion: 'localisation.utility', metric: 'average-precision' })
    const raw = resultRow({ ...own, criterion: 'robustness.x', metric: 'max-sensitivity', reduction: 'as it is' })
    const lines = rowsOf(writeReport({ ...report, results: [whole, raw] }).csv)
    const of = (metric: string): string => lines.find((line) => line.metric === metric)!.reduction

    expect(of('average-precision')).toBe(report.methods.find(({ id }) => id === whole.method)!.reduction)
    expect(of('max-sensitivity')).toBe('as it is')
  })
})

describe('read_results.py', () => {
  const python = spawnSync('python3', ['--version']).status === 0

  it.runIf(python)('reads results and figures with the standard library alone', () => {
    const printed = execFileSync('python3', ['-I', join(folder, 'read_results.py')], { encoding: 'utf8' })
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
    const row = report.results[0]
    const values = row.perCase.flatMap(({ value }) => (value === null ? [] : [value]))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const found = lines.find(
      (line) => line.slice(0, 4).join() === [row.criterion, row.metric, row.model, row.method].join()
    )!

    expect(Number(found[4])).toBeCloseTo(mean, 5)
    expect(Number(found[5])).toBe(values.length)
    expect(lines.filter(([kind]) => kind === 'figure')).toHaveLength(reportFigures(report).length)
  })

  it.runIf(python)('never averages one metric over two criteria, such as a cascade and one layer alone', () => {
    const own = { metric: 'ssim', method: 'gradient', model: 'honest-1', value: 0 }
    const rows = [0.1, 0.7].map((value, index) =>
      resultRow({
        ...own,
        criterion: ['randomisation.cascading', 'randomisation.independent'][index],
        perCase: [{ case: 'p0001', value }]
      })
    )
    const apart = mkdtempSync(join(tmpdir(), 'saliscope-means-'))
    writeReportFiles(apart, reportFiles({ ...report, results: rows }))
    const printed = execFileSync('python3', ['-I', join(apart, 'read_results.py')], { encoding: 'utf8' })
    rmSync(apart, { recursive: true, force: true })

    expect(printed).toContain('randomisation.cascading\tssim\thonest-1\tgradient\t0.1\t1')
    expect(printed).toContain('randomisation.independent\tssim\thonest-1\tgradient\t0.7\t1')
  })

  it.runIf(python)('keeps a missing value missing, with its reason', () => {
    const code = `import sys; sys.path.insert(0, ${JSON.stringify(folder)}); import json, read_results as r; print(json.dumps([x for x in r.results(${JSON.stringify(folder)}) if x["value"] is None]))`
    const missing = JSON.parse(execFileSync('python3', ['-c', code], { encoding: 'utf8' })) as Record<string, string>[]

    expect(missing.length).toBeGreaterThan(0)
    for (const row of missing) expect(row.reason).not.toBe('')
  })

  it('is in the report as written', () => {
    expect(readFileSync(join(folder, 'read_results.py'), 'utf8')).toBe(writeReport(report).python)
  })
})
