import { describe, expect, it } from 'vitest'
import { compareReports } from '@shared/report-comparison'
import type { Report } from '@shared/report'
import { models, resultRow } from './sample-rows'
import { sampleReport } from './sample-report'

const preprocessing = Object.fromEntries(models.map((id) => [id, 'ab'.repeat(32)]))
const stated = (change: Partial<Report> = {}): Report => {
  const report = sampleReport(change)
  return { ...report, recipe: { preprocessing, ...report.recipe } }
}

describe('comparing two reports', () => {
  it('pairs rows by question, measure, map and model, and differences by image', () => {
    const a = stated({
      results: [
        resultRow({
          criterion: 'localisation.utility',
          metric: 'average-precision',
          method: 'gradient',
          model: 'token',
          value: 0.4
        })
      ]
    })
    const b = stated({
      results: [
        resultRow({
          criterion: 'localisation.utility',
          metric: 'average-precision',
          method: 'gradient',
          model: 'token',
          value: 0.3,
          perCase: a.results[0].perCase.slice(2).map((one) => ({ ...one, value: one.value! - 0.1 }))
        })
      ]
    })
    const { compared, refused } = compareReports(a, b)

    expect(refused).toEqual([])
    expect(compared).toHaveLength(1)
    expect(compared[0]).toMatchObject({ a: 0.4, b: 0.3, shared: 10 })
    expect(compared[0].difference).toBeCloseTo(0.1, 12)
  })

  it.each([
    ['target rule', (report: Report) => ({ ...report, recipe: { ...report.recipe, target: 'predicted' } })],
    [
      'explained quantity',
      (report: Report) => ({ ...report, recipe: { ...report.recipe, explained: 'output' as const } })
    ],
    [
      'reduction',
      (report: Report) => ({
        ...report,
        methods: report.methods.map((one) => ({ ...one, reduction: 'largest value' }))
      })
    ],
    ['grid', (report: Report) => ({ ...report, results: report.results.map((row) => ({ ...row, grid: 'image' })) })],
    [
      'preprocessing',
      (report: Report) => ({
        ...report,
        recipe: {
          ...report.recipe,
          preprocessing: {
            ...preprocessing,
            'honest-1': 'cd'.repeat(32),
            'honest-2': 'cd'.repeat(32),
            token: 'cd'.repeat(32)
          }
        }
      })
    ]
  ])('refuses rows whose %s differs, and says so', (what, change) => {
    const { compared, refused } = compareReports(stated(), change(stated()))

    expect(compared).toEqual([])
    expect(refused).toHaveLength(sampleReport().results.length)
    for (const row of refused) expect(row.differs).toHaveLength(1)
    expect(refused[0].differs[0].startsWith(`${what}: `)).toBe(true)
  })

  it('refuses rows whose map or question was computed with other settings, and names them', () => {
    const asked = (change: Partial<Report>, params: Record<string, unknown>): Report => {
      const report = stated(change)
      return { ...report, recipe: { ...report.recipe, criteria: [{ id: 'randomisation', params }] } }
    }
    const [first] = sampleReport().results.filter(({ criterion }) => criterion.startsWith('randomisation.'))
    const results = [first]
    const own = { initialisation: 'torch', draws: 2000 }
    const differing = (other: Report): readonly string[] | undefined =>
      compareReports(asked({ results }, own), other).refused[0]?.differs

    expect(differing(asked({ results }, { ...own, draws: 500 }))).toBeUndefined()
    expect(differing(asked({ results }, { ...own, initialisation: 'permute' }))).toEqual([
      'question: initialisation “torch” in the first, “permute” in the second'
    ])
    const methods = (change: object): Partial<Report> => ({
      results,
      methods: sampleReport().methods.map((one) => ({ ...one, ...change }))
    })
    expect(differing(asked(methods({ expr: 'deconvolution' }), own))).toEqual([
      `map: “${sampleReport().methods.find(({ id }) => id === first.method)!.expr}” in the first, “deconvolution” in the second`
    ])
    const samples = (count: number): Report => asked(methods({ params: { 'sg.samples': count } }), own)
    expect(compareReports(samples(4), samples(25)).refused[0].differs).toEqual([
      'map: sg.samples “4” in the first, “25” in the second'
    ])
    // An earlier version may know fewer settings.
    expect(differing(samples(4))).toBeUndefined()
  })

  it('goes by what a row took of the map where that is not the reduction of its method', () => {
    const [one] = sampleReport().results.filter(({ method }) => method !== '')
    const results = [{ ...one, reduction: 'signed sum' }]
    const methods = sampleReport().methods.map((method) => ({ ...method, reduction: 'largest value' }))
    expect(compareReports(stated({ results }), stated({ results, methods })).compared).toHaveLength(1)
  })

  it('names the setting of the card that is another one, not a hash of it', () => {
    const prepared = (resize: string): Report => {
      const report = stated()
      return {
        ...report,
        recipe: { ...report.recipe, preprocessing: Object.fromEntries(models.map((id) => [id, resize])) },
        models: report.models.map((model) => ({ ...model, prepared: { size: '[128,128]', resize: `"${resize}"` } }))
      }
    }
    const { refused } = compareReports(prepared('stretch'), prepared('fit'))
    expect(refused[0].differs).toEqual([
      `preprocessing: resize of ${refused[0].model} “stretch” in the first, “fit” in the second`
    ])
  })

  it('refuses what a report does not state, and counts rows that one alone has', () => {
    const silent = sampleReport()
    expect(compareReports(stated(), silent).refused[0].differs).toEqual([
      'preprocessing: not stated in the second report'
    ])
    const shorter = stated({ results: sampleReport().results.slice(0, 2) })
    expect(compareReports(stated(), shorter)).toMatchObject({ onlyA: sampleReport().results.length - 2, onlyB: 0 })
  })
})
