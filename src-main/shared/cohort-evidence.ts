import { groupCutsFigure } from './figures/group-cuts'
import { mapKindsFigure } from './figures/map-kinds'
import type { Scene } from './figures/scene'
import type { GroupEvidence, MapCluster, MapClusters } from './group-evidence'
import { decimalOr } from './number-words'
import type { Report } from './report'
import { namesOf } from './report-names'

/** Comparisons of groups with their figures; one without a plane has none. */
export function groupScenes(report: Report): { found: GroupEvidence; scene: Scene }[] {
  const names = namesOf(report)

  return (report.groups ?? []).flatMap((found) =>
    found.cuts.length === 0
      ? []
      : [
          {
            found,
            scene: groupCutsFigure(found, { label: names.method(found.method), model: names.short(found.model) })
          }
        ]
  )
}

/** Kinds of maps with their figures. */
export function kindScenes(report: Report): { found: MapClusters; scene: Scene }[] {
  const names = namesOf(report)

  return (report.mapClusters ?? []).flatMap((found) =>
    found.groups.length === 0
      ? []
      : [
          {
            found,
            scene: mapKindsFigure(found, { label: names.method(found.method), model: names.short(found.model) })
          }
        ]
  )
}

/** In what the clusters of a map are measured: maps of one slice have areas. */
export const clusterUnit = (clusters: readonly MapCluster[]): string =>
  clusters.some(({ mm2 }) => mm2 !== undefined) ? 'mm²' : 'mm³'

/** The size of a cluster in its unit. */
export const clusterSize = ({ mm2, mm3 }: MapCluster): string => decimalOr(mm2 ?? mm3, '', 1)

/** Whether there is anything to show of the cohort. */
export const hasCohort = (report: Report): boolean =>
  (report.groups ?? []).some(({ cuts }) => cuts.length > 0) ||
  (report.mapClusters ?? []).some(({ groups }) => groups.length > 0)
