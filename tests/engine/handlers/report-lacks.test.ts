import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AskedParts, askedParts } from '@engine/handlers/verification/presence/asked-parts'
import { heldByReport } from '@engine/handlers/verification/presence/held'
import type { Rerun } from '@engine/handlers/verification/rerun'
import { statementsAgain } from '@engine/handlers/verification/statements'
import { quietJob } from '@engine/job'
import type { Curve, Report, ResultRow } from '@shared/report'
import { type SmallReport, smallReport } from '../../support/small-report'

const few = { draws: 100, minimumPatients: 2 }
let small: SmallReport
let parts: AskedParts

beforeAll(async () => {
  small = await smallReport((raw) => {
    raw.methods = ['gradient', 'gradcam', 'edge']
    raw.regions = { source: { grid: { rows: 1, columns: 2 } }, names: {}, fit: null, expected: [] }
    raw.criteria = [
      { id: 'performance', params: few },
      { id: 'localisation', params: { ...few, randomDraws: 1 } },
      {
        id: 'randomisation',
        params: { ...few, every: 6, randomPairs: 1, independentImages: 2, similarities: 'ssim,pearson' }
      },
      { id: 'repeatability', params: { ...few, randomPairs: 1 } },
      { id: 'reproducibility', params: { ...few, randomPairs: 1, untrained: false } },
      { id: 'completeness', params: { ...few, images: 3, steps: 2, infidelitySamples: 2, percentiles: '20,50' } },
      { id: 'fidelity', params: { ...few, images: 3, percents: '10,50', others: 'zero' } },
      { id: 'robustness', params: { ...few, images: 3, samples: 2 } },
      { id: 'human', params: few },
      { id: 'regions', params: few },
      { id: 'groups', params: { ...few, permutations: 99, threshold: 'uncorrected', individual: true } },
      { id: 'cues', params: few },
      { id: 'cue-zones', params: few },
      { id: 'map-kinds', params: few },
      { id: 'answer-key', params: few }
    ]
  })
  parts = await askedParts(small.settled.recipe.criteria, small.run, quietJob())
}, 300_000)
afterAll(() => small.close())

async function asked(forge: (report: Report) => void, kept = small.prints): Promise<Rerun[]> {
  const report = structuredClone(small.written)
  forge(report)
  const statements = await statementsAgain(report, small, quietJob())
  return [...statements, ...heldByReport(report, { asked: parts, prints: kept })]
}

const row = (report: Report, criterion: string, metric = ''): ResultRow =>
  report.results.find((one) => one.criterion === criterion && one.metric.startsWith(metric))!

/** A forged report, the thing that is named, and what is said of it. */
const forgeries: readonly (readonly [string, (report: Report) => void, RegExp, RegExp])[] = [
  [
    'a curve that was taken out',
    (r) => (r.curves = r.curves.filter((one) => one.metric !== 'pearson' || one.method !== 'gradcam')),
    /curve \(randomisation\.cascading, pearson, gradcam, honest-1\)/u,
    /asked for it and does not hold it/u
  ],
  [
    'the curve of the random maps',
    (r) => (r.curves = r.curves.filter(({ method }) => method !== 'random-map')),
    /curve \(fidelity\.removal, fidelity-area, random-map, honest-1\)/u,
    /does not hold it/u
  ],
  [
    'a point of a curve',
    (r) => r.curves[0].points.splice(1, 1),
    /curve \(randomisation\.cascading, ssim/u,
    /its points are not what was asked/u
  ],
  [
    'a family of comparisons',
    (r) => (r.comparisons = r.comparisons.filter(({ criterion }) => criterion !== 'fidelity.removal')),
    /comparison \(fidelity\.removal, fidelity-area, token, gradient and gradcam\)/u,
    /does not hold it/u
  ],
  [
    'the figures of a classifier',
    (r) => (r.models[1].performance = []),
    /figures of a classifier \(token, lesion\)/u,
    /does not hold it/u
  ],
  [
    'answers behind the figures of a classifier',
    (r) => r.models[0].performance[0].perCase!.splice(2, 1),
    /figures of a classifier \(honest-1, lesion\)/u,
    /answers of 1 images lack/u
  ],
  [
    'a question asked of one map',
    (r) =>
      (r.results = r.results.filter(
        ({ criterion, method }) => criterion !== 'fidelity.removal' || method !== 'gradcam'
      )),
    /rows \(fidelity\.removal, gradcam, honest-1\)/u,
    /does not hold them: fidelity-area, fidelity-area-zero/u
  ],
  [
    'a measure',
    (r) => (r.results = r.results.filter(({ metric }) => metric !== 'average-precision')),
    /rows \(localisation\.utility, edge, token\)/u,
    /does not hold them: average-precision$/u
  ],
  [
    'an image of a row',
    (r) => row(r, 'localisation.utility').perCase.pop(),
    /row \(localisation\.utility/u,
    /1 of 3 images lack/u
  ],
  [
    'a reference',
    (r) => row(r, 'localisation.utility', 'average-precision').references.pop(),
    /row \(localisation\.utility, average-precision/u,
    /not measured against what was asked/u
  ],
  [
    'a reference that no longer decides',
    (r) =>
      (row(r, 'localisation.utility', 'average-precision').references.find(({ decides }) => decides)!.decides = false),
    /row \(localisation\.utility, average-precision/u,
    /not measured against what was asked/u
  ],
  [
    'a row that no longer speaks for its map',
    (r) => (row(r, 'completeness.road').headline = false),
    /row \(completeness\.road, road-combined/u,
    /its headline is not what was asked/u
  ],
  [
    'another rule',
    (r) => (row(r, 'fidelity.removal').verdict.rule = 'Pass if it looks good.'),
    /row \(fidelity\.removal/u,
    /its rule is not what was asked/u
  ],
  [
    'a row that was put in',
    (r) => r.results.push({ ...row(r, 'fidelity.removal'), metric: 'fidelity-area-blur' }),
    /row \(fidelity\.removal, fidelity-area-blur/u,
    /nothing that the report asked leads to it/u
  ],
  ['interventions', (r) => r.answerKey.pop(), /interventions \(token/u, /does not hold it/u],
  [
    'an intervention',
    (r) => r.answerKey[0].variants.pop(),
    /interventions \(honest-1, lesion\), /u,
    /does not hold it/u
  ],
  ['histograms', (r) => r.distributions!.pop(), /histograms of a map \(edge, token\)/u, /does not hold it/u],
  ['groups', (r) => r.groups!.shift(), /groups \(gradient, honest-1\)/u, /does not hold it/u],
  ['kinds of maps', (r) => r.mapClusters!.shift(), /kinds of maps \(/u, /does not hold it/u],
  [
    'a threshold under which nothing is assessed',
    (r) =>
      (r.recipe['criteria'] = small.settled.recipe.criteria.map((one) => ({
        ...one,
        params: { ...one.params, level: 0.5 }
      }))),
    /criterion \(localisation\)/u,
    /asks it otherwise \(level\)/u
  ],
  [
    'a criterion that is not said to have been asked',
    (r) => (r.recipe['criteria'] = small.settled.recipe.criteria.slice(1)),
    /criterion \(performance\)/u,
    /the experiment asks it, the report does not/u
  ],
  ['the patient of a case', (r) => (r.cases[1].patient = r.cases[0].patient), /case \(/u, /another patient/u],
  ['the finding of a case', (r) => (r.cases[0].label = null), /case \(/u, /another label/u],
  ['outlined pixels', (r) => (r.cases[0].masks[0].pixels += 5), /outlines \(/u, /other numbers of pixels/u],
  ['a model', (r) => (r.models[0].sha256 = '0'.repeat(64)), /model \(honest-1\)/u, /\(sha256\)/u],
  ['a parameter of a map', (r) => (r.methods[0].params = { steps: 99 }), /method \(gradient\)/u, /\(params\)/u],
  ['a printed rule', (r) => (r.questions[0].rule = 'Pass.'), /questions and rules/u, /gives others/u],
  ['a limit', (r) => r.limits.shift(), /limits/u, /gives others/u]
]

describe('a report is held against what it says it asked', () => {
  it('holds all of it as it was written', async () => {
    const found = await asked(() => undefined)
    expect(found.filter(({ state }) => state === 'differs')).toEqual([])
    expect(found.map(({ file }) => file.replace(/\d+/gu, 'N'))).toEqual([
      'report.json, what it says of its experiment (criteria, rules, models, methods, cases)',
      'report.json, everything that was asked for: N rows, N things beside them',
      'report.json, reasons of N rows that say that nothing could be computed',
      'report.json, which maps have a row about what their sum misses'
    ])
    const again = await small.conclusions(small.written)
    expect(again.filter(({ state }) => state !== 'identical' && state !== 'as-written')).toEqual([])
  })

  it.each(forgeries)('names %s', async (_what, forge, file, reason) => {
    const wrong = (await asked(forge)).filter(({ state }) => state === 'differs')
    const found = wrong.find((one) => file.test(one.file) && reason.test(one.reason))
    expect(found, JSON.stringify(wrong)).toBeDefined()
  })

  it('names maps whose print was taken out, so that they are never drawn', async () => {
    const wrong = (await asked(() => undefined, small.prints.slice(1))).filter(({ state }) => state === 'differs')
    expect(wrong).toEqual([expect.objectContaining({ file: expect.stringMatching(/prints of maps \(/u) as string })])
    const twice = (await asked(() => undefined, [...small.prints, small.prints[0]])).filter(
      ({ state }) => state === 'differs'
    )
    expect(twice[0].reason).toBe('1 map with two prints in recipe.json')
  })

  it('does not claim to know what a report of a stopped assessment should hold', () => {
    const found = heldByReport(small.written, { asked: null, prints: small.prints })
    expect(found).toEqual([expect.objectContaining({ file: 'report.json, what it holds', state: 'as-written' })])
  })
})

const curveOf = (report: Report, criterion: string, metric: string): Curve =>
  report.curves.find(
    (one) => one.criterion === criterion && one.metric.startsWith(metric) && one.method === 'gradient'
  )!

/** A forged value, the thing that is named, and what does not follow. */
const unfounded: typeof forgeries = [
  [
    'a point of a similarity that does not decide',
    (r) => (curveOf(r, 'randomisation.cascading', 'pearson').points[2].value! -= 0.1),
    /curve \d+ \(randomisation\.cascading, pearson/u,
    /does not follow from its values \(value\)/u
  ],
  [
    'the values of a similarity that does not decide',
    (r) => (curveOf(r, 'randomisation.independent', 'pearson').points[0].values![0]! -= 0.1),
    /curve \d+ \(randomisation\.independent, pearson/u,
    /does not follow from its values/u
  ],
  [
    'the map that no weight was changed of',
    (r) => (curveOf(r, 'randomisation.cascading', 'ssim').points[0].value = 0.9),
    /curve \d+ \(randomisation\.cascading, ssim/u,
    /another than itself/u
  ],
  [
    'a point of a removal curve',
    (r) => (curveOf(r, 'completeness.road', 'road-morf').points[0].value! += 0.1),
    /curve \d+ \(completeness\.road, road-morf/u,
    /does not follow from its values/u
  ],
  [
    'ROAD combined',
    (r) => (row(r, 'completeness.road', 'road-combined').perCase[0].value! += 0.1),
    /row \(completeness\.road, road-combined/u,
    /not those of the two curves of ROAD/u
  ],
  [
    'a number of kinds that was tried',
    (r) => (r.mapClusters![0].tried[0].silhouette! += 1),
    /kinds of maps \(/u,
    /what was tried decides for/u
  ],
  [
    'a mean map of a kind',
    (r) => (r.mapClusters![0].groups[0].mean[5] += 0.01),
    /kinds of maps \(/u,
    /does not add up to one/u
  ],
  [
    'a verdict where there is no value',
    (r) => {
      const one = row(r, 'fidelity.removal')
      Object.assign(one, { n: 0, patients: 0, value: null, sd: null, ci95: null, perCase: [], references: [] })
      one.verdict.state = 'pass'
    },
    /row \d+ \(fidelity/u,
    /written as “pass”, and it has no value/u
  ],
  [
    'a verdict without a rule',
    (r) => (row(r, 'randomisation.independent').verdict.state = 'pass'),
    /row \d+ \(randomisation\.independent/u,
    /by its rule it is “not-assessable”/u
  ],
  [
    'a figure in the sentence of a verdict',
    (r) => {
      const { verdict } = row(r, 'fidelity.removal')
      verdict.reason = `${verdict.reason.slice(0, -1)}, random map 0.77.`
    },
    /row \d+ \(fidelity/u,
    /its sentence states 0\.77, which is none of its figures/u
  ],
  ['histograms', (r) => (r.distributions![0].inside[3] += 0.1), /histograms of a map \(/u, /do not add up to one/u]
]

describe('what a report concludes follows from its values', () => {
  it.each(unfounded)('finds %s', async (_what, forge, file, reason) => {
    const report = structuredClone(small.written)
    forge(report)
    const wrong = (await small.conclusions(report)).filter(({ state }) => state === 'differs')
    const found = wrong.find((one) => file.test(one.file) && reason.test(one.reason))
    expect(found, JSON.stringify(wrong)).toBeDefined()
  })
})
