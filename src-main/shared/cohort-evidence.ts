import { groupCutsFigure } from './figures/group-cuts'
import { mapKindsFigure } from './figures/map-kinds'
import type { Scene } from './figures/scene'
import type { GroupEvidence, MapClusters } from './group-evidence'
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

/** Whether there is anything to show of the cohort. */
export const hasCohort = (report: Report): boolean =>
  (report.groups ?? []).some(({ cuts }) => cuts.length > 0) ||
  (report.mapClusters ?? []).some(({ groups }) => groups.length > 0)
