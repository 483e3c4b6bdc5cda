import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import type { ExperimentRun, RunCase, RunMethod, RunModel, RunSpec } from '@engine/criteria/experiment-run'
import { clusterTable } from '@engine/criteria/groups/cluster-table'
import { statisticCuts } from '@engine/criteria/groups/cuts'
import { groupFiles } from '@engine/criteria/groups/files'
import {
  differenceRow,
  meanDifferenceRow,
  meansOf,
  noGroups,
  sampleNotes,
  signRow,
  type ComparedGroups,
  type GroupFrame
} from '@engine/criteria/groups/rows'
import { groupSamples, type GroupSamples, type SampleOrder } from '@engine/criteria/groups/samples'
import { signCheck } from '@engine/criteria/groups/sign-check'
import { thresholdKinds, voxelTests } from '@engine/criteria/groups/voxel-tests'
import { createPace } from '@engine/criteria/pace'
import { ruleFooting, thresholdEntries } from '@engine/criteria/rules'
import { rowsByMethod } from '@engine/criteria/rows-by-method'
import { createStatistics } from '@engine/criteria/summary'
import { maximumP } from '@engine/metrics/statistics/max-statistic'
import type { GroupEvidence } from '@shared/group-evidence'
import type { ResultRow } from '@shared/report'

const Params = v.strictObject({
  ...thresholdEntries,
  by: v.pipe(
    v.optional(v.picklist(['label', 'group']), 'label'),
    v.description('What makes a group: the finding of a case, or its "group".')
  ),
  first: v.pipe(v.optional(v.string(), ''), v.description('Name of the first group; empty: the one with most images.')),
  second: v.pipe(v.optional(v.string(), ''), v.description('Name of the second group; empty: the next largest.')),
  target: v.pipe(
    v.optional(v.string(), ''),
    v.description('Output that is explained in all images, by number or label; empty: the experiment’s target.')
  ),
  signed: v.pipe(v.optional(v.boolean(), true), v.description('Maps keep their sign; else magnitudes as scored.')),
  threshold: v.pipe(v.optional(v.picklist(thresholdKinds), 'false-discovery'), v.description('Which voxels count.')),
  alpha: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(1e-6), v.maxValue(0.5)), 0.05),
    v.description('Rate of false discoveries, or level of the test.')
  ),
  permutations: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(99), v.maxValue(100_000)), 999),
    v.description('How often the labels are shuffled.')
  ),
  connectivity: v.pipe(
    v.optional(v.picklist([1, 2, 3]), 1),
    v.description('Voxels of a cluster touch by faces (1), edges (2) or corners (3).')
  ),
  smallest: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    v.description('Voxels of a cluster at least.')
  ),
  individual: v.pipe(v.optional(v.boolean(), false), v.description('The map of every patient is written too.'))
})
export type GroupsParams = v.InferOutput<typeof Params>

/** Mean maps of groups of patients, tested voxel by voxel. */
export const groups: Criterion<GroupsParams> = {
  id: 'groups',
  title: 'Maps of groups',
  area: 'groups',
  question: 'Differs between groups',
  limit: 'shuffled labels',
  citation:
    'Nichols TE, Holmes AP. Nonparametric permutation tests for functional neuroimaging: a primer with examples. Human Brain Mapping 2002;15:1–25. Thibeau-Sutre E, et al. ClinicaDL. Comput Methods Programs Biomed 2022;220:106818.',
  needs: ['labels'],
  params: Params,
  rule: (params) =>
    `Saliscope’s own rule: pass if the largest |t| of all voxels has p ≤ ${params.alpha} among ${params.permutations} shufflings of the labels over patients; otherwise inconclusive, since maps that do not differ are no fault. Student’s t over patients, ${params.signed ? 'signed maps' : 'magnitudes'}. ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const evidence: GroupEvidence[] = []
    const rows = await rowsByMethod(run, job, 'Groups', (model) => async (method) => {
      const found = await assessMethod(run, source, params, { model, method })
      if (found.evidence !== null) evidence.push(found.evidence)
      return found.rows
    })
    return { ...nothingFound, rows, groups: evidence, failed: source.failed }
  }
}

interface MethodResult {
  readonly rows: ResultRow[]
  readonly evidence: GroupEvidence | null
}

async function assessMethod(
  run: ExperimentRun,
  source: CaseSource,
  params: GroupsParams,
  { model, method }: { model: RunModel; method: RunMethod }
): Promise<MethodResult> {
  const frame: GroupFrame = { model, method, grid: run.spec.grid, rule: groups.rule(params), ...params }
  const names = groupNames(run.spec, params)
  if (typeof names === 'string') return { rows: [noGroups(frame, names)], evidence: null }
  const pace = createPace(source.job)
  const target = params.target === '' ? null : params.target
  const order: SampleOrder = { model, method, target, signed: params.signed, groupOf: groupOf(params.by), names }
  const samples = await groupSamples(run, source, order, pace)
  if (typeof samples === 'string') return { rows: [noGroups(frame, samples)], evidence: null }
  const tests = await voxelTests(samples, { ...params, seed: run.spec.seed, pace })
  if (typeof tests === 'string') return { rows: [noGroups(frame, tests)], evidence: null }
  const { connectivity, smallest } = params
  const found =
    tests.threshold === null
      ? []
      : clusterTable(tests.t, { grid: samples.space, connectivity, smallest }, tests.threshold)
  const clusters = found.map((cluster) => ({ ...cluster, pCorrected: maximumP(Math.abs(cluster.peakT), tests.maxima) }))
  const check = await signCheck(run, source, order, pace)
  const statistics = createStatistics(params, run.spec.seed)
  const compared = comparedGroups(samples)
  return {
    rows: [
      differenceRow(frame, compared, { ...tests, clusters: clusters.length }, statistics),
      meanDifferenceRow(frame, [meansOf(samples.first), meansOf(samples.second)], statistics),
      ...(check === null ? [] : [signRow(frame, check.outputs, check)])
    ],
    evidence: {
      model: model.id,
      method: method.id,
      target: target ?? 'as the experiment asks for each image',
      space: samples.space.space,
      first: compared.first,
      second: compared.second,
      tested: tests.tested,
      threshold: tests.threshold,
      thresholdKind: params.threshold,
      clusters,
      cuts: statisticCuts(tests.t, samples),
      maxima: [...tests.maxima],
      signCheck: check === null ? null : { outputs: [...check.outputs], correlation: check.correlation },
      files: await groupFiles(run, { model, method, individual: params.individual }, samples, tests.t)
    }
  }
}

const comparedGroups = (samples: GroupSamples): ComparedGroups => ({
  first: sizeOf(samples.first),
  second: sizeOf(samples.second),
  notes: sampleNotes(samples)
})

const sizeOf = ({ name, images, patients }: GroupSamples['first']): GroupEvidence['first'] => ({
  name,
  images,
  patients: patients.length
})

export const groupOf =
  (by: GroupsParams['by']) =>
  (item: RunCase): string =>
    by === 'label' ? (item.statedLabel ?? item.label ?? 'no finding') : (item.group ?? 'no group')

/** The two groups that are compared; a phrase where there are fewer. */
function groupNames({ cases }: RunSpec, { by, first, second }: GroupsParams): readonly [string, string] | string {
  const counts = new Map<string, number>()
  for (const item of cases) counts.set(groupOf(by)(item), (counts.get(groupOf(by)(item)) ?? 0) + 1)
  const stated = [first, second].filter((name) => name !== '')
  const missing = stated.find((name) => !counts.has(name))
  if (missing !== undefined) return `no image belongs to “${missing}”; groups are ${[...counts.keys()].join(', ')}`
  const others = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name]) => name)
    .filter((name) => !stated.includes(name))
  const [a, b] = [...(first === '' ? [others.shift()] : [first]), ...(second === '' ? [others.shift()] : [second])]
  return a === undefined || b === undefined || a === b ? 'all images belong to one group' : [a, b]
}
