import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { curvePoint, endsOf } from '@engine/criteria/curve-point'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { openExperiment } from '@engine/handlers/experiment-parts'
import { runSpec } from '@engine/handlers/experiment-spec'
import { conclusionsAgain } from '@engine/handlers/verification/conclusions-again'
import { type ReportAgain, reportAgain } from '@engine/handlers/verification/makings'
import type { Rerun } from '@engine/handlers/verification/rerun'
import { quietJob } from '@engine/job'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { Curve, Report, ResultRow } from '@shared/report'
import { cutSample } from '../../support/cut-sample'
import { inProcess } from '../../support/in-process'

const few = { draws: 100, minimumPatients: 2 }
const folder = mkdtempSync(join(tmpdir(), 'saliscope-parts-again-'))
const out = join(folder, 'report')
let written: Report
let of: (report: Report) => ReportAgain

beforeAll(async () => {
  const path = cutSample(
    folder,
    (raw) => {
      raw.cases = raw.cases.filter((_, index) => ![3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].includes(index))
      raw.methods = ['gradient', 'gradcam']
      raw.regions = { source: { grid: { rows: 1, columns: 2 } }, names: {}, fit: null, expected: [] }
      raw.criteria = [
        { id: 'performance', params: few },
        { id: 'reproducibility', params: { ...few, randomPairs: 1, untrained: false, onlyCorrect: false } },
        {
          id: 'randomisation',
          params: { ...few, every: 6, randomPairs: 1, independentImages: 2, similarities: 'ssim,pearson' }
        },
        { id: 'fidelity', params: { ...few, percents: '10,50', others: '' } },
        { id: 'regions', params: few },
        { id: 'groups', params: { ...few, permutations: 99, threshold: 'uncorrected' } },
        { id: 'map-kinds', params: few },
        { id: 'answer-key', params: few }
      ]
    },
    3
  )
  const loaded = readExperiment(path)
  // A preset of one's own settings: they are stated, so only the table beside the study comes with it.
  const preset = { ...loaded, experiment: { ...loaded.experiment, preset: 'suemer' } }
  const host = new InferenceHost({ spawn: inProcess })
  try {
    const tools = { host, threads: 1, version: 'test', opened: undefined, out }
    written = JSON.parse(JSON.stringify(await assessExperiment(preset, tools, quietJob()))) as Report
    const spec = runSpec(await openExperiment(preset, { host, threads: 1, job: quietJob() }))
    of = (report) => reportAgain(report, spec, out)
  } finally {
    host.dispose()
  }
}, 240_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function again(forge: (report: Report) => void): Promise<Rerun[]> {
  const report = structuredClone(written)
  forge(report)
  return conclusionsAgain(of(report), quietJob())
}

const row = (report: Report, criterion: string, metric = ''): ResultRow =>
  report.results.find((one) => one.criterion === criterion && one.metric.startsWith(metric))!
const raised = (interval: [number, number] | null): [number, number] => [interval![0] - 0.01, interval![1] + 0.01]
const curveOf = (report: Report, criterion: string): Curve =>
  report.curves.find((one) => one.criterion === criterion && one.method === 'gradient')!
const deciding = (report: Report): NonNullable<ResultRow['references'][number]['difference']> =>
  row(report, 'fidelity.removal').references.find(({ decides }) => decides)!.difference!

/** A forged report, and what is said of it. */
const forgeries: readonly (readonly [string, (report: Report) => void, RegExp, RegExp])[] = [
  [
    'an adjusted p',
    (r) => (deciding(r).pHolm = 0.001),
    /row \d+ \(fidelity/u,
    /adjusted p beside “random map” is written as 0.001/u
  ],
  [
    'a comparison of two maps',
    (r) => (r.comparisons[0].difference.ci95 = raised(r.comparisons[0].difference.ci95)),
    /comparison \(/u,
    /another one/u
  ],
  [
    'an adjusted p of a comparison',
    (r) => (r.comparisons[0].difference.pHolm = 0.01),
    /comparison \(/u,
    /another one/u
  ],
  [
    'an AUC',
    (r) => (r.models[0].performance[0].auc.value! -= 0.25),
    /figures of a classifier \(honest-1, lesion\)/u,
    /\(auc\)/u
  ],
  ['an accuracy', (r) => (r.models[1].performance[0].accuracy.value = 0.9), /\(token, lesion\)/u, /\(accuracy\)/u],
  [
    'a sensitivity',
    (r) => (r.models[0].performance[0].sensitivity.value = 0.9),
    /\(honest-1, lesion\)/u,
    /\(sensitivity\)/u
  ],
  ['a Brier score', (r) => (r.models[0].performance[0].brier.ci95 = [0, 0.1]), /\(honest-1, lesion\)/u, /\(brier\)/u],
  [
    'the answer an AUC rests on',
    (r) => (r.models[0].performance[0].perCase![0].probability = 0.01),
    /\(honest-1, lesion\)/u,
    /accuracy|brier/u
  ],
  [
    'an AUC difference beside a comparison of models',
    (r) => {
      const { notes } = row(r, 'reproducibility.foil')
      const at = notes.findIndex((note) => note.startsWith('ROC AUC'))
      notes[at] = 'ROC AUC for lesion, honest-1 − token: 0.50 (0.40 to 0.60).'
    },
    /AUC differences \(reproducibility.foil/u,
    /do not give “ROC AUC for lesion/u
  ],
  [
    'a logit of an intervention',
    (r) => (r.answerKey[0].variants[1].meanLogit.value! += 1),
    /interventions \(honest-1/u,
    /meanLogit/u
  ],
  ['what a model uses', (r) => (r.answerKey[0].uses = 'cue'), /interventions \(honest-1/u, /written is “cue”/u],
  [
    'the logits of an intervention',
    (r) => (r.answerKey[0].variants[1].perCase![0].logit += 1),
    /interventions \(honest-1/u,
    /meanLogit|falls/u
  ],
  [
    'a point of a cascade',
    (r) => (curveOf(r, 'randomisation.cascading').points[1].value! -= 0.1),
    /curve \d+/u,
    /does not follow/u
  ],
  [
    'the line of a cascade',
    (r) => (curveOf(r, 'randomisation.cascading').limits[0].value! += 0.1),
    /curve \d+/u,
    /is not the row’s/u
  ],
  [
    'the lowest point of a curve',
    (r) => (curveOf(r, 'fidelity.removal').minimum! -= 0.1),
    /curve \d+/u,
    /lowest or last/u
  ],
  [
    'a curve with values of its own',
    (r) => {
      const curve = curveOf(r, 'fidelity.removal')
      const again = of(r)
      const statistics = again.of('fidelity')!.statistics
      curve.points = curve.points.map(({ x, values }) => {
        const raisedValues = values!.map((value, index) => ({ case: curve.cases![index], value: value! + 0.1 }))
        return curvePoint(x, again.numbersOf(raisedValues), { statistics, keep: true })
      })
      Object.assign(curve, endsOf(curve.points))
    },
    /curve \d+/u,
    /its values are not those of its row/u
  ],
  [
    'the p of a region',
    (r) => (row(r, 'regions.group-difference').references[0].difference!.p = 0.0001),
    /row \(regions.group-difference/u,
    /references/u
  ],
  [
    'an effect size',
    (r) => (row(r, 'regions.group-difference').notes = ['Cliff’s δ 0.90 (0.80 to 1.00).']),
    /row \(regions.group-difference/u,
    /notes/u
  ],
  ['a test between regions', (r) => (row(r, 'regions.between').value = 99), /row \(regions.between/u, /value/u],
  ['a difference of two regions', (r) => (row(r, 'regions.pair').ci95 = [1, 2]), /row \(regions.pair/u, /ci95/u],
  ['a cluster', (r) => (r.groups![0].clusters[0].voxels += 500), /groups \(/u, /clusters are not those of the t map/u],
  ['the p of a cluster', (r) => (r.groups![0].clusters[0].pCorrected = 0.001), /groups \(/u, /corrected p/u],
  ['the largest t', (r) => (row(r, 'groups.difference').value! += 3), /groups \(/u, /another row/u],
  ['the verdict on groups', (r) => (row(r, 'groups.difference').verdict.state = 'pass'), /groups \(/u, /verdict/u],
  ['a difference of group means', (r) => (row(r, 'groups.mean-difference').ci95 = [1, 2]), /groups \(/u, /ci95/u],
  ['a silhouette', (r) => (row(r, 'cues.kinds').value = 0.99), /kinds of maps \(/u, /another row/u],
  [
    'the members of a kind',
    (r) => {
      const [first, second] = r.mapClusters![0].groups
      second.members.push(first.members.pop()!)
    },
    /kinds of maps \(/u,
    /silhouette|findings/u
  ],
  [
    'a figure beside a published one',
    (r) => (r.preset!.anchors[0].here[0].n += 1),
    /beside a published one/u,
    /another one/u
  ],
  [
    'a verdict withheld without a reason',
    (r) => {
      const { verdict } = row(r, 'randomisation.cascading', 'ssim')
      const reason = 'Nothing can be said: 5 of 6 maps are the same everywhere once the weights are scrambled.'
      Object.assign(verdict, { state: 'not-assessable', reason })
    },
    /row \d+ \(randomisation.cascading, ssim/u,
    /written as “not-assessable”.*nothing in its values withholds it/u
  ]
]

describe('what stands beside the rows of a report is drawn again from its values', () => {
  it('follows from them in a report as it was written; what it keeps no values of is named', async () => {
    const found = await again(() => undefined)
    expect(found.filter(({ state }) => state !== 'identical' && state !== 'as-written')).toEqual([])
    const drawn = found.filter(({ state }) => state === 'identical').map(({ file }) => file.replace(/\d+/gu, 'N'))
    expect(drawn).toEqual([
      'report.json, N rows (mean, interval, differences, verdict)',
      'report.json, rows with p values adjusted by Holm: N',
      'report.json, comparisons of two maps: N',
      'report.json, figures of a classifier: N',
      'report.json, interventions on finding and cue: N',
      'report.json, curves: N',
      'report.json, rows about regions: N',
      'report.json, comparisons of groups of maps: N',
      'report.json, groupings of maps into kinds: N',
      'report.json, figures beside the published ones: N',
      'report.json, table of verdicts',
      'report.json, first page'
    ])
    const taken = found.filter(({ state }) => state === 'as-written').map(({ file }) => file.replace(/\d+/gu, 'N'))
    expect(taken).toEqual([
      'report.json, references of N rows that do not speak for a map',
      'report.json, letters at the edges of planes of groups',
      'report.json, t maps and mean maps of groups (the maps of the patients do not lie beside the report)',
      'report.json, mean maps of kinds of maps (no map is kept), and the silhouettes and eigenvalues that decided their number',
      'report.json, pictures and their captions',
      'report.json, notes beside rows, and images counted as left out',
      'report.json, how settings depart from those of the published study'
    ])
  })

  it.each(forgeries)('finds %s that was forged', async (_what, forge, file, reason) => {
    const wrong = (await again(forge)).filter(({ state }) => state === 'differs')
    const found = wrong.find((one) => file.test(one.file) && reason.test(one.reason))
    expect(found, JSON.stringify(wrong)).toBeDefined()
  })

  it('names what an older report keeps no values of', async () => {
    const found = await again((report) => {
      for (const { performance } of report.models) for (const one of performance) delete one.perCase
      for (const { variants } of report.answerKey) for (const one of variants) delete one.perCase
      for (const one of report.results) delete one.region
      for (const one of report.groups!) Object.assign(one, { maxima: undefined, files: [] })
      for (const curve of report.curves) {
        delete curve.cases
        for (const point of curve.points) delete point.values
      }
    })
    expect(found.filter(({ state }) => state === 'differs')).toEqual([])
    const taken = found.filter(({ state }) => state === 'as-written').map(({ file }) => file)
    expect(taken).toEqual([
      expect.stringContaining('references of'),
      expect.stringContaining('figures of the classifiers'),
      expect.stringContaining('logits and AUC of interventions'),
      expect.stringMatching(/points of (\d+) of \1 curves/u),
      expect.stringContaining('tests of region scores'),
      expect.stringContaining('p values of groups of maps'),
      expect.stringContaining('clusters and thresholds of groups of maps'),
      expect.stringContaining('planes of groups of maps'),
      expect.stringContaining('t maps and mean maps of groups'),
      expect.stringContaining('kinds of maps'),
      expect.stringContaining('pictures'),
      expect.stringContaining('notes beside rows'),
      expect.stringContaining('how settings depart')
    ])
  })
})
