import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presetMaps } from '@engine/attribution/planned-map'
import { describeReduction } from '@engine/attribution/reduction'
import { criteria } from '@engine/criteria/index'
import { parseCriterionParams } from '@engine/criteria/parameters'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { withPreset } from '@engine/handlers/preset-experiment'
import { publishedStudies } from '@engine/handlers/published/index'
import { quietJob } from '@engine/job'
import { writeReport } from '@engine/report/write-report'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { Experiment } from '@shared/experiment'
import type { Report } from '@shared/report'
import { sharedFolder } from '../../support/golden'
import { commandLine, inProcess } from '../../support/in-process'

const sample = resolve('resources/sample')
const nightly = process.env['SALISCOPE_NIGHTLY'] !== undefined
const definitions = join(sharedFolder() ?? '', 'reference', 'definitions.md')
let host: InferenceHost
let folder: string

beforeAll(() => {
  host = new InferenceHost({ spawn: inProcess })
  folder = mkdtempSync(join(tmpdir(), 'saliscope-presets-'))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** Few copies, few steps: what a preset computes, quickly. */
const few: Readonly<Record<string, number | string>> = {
  'sg.samples': 2,
  'integrated-gradients.steps': 2,
  'xrai.steps': 2,
  'expected-gradients.samples': 2,
  'occlusion.window': '1,32,32',
  'occlusion.stride': '1,32,32'
}

/** One pass a channel, or a segmentation a copy: in the nightly run. */
const slow = presetMaps('marchadour')
  .map((map) => map.id)
  .filter((id) => id.endsWith('+region') && !id.startsWith('bp'))
  .concat('scorecam', 'ablationcam')

/** Every map of a preset with small numbers, on `n` cases of the sample and one or two models. */
function small(preset: string, change: (raw: Record<string, unknown>) => void = () => undefined): string {
  const raw = JSON.parse(readFileSync(join(sample, 'demo-experiment.json'), 'utf8')) as Experiment &
    Record<string, unknown>
  const absolute = (path: string): string => join(sample, path)
  raw.models = raw.models.slice(0, 1)
  for (const model of raw.models) [model.onnx, model.card] = [absolute(model.onnx), absolute(model.card ?? '')]
  raw.cases = [
    ...raw.cases.filter(({ label }) => label === 'lesion').slice(0, 2),
    ...raw.cases.filter(({ label }) => label !== 'lesion').slice(0, 1)
  ]
  for (const item of raw.cases) {
    item.image = absolute(item.image)
    for (const mask of item.masks) mask.path = absolute(mask.path)
    item.variants = []
  }
  raw.references.averageMask = { path: absolute('average-mask.npy') }
  const own = { ...raw, preset, target: undefined, criteria: undefined, methods: presetMaps(preset).map(fewer) }
  change(own)
  const path = join(folder, `${preset}-${Math.floor(performance.now() * 1000)}.json`)
  writeFileSync(path, JSON.stringify(own))
  return path
}

/** A map of the preset by name, with those small numbers that it has a parameter for. */
function fewer({ id, expression }: ReturnType<typeof presetMaps>[number]): object {
  const parts = [
    expression.base.id,
    ...expression.wrappers.map(({ id: wrapper }) => (wrapper.startsWith('sg') ? 'sg' : wrapper))
  ]
  const params = Object.entries(few).filter(([name]) => parts.includes(name.split('.')[0]))
  return { id, params: Object.fromEntries(params) }
}

const assess = (path: string): Promise<Report> =>
  assessExperiment(readExperiment(path), { host, threads: 2, version: 'test', opened: undefined }, quietJob())

describe('the presets of published studies', () => {
  it.each(publishedStudies.map((study) => [study.id, study] as const))(
    '%s names criteria that exist, with parameters they know, and maps of the attribution preset',
    (id, study) => {
      const names = new Set(presetMaps(id).map((map) => map.id))
      const known = study.criteria.filter((asked) => criteria.some((criterion) => criterion.id === asked.id))
      for (const { id: criterion, params } of known)
        expect(() =>
          parseCriterionParams(
            criteria.find((one) => one.id === criterion)!,
            params
          )
        ).not.toThrow()
      expect(known.length).toBeGreaterThan(1)
      for (const figure of study.figures) if (figure.method !== '') expect(names).toContain(figure.method)
    }
  )

  it.runIf(existsSync(definitions))('qtim holds every figure of the table of anchors, none twice', () => {
    const text = readFileSync(definitions, 'utf8')
    const table = text.slice(text.indexOf('| mean | GRAD'), text.indexOf('Lesson for the report'))
    // The 0.5 line is no figure of a run.
    const wanted = [...table.replaceAll('.5 line', '').matchAll(/\.\d+|\d(?= fail)/g)].map(([text]) => Number(text))
    const { figures } = publishedStudies.find(({ id }) => id === 'qtim')!
    const ours = figures.map(({ published }) => Number(published))
    expect(ours.toSorted()).toEqual(wanted.toSorted())
    expect(new Set(figures.map((one) => JSON.stringify(one))).size).toBe(figures.length)
  })

  it('mark what a study does not say as our choice, and only that', () => {
    for (const { departures } of publishedStudies)
      for (const { published, ourChoice } of departures) if (published === 'not published') expect(ourChoice).toBe(true)
    const marchadour = publishedStudies.find(({ id }) => id === 'marchadour')!
    expect(
      marchadour.departures
        .filter(({ ourChoice }) => ourChoice)
        .map(({ what }) => what)
        .join()
    ).toMatch(
      /noisy copies.*noise.*steps.*samples.*segments of the region maps.*replacement value.*occlusion steps.*occlusion steps/u
    )
  })

  it('stand beside the experiment’s data: the command line replaces maps, a file fills in what it leaves out', () => {
    const raw = { models: [1], cases: [{}], methods: ['edge'], criteria: [{ id: 'cues' }], target: 'label' }
    const asked = withPreset(raw, 'qtim')
    const named = withPreset({ ...raw, preset: 'qtim' }, undefined)

    expect((asked.methods as { id: string }[]).map(({ id }) => id)).toEqual([
      'GRAD',
      'SG',
      'IG',
      'SIG',
      'GCAM',
      'XRAI',
      'GBP',
      'GGCAM'
    ])
    expect([asked.target, asked.models, asked.cases]).toEqual(['predicted', raw.models, raw.cases])
    expect([named.methods, named.criteria, named.target]).toEqual([['edge'], [{ id: 'cues' }], 'label'])
    expect(withPreset(raw, undefined)).toBe(raw)
    expect(() => withPreset(raw, 'nobody')).toThrowError(/no assessment preset "nobody"/u)
  })

  it('lets a file pick maps of the preset and change their parameters', () => {
    const { methods } = withPreset(
      { preset: 'qtim', methods: ['GCAM', { id: 'SG', params: { 'sg.samples': 3 } }, 'edge'] },
      undefined
    )

    expect(methods).toMatchObject([
      { id: 'GCAM', expr: 'gradcam' },
      { id: 'SG', expr: 'gradient+sg2', params: { 'sg.samples': 3, 'sg.sigma': 0.15 } },
      'edge'
    ])
  })
})

describe('assessing the sample by a preset', () => {
  it.each(['qtim', 'mednet', 'marchadour', 'clinicadl', 'suemer'] as const)('%s', async (id) => {
    const report = await assess(
      small(id, (raw) => {
        if (id === 'qtim') {
          const randomisation = { id: 'randomisation', params: { every: 20, images: 2 } }
          raw.criteria = [{ id: 'performance' }, { id: 'localisation' }, randomisation]
        }
        raw.methods = (raw.methods as { id: string }[]).filter((map) => !slow.includes(map.id))
        if (id === 'marchadour') {
          const params = { images: 1, percents: '20' }
          raw.criteria = [{ id: 'performance' }, { id: 'fidelity', params }]
        }
        if (id === 'mednet') {
          const params = { score: 'sigmoid', removal: 'percentile', noiseOf: 'unit', images: 1, steps: 2 }
          raw.criteria = [{ id: 'completeness', params }]
        }
      })
    )
    const { preset, methods } = report
    const html = writeReport(report).html

    expect(preset?.id).toBe(id)
    expect(report.failed).toEqual([])
    const maps = presetMaps(id).filter((map) => !slow.includes(map.id))
    expect(methods.map((method) => method.id)).toEqual(maps.map((map) => map.id))
    for (const map of maps)
      expect(methods.find((method) => method.id === map.id)?.reduction).toBe(describeReduction(map.reduction))
    expect(html).toContain('Beside the published study')
    for (const { what } of preset!.departures) expect(html).toContain(what)
    expect(html.match(/our choice/gu)?.length ?? 0).toBeGreaterThanOrEqual(
      preset!.departures.filter(({ ourChoice }) => ourChoice).length
    )
    expect(JSON.stringify(preset!.departures)).not.toContain('{}')
    if (id === 'marchadour') {
      const here = (what: string): string => preset!.departures.find((one) => one.what.startsWith(what))!.here
      expect(here('noisy copies')).toBe('2')
      expect(here('noise')).toBe('0.15 of the value range')
      expect(here('steps of integrated')).toBe('2, Gauss–Legendre')
      expect(here('background')).toBe('10 images of other patients of the experiment')
      expect(here('occlusion steps of fidelity')).toBe('20 % (fidelity.percents)')
      expect(here('segments of the region maps')).toContain('ranking full (region.algorithm)')
      expect(here('replacement value')).toBe('mean (fidelity.replacement)')
    }
    for (const anchor of preset!.anchors) {
      expect(anchor.here.length).toBeGreaterThan(0)
      for (const one of anchor.here) expect(one.value === null ? one.reason : 'value').not.toBe('')
    }
  })

  it('puts the study’s figures beside those of the run, row for row', async () => {
    const report = await assess(
      small('qtim', (raw) => {
        raw.methods = ['GRAD', 'GCAM']
        raw.criteria = [{ id: 'localisation' }]
      })
    )
    const anchors = report.preset!.anchors
    const trained = anchors.find(
      ({ what, method, set }) =>
        what === 'AUPRC (trapezoid), trained model' && method === 'GCAM' && set.startsWith('SIIM')
    )!
    const row = report.results.find(({ metric, method }) => metric === 'auprc-trapezoid' && method === 'GCAM')!

    expect([trained.published, trained.here[0].value]).toEqual(['0.14', row.value])
    expect(row.value).not.toBeNull()
    expect(new Set(anchors.map(({ method }) => method))).toEqual(new Set(['GRAD', 'GCAM', '']))
    expect(anchors.find(({ what }) => what.startsWith('SSIM of two'))!.here[0].reason).toBe('not asked in this run')
  })

  it('refuses to compare maps by similarity that keep their own unit', async () => {
    const path = small('suemer', (raw) => {
      raw.criteria = [{ id: 'randomisation' }]
    })
    await expect(assess(path)).rejects.toThrowError(/“?"?gradient"? keeps its own unit/u)
  })

  it.runIf(nightly).each(publishedStudies.map(({ id }) => id))(
    '--preset %s on the command line, every copy and step',
    async (id) => {
      const path = small(id)
      const out = join(folder, `full-${id}`)
      const { status, stdout } = await commandLine(['assess', path, '--preset', id, '--out', out])
      expect([status, stdout.includes('Written:')]).toEqual([0, true])
    },
    1_800_000
  )

  it('is asked for on the command line, and an unknown one is refused with the list', async () => {
    const { status, stderr } = await commandLine([
      'assess',
      small('qtim'),
      '--preset',
      'nobody',
      '--out',
      join(folder, 'none')
    ])
    expect(status).toBe(2)
    expect(stderr).toContain('qtim, mednet, marchadour, clinicadl, suemer')
  })
})
