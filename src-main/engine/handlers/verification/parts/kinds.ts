import { kindsSentence, labelCounts, type MapKindsParams } from '@engine/criteria/map-kinds'
import { eigengap } from '@shared/eigengap'
import type { MapClusters } from '@shared/group-evidence'
import type { ResultRow } from '@shared/report'
import type { ReportAgain } from '../makings'
import { differingMembers, isSame, named, type ReportPart, type Wrong } from './part'

/** Kinds of maps: silhouettes of the row and of every kind, members and their findings. */
export const kindsPart: ReportPart = {
  title: 'groupings of maps into kinds',
  again(of) {
    const rows = of.report.results.filter(({ criterion, n }) => criterion === 'cues.kinds' && n > 0)
    return {
      drawn: rows.length,
      wrong: rows.flatMap((row) => {
        const what = named('kinds of maps', row.method, row.model)
        return kindsProblems(of, row).map((reason): Wrong => ({ what, reason }))
      }),
      asWritten:
        rows.length === 0
          ? []
          : [
              'mean maps of kinds of maps (no map is kept), and the silhouettes and eigenvalues that decided their number'
            ]
    }
  }
}

function kindsProblems(of: ReportAgain, row: ResultRow): string[] {
  const evidence = of.report.mapClusters?.find(({ model, method }) => model === row.model && method === row.method)
  const making = of.of('map-kinds')
  if (evidence === undefined || making === undefined) return ['there is no grouping that belongs to its row']
  const { n, patients, value, sd, ci95 } = making.statistics.summarise(of.numbersOf(row.perCase))
  const stated = { n: row.n, patients: row.patients, value: row.value, sd: row.sd, ci95: row.ci95 }
  const parts = differingMembers(stated, { n, patients, value, sd, ci95 })
  return [
    ...(parts.length === 0 ? [] : [`its silhouettes give another row (${parts.join(', ')})`]),
    ...(row.value === evidence.silhouette ? [] : ['the silhouette of its grouping is not the row’s']),
    ...(row.verdict.reason === kindsSentence(evidence.groups, { value, ci95 }) ? [] : ['its sentence is another one']),
    ...numberProblems(evidence, row.n, making.params as unknown as MapKindsParams),
    ...meanProblems(evidence, making.params as unknown as MapKindsParams),
    ...groupProblems(of, row, evidence)
  ]
}

/** How many kinds there are is decided by what was tried: the best silhouette, or the largest gap of the eigenvalues. */
function numberProblems(
  { tried, eigenvalues, silhouette, groups }: MapClusters,
  images: number,
  { most, grouping }: MapKindsParams
): string[] {
  const limit = Math.min(most, images - 1)
  const numbers = tried.map((one) => one.groups)
  if (
    !isSame(
      numbers,
      Array.from({ length: limit - 1 }, (_, index) => index + 2)
    )
  )
    return [`it does not hold a silhouette of every number of kinds from 2 to ${limit}`]
  if ((grouping === 'spectral') !== (eigenvalues !== undefined))
    return ['its eigenvalues are not those of the grouping that was asked for']
  const best = tried.reduce((high, one) =>
    (one.silhouette ?? -Infinity) > (high.silhouette ?? -Infinity) ? one : high
  )
  const chosen = eigenvalues === undefined ? best : tried[eigengap(eigenvalues, limit) - 2]
  return chosen.silhouette === silhouette && groups.length <= chosen.groups
    ? []
    : [`what was tried decides for ${chosen.groups} kinds, written are ${groups.length}`]
}

/** Cells of a mean map are printed with four digits: their sum is one but for that. */
const digits = 5e-4

function meanProblems({ height, width, groups }: MapClusters, { side }: MapKindsParams): string[] {
  if (height > side || width > side) return [`its maps are larger than ${side} × ${side}`]
  return groups.flatMap(({ mean }, index) => {
    const sum = mean.reduce((total, value) => total + value, 0)
    return mean.length === height * width && Math.abs(sum - 1) <= digits
      ? []
      : [`the mean map of kind ${index + 1} does not add up to one`]
  })
}

function groupProblems({ spec }: ReportAgain, { perCase }: ResultRow, { groups }: MapClusters): string[] {
  const silhouettes = new Map(perCase.map(({ case: id, value }) => [id, value]))
  const members = groups.flatMap((group) => group.members)
  if (members.length !== perCase.length || new Set(members).size !== members.length)
    return ['its kinds do not hold every image once']
  return groups.flatMap((group, index) => {
    const own = group.members.map((id) => silhouettes.get(id) ?? null)
    if (own.some((value) => value === null)) return [`kind ${index + 1} has an image without a silhouette`]
    const mean = own.reduce<number>((sum, value) => sum + value!, 0) / own.length
    const labels = labelCounts(spec.cases.filter(({ id }) => group.members.includes(id)))
    return isSame([mean, labels], [group.silhouette, group.labels])
      ? []
      : [`the silhouette or the findings of kind ${index + 1} are not those of its images`]
  })
}
