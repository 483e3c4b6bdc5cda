import { clusterTable } from '@engine/criteria/groups/cluster-table'
import { differenceRow, meanDifferenceRow, signRow, type GroupFrame } from '@engine/criteria/groups/rows'
import { againstShuffled } from '@engine/criteria/groups/voxel-tests'
import { groupOf, groups, type GroupsParams } from '@engine/criteria/groups'
import type { Volume } from '@engine/geometry/volume'
import { maximumP } from '@engine/metrics/statistics/max-statistic'
import type { GroupEvidence, MapCluster } from '@shared/group-evidence'
import type { ResultRow } from '@shared/report'
import type { Making, ReportAgain } from '../makings'
import { groupVolumes, isMeanOf, planeProblems, testsAgain, thresholdProblem } from './group-volumes'
import { differingMembers, isSame, named, type PartFound, type ReportPart, type Wrong } from './part'

/**
 * Maps of groups: largest |t|, p and verdict from the shuffled labels; clusters, planes and threshold from the volumes beside the report; mean differences
 * by patient. Where the maps of the patients are kept too, everything is tested again.
 */
export const groupsPart: ReportPart = {
  title: 'comparisons of groups of maps',
  async again(of) {
    const making = of.of('groups')
    const evidence = of.report.groups ?? []
    if (making === undefined)
      return { drawn: 0, wrong: [], asWritten: evidence.length === 0 ? [] : ['comparisons of groups of maps'] }
    const found: PartFound[] = []
    for (const one of evidence) found.push(await groupAgain(of, making, one))
    return {
      drawn: found.reduce((sum, { drawn }) => sum + drawn, 0),
      wrong: found.flatMap(({ wrong }) => wrong),
      asWritten: [...new Set(found.flatMap(({ asWritten }) => asWritten))]
    }
  }
}

async function groupAgain(of: ReportAgain, making: Making, evidence: GroupEvidence): Promise<PartFound> {
  const { model: modelId, method: methodId, maxima } = evidence
  const what = named('groups', methodId, modelId)
  const rowOf = (criterion: string): ResultRow | undefined =>
    of.report.results.find((row) => row.criterion === criterion && row.model === modelId && row.method === methodId)
  const [row, means] = [rowOf('groups.difference'), rowOf('groups.mean-difference')]
  const model = of.spec.models.find(({ id }) => id === modelId)
  const method = of.spec.methods.find(({ id }) => id === methodId)
  if (row === undefined || means === undefined || model === undefined || method === undefined)
    return { drawn: 1, wrong: [{ what, reason: 'there are no rows that belong to it' }], asWritten: [] }
  const params = making.params as unknown as GroupsParams
  const frame: GroupFrame = { model, method, grid: row.grid, rule: groups.rule(params), ...params }
  const tables = [
    ...(maxima === undefined ? [] : differenceProblems(frame, making, { row, evidence, maxima })),
    ...meanProblems(of, frame, making, { means, evidence }),
    ...signProblems(frame, evidence, rowOf('groups.sign-check'))
  ]
  const volumes = await volumesAgain(of, params, { row, means, evidence })
  return {
    drawn: 1,
    wrong: [...tables, ...volumes.reasons].slice(0, 1).map((reason): Wrong => ({ what, reason })),
    asWritten: [
      ...(maxima === undefined ? ['p values of groups of maps'] : []),
      ...(evidence.signCheck === null
        ? []
        : ['correlations of sign checks (the maps of the two outputs are not kept)']),
      ...volumes.asWritten
    ]
  }
}

/** What the volumes beside the report give: planes, clusters, threshold, and the whole test where the patients' maps are among them. */
async function volumesAgain(
  of: ReportAgain,
  params: GroupsParams,
  { row, means, evidence }: Stated & { means: ResultRow }
): Promise<{ reasons: string[]; asWritten: string[] }> {
  const volumes = await groupVolumes(of.folder, evidence)
  const { t, first, second } = volumes
  const again = await testsAgain(of.folder, evidence, { perCase: means.perCase, params, seed: of.report.recipe.seed })
  const shuffledLimit = row.references[0]?.value ?? null
  const threshold =
    t === null || again !== null
      ? []
      : await thresholdProblem(params, { evidence, largest: row.value ?? 0, shuffledLimit }, t)
  const ofMeans = [first, second].flatMap((volume, group) => {
    const patients =
      group === 0 ? means.perCase.slice(0, evidence.first.patients) : means.perCase.slice(evidence.first.patients)
    return volume === null || isMeanOf(volume, patients) ? [] : ['a mean map is not that of the means of its patients']
  })
  return {
    reasons: [
      ...(t === null ? [] : mapProblems(params, { row, evidence }, t)),
      ...planeProblems(evidence, volumes),
      ...ofMeans,
      ...(threshold ?? []),
      ...(again === null ? [] : testedProblems(again, { row, means, evidence }, t))
    ],
    asWritten: [
      ...(t === null ? ['clusters and thresholds of groups of maps (the t map does not lie beside the report)'] : []),
      ...(t === null || first === null || second === null
        ? ['planes of groups of maps (the volumes do not lie beside the report)']
        : ['letters at the edges of planes of groups']),
      ...(threshold === null ? ['how many voxels of groups of maps were tested, and their threshold'] : []),
      ...(again === null
        ? ['t maps and mean maps of groups (the maps of the patients do not lie beside the report)']
        : [])
    ]
  }
}

/** Everything that the maps of the patients give, bit for bit; the t map beside the report to its 24 bits. */
function testedProblems(
  { tests, means: own }: NonNullable<Awaited<ReturnType<typeof testsAgain>>>,
  { row, means, evidence }: Stated & { means: ResultRow },
  t: Volume | null
): string[] {
  const kept = { largest: row.value, tested: evidence.tested, threshold: evidence.threshold, maxima: evidence.maxima }
  const { largest, tested, threshold, maxima } = tests
  const parts = differingMembers(kept, { largest, tested, threshold, maxima: [...maxima] })
  const wanted = Float32Array.from(tests.t, (value) => (Number.isNaN(value) ? 0 : value))
  const isKept = t === null || wanted.every((value, voxel) => value === t.voxels[voxel])
  const stated = means.perCase.map(({ value }) => value)
  return [
    ...(parts.length === 0 ? [] : [`the maps of its patients give another test (${parts.join(', ')})`]),
    ...(isKept ? [] : ['the t map beside the report is not that of the maps of its patients']),
    ...(isSame(stated, own) ? [] : ['the means of its patients are not those of their maps'])
  ]
}

/** Only of a softmax of two outputs there is a sign check; its row says what the correlation comes to. */
function signProblems(frame: GroupFrame, { signCheck }: GroupEvidence, row: ResultRow | undefined): string[] {
  const { model, method } = frame
  const may =
    model.activation === 'softmax' && model.labels.length === 2 && !method.imported && method.role !== 'reference'
  if (signCheck === null || row === undefined)
    return signCheck === null && row === undefined ? [] : ['its sign check has no row, or its row no sign check']
  const { outputs, correlation } = signCheck
  const found = signRow(frame, outputs, { correlation, images: row.n })
  const parts = differingMembers(row, found)
  return [
    ...(may && isSame(outputs, model.labels) ? [] : ['its model has no two outputs whose signs could be checked']),
    ...(parts.length === 0 ? [] : [`the row of its sign check is another one (${parts.join(', ')})`])
  ]
}

interface Stated {
  readonly row: ResultRow
  readonly evidence: GroupEvidence
}

function differenceProblems(
  frame: GroupFrame,
  { statistics }: Making,
  { row, evidence, maxima }: Stated & { maxima: readonly number[] }
): string[] {
  const largest = row.value ?? 0
  const { first, second, tested, threshold, clusters } = evidence
  const shuffled = Float64Array.from(maxima)
  const tests = {
    largest,
    tested,
    threshold,
    clusters: clusters.length,
    ...againstShuffled(largest, shuffled, frame.alpha)
  }
  const found = differenceRow(frame, { first, second, notes: row.notes.slice(1) }, tests, statistics)
  const parts = differingMembers(row, found)
  const p = clusters.find(({ peakT, pCorrected }) => pCorrected !== maximumP(Math.abs(peakT), shuffled))
  return [
    ...(maxima.length === frame.permutations ? [] : ['it holds another number of shuffled labels than were asked for']),
    ...(parts.length === 0 ? [] : [`its shuffled labels give another row (${parts.join(', ')})`]),
    ...(p === undefined ? [] : ['the corrected p of a cluster is not the one its shuffled labels give']),
    ...(clusters.some(({ peakT }) => Math.abs(peakT) > largest) ? ['a cluster has a larger |t| than the map'] : [])
  ]
}

function meanProblems(
  { spec, numbersOf }: ReportAgain,
  frame: GroupFrame,
  { statistics, params }: Making,
  { means, evidence }: { means: ResultRow; evidence: GroupEvidence }
): string[] {
  const { first, second } = evidence
  // Values are of patients: their id stands where a case would.
  const numbers = numbersOf(means.perCase).map((one) => ({ ...one, patient: one.id }))
  const [a, b] = [numbers.slice(0, first.patients), numbers.slice(first.patients)]
  const isIn = (name: string, patient: string): boolean =>
    spec.cases.some((item) => item.patient === patient && groupOf(params['by'] as GroupsParams['by'])(item) === name)
  if (!a.every(({ id }) => isIn(first.name, id)) || !b.every(({ id }) => isIn(second.name, id)))
    return ['its patients are not of the groups that it names']
  const found = meanDifferenceRow(
    frame,
    [
      { name: first.name, numbers: a },
      { name: second.name, numbers: b }
    ],
    statistics
  )
  const parts = differingMembers(means, found)
  return parts.length === 0 ? [] : [`the means of its patients give another difference (${parts.join(', ')})`]
}

/** In the measure of the map; a report from before areas were told has none of a flat map. */
function isAsLarge(found: MapCluster, stated: MapCluster): boolean {
  const [one, other] = found.mm3 === null ? [found.mm2, stated.mm2] : [found.mm3, stated.mm3]
  if (typeof one !== 'number' || typeof other !== 'number') return found.mm3 === null && stated.mm2 === undefined
  return Math.abs(one - other) <= 1e-5 * one
}

/** Maps are written with 24 bits of precision: so are the figures held against them. */
function mapProblems(params: GroupsParams, { row, evidence }: Stated, volume: Volume): string[] {
  const t = Float64Array.from(volume.voxels)
  const largest = t.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const { threshold, clusters } = evidence
  const { connectivity, smallest } = params
  const found =
    threshold === null ? [] : clusterTable(t, { grid: volume, connectivity, smallest }, Math.fround(threshold))
  const shown = (list: readonly MapCluster[]): unknown =>
    list.map(({ voxels, peakT, peakVoxel }) => [voxels, Math.fround(peakT), peakVoxel])
  // The affine is written with 24 bits too: places of some metres keep a thousandth of a millimetre.
  const isThere = (one: MapCluster, other: MapCluster): boolean =>
    isAsLarge(one, other) && one.peakLpsMm.every((mm, axis) => Math.abs(mm - other.peakLpsMm[axis]) <= 1e-3)
  return [
    ...(largest === Math.fround(row.value ?? 0) ? [] : ['the largest |t| is not that of the t map beside the report']),
    ...(isSame(shown(found), shown(clusters)) && found.every((one, index) => isThere(one, clusters[index]))
      ? []
      : ['the clusters are not those of the t map beside the report'])
  ]
}
