import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { clusterTable } from '@engine/criteria/groups/cluster-table'
import { tMapName } from '@engine/criteria/groups/files'
import { differenceRow, meanDifferenceRow, type GroupFrame } from '@engine/criteria/groups/rows'
import { againstShuffled } from '@engine/criteria/groups/voxel-tests'
import { groupOf, groups, type GroupsParams } from '@engine/criteria/groups'
import { asFault } from '@engine/fault'
import { loadVolume } from '@engine/formats/load'
import { maximumP } from '@engine/metrics/statistics/max-statistic'
import type { GroupEvidence, MapCluster } from '@shared/group-evidence'
import type { ResultRow } from '@shared/report'
import { safeName } from '../../safe-name'
import type { Making, ReportAgain } from '../makings'
import { differingMembers, isSame, named, type PartFound, type ReportPart, type Wrong } from './part'

/** Maps of groups: largest |t|, p and verdict from the shuffled labels, clusters from the t map beside the report, mean differences by patient. */
export const groupsPart: ReportPart = {
  title: 'comparisons of groups of maps',
  async again(of) {
    const making = of.of('groups')
    const evidence = of.report.groups ?? []
    const found: PartFound[] = []
    if (making !== undefined) for (const one of evidence) found.push(await groupAgain(of, making, one))
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
  const t = await readT(of.folder, evidence)
  const reasons = [
    ...(maxima === undefined ? [] : differenceProblems(frame, making, { row, evidence, maxima })),
    ...meanProblems(of, frame, making, { means, evidence }),
    ...(typeof t === 'string' ? [] : mapProblems(params, { row, evidence }, t))
  ]
  return {
    drawn: 1,
    wrong: reasons.slice(0, 1).map((reason): Wrong => ({ what, reason })),
    asWritten: [
      'figures and sign checks of groups of maps',
      ...(maxima === undefined ? ['p values of groups of maps'] : []),
      ...(typeof t === 'string' ? [`clusters of groups of maps (${t})`] : [])
    ]
  }
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

type TMap = Awaited<ReturnType<typeof loadVolume>>['volume']

/** The t map that lies beside the report; a phrase where there is none. */
async function readT(folder: string, { files, first, second }: GroupEvidence): Promise<TMap | string> {
  const name = `${safeName(tMapName(first.name, second.name))}.nii.gz`
  const file = files.find((one) => basename(one) === name && !one.includes('..'))
  const none = `the t map of ${first.name} against ${second.name} does not lie beside the report`
  if (file === undefined || !existsSync(join(folder, file))) return none
  try {
    return (await loadVolume(join(folder, file))).volume
  } catch (thrown) {
    if (asFault(thrown).code === 'cancelled') throw thrown
    return none
  }
}

/** In the measure of the map; a report from before areas were told has none of a flat map. */
function isAsLarge(found: MapCluster, stated: MapCluster): boolean {
  const [one, other] = found.mm3 === null ? [found.mm2, stated.mm2] : [found.mm3, stated.mm3]
  if (typeof one !== 'number' || typeof other !== 'number') return found.mm3 === null && stated.mm2 === undefined
  return Math.abs(one - other) <= 1e-5 * one
}

/** Maps are written with 24 bits of precision: so are the figures held against them. */
function mapProblems(params: GroupsParams, { row, evidence }: Stated, volume: TMap): string[] {
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
