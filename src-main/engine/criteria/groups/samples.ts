import type { CaseSource } from '@engine/criteria/case-maps'
import type { ExperimentRun, GroupMap, RunCase, RunMethod, RunModel } from '@engine/criteria/experiment-run'
import type { Pace } from '@engine/criteria/pace'
import { emptySums, withMap, type MapSums } from '@engine/metrics/statistics/map-sums'

/** Maps of one group in the common space. */
export interface GroupSample {
  readonly name: string
  readonly images: number
  /** One map a patient: the mean of the patient's images, since images of one patient are not independent. */
  readonly patients: readonly { readonly patient: string; readonly map: Float32Array }[]
  /** Over the patients. */
  readonly sums: MapSums
}

export interface GroupSamples {
  readonly first: GroupSample
  readonly second: GroupSample
  readonly space: GroupMap
  /** Patients with images in both groups, left out. */
  readonly inBoth: readonly string[]
  readonly reasons: readonly string[]
}

export interface SampleOrder {
  readonly model: RunModel
  readonly method: RunMethod
  /** Output by number, or null for the experiment's rule. */
  readonly target: string | null
  readonly signed: boolean
  readonly groupOf: (item: RunCase) => string
  readonly names: readonly [string, string]
}

/** Maps of two groups are kept in memory up to this size, for the permutations. */
const mostBytes = 1.5 * 2 ** 30

/** Collects the maps of two groups by patient; a phrase where that cannot be. */
export async function groupSamples(
  run: ExperimentRun,
  source: CaseSource,
  order: SampleOrder,
  pace: Pace
): Promise<GroupSamples | string> {
  const cases = run.spec.cases.filter((item) => order.names.includes(order.groupOf(item)))
  const groupsOf = new Map<string, Set<string>>()
  for (const item of cases)
    groupsOf.set(item.patient, (groupsOf.get(item.patient) ?? new Set()).add(order.groupOf(item)))
  const inBoth = [...groupsOf].filter(([, groups]) => groups.size > 1).map(([patient]) => patient)
  const kept = cases.filter(({ patient }) => !inBoth.includes(patient))
  const maps = new Map<string, { group: string; sums: MapSums; map: Float32Array }>()
  const reasons: string[] = []
  const images = new Map(order.names.map((name) => [name, 0]))
  let space: GroupMap | null = null
  for (const item of kept) {
    await pace()
    const address = { modelId: order.model.id, caseId: item.id, methodId: order.method.id }
    const map = await source.ask(address, () =>
      run.groupMap({ ...address, target: order.target, signed: order.signed }, source.job)
    )
    if (typeof map === 'string') {
      reasons.push(map)
      continue
    }
    space ??= map
    if (map.size.join() !== space.size.join())
      return `images of ${map.size.join(' × ')} and ${space.size.join(' × ')} voxels have no common space; give one ("space")`
    if (4 * map.values.length * (maps.size + 1) > mostBytes)
      return 'the maps of all patients together do not fit in memory; give a coarser common space'
    const group = order.groupOf(item)
    images.set(group, images.get(group)! + 1)
    const before = maps.get(item.patient)?.sums ?? emptySums(map.values.length)
    const sums = withMap(before, map.values)
    // The sums of a patient with one image are the image; only their mean is kept once the patient is done.
    maps.set(item.patient, { group, sums, map: Float32Array.from(sums.mean) })
  }
  if (space === null) return reasons[0] ?? 'no image belongs to these groups'
  const length = space.values.length
  const sample = (name: string): GroupSample => {
    const patients = [...maps].flatMap(([patient, { group, map }]) => (group === name ? [{ patient, map }] : []))
    const sums = patients.reduce((total, { map }) => withMap(total, map), emptySums(length))
    return { name, images: images.get(name)!, patients, sums }
  }
  return { first: sample(order.names[0]), second: sample(order.names[1]), space, inBoth, reasons }
}
