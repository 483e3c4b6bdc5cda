import { classifiers } from '@engine/criteria/case-choice'
import type { RunModel, RunSpec } from '@engine/criteria/experiment-run'

/** Training runs of one architecture on one training set. */
export interface ReplicateGroup {
  readonly architecture: string
  readonly trainedOn: string | null
  /** By replicate number. */
  readonly models: readonly RunModel[]
}

/** Classifiers grouped by architecture and training set: only models of one group are replicates of each other. */
export function replicateGroups(spec: RunSpec): ReplicateGroup[] {
  const groups = new Map<string, RunModel[]>()
  for (const model of classifiers(spec)) {
    const key = JSON.stringify([model.architecture, model.trainedOn])
    groups.set(key, [...(groups.get(key) ?? []), model])
  }
  return [...groups.values()].map((models) => ({
    architecture: models[0].architecture,
    trainedOn: models[0].trainedOn,
    models: models.toSorted((left, right) => (left.replicate ?? 0) - (right.replicate ?? 0))
  }))
}

export type ModelPair = readonly [RunModel, RunModel]

/** All pairs inside a group whose replicate numbers differ (or are unknown). */
export function replicatePairs(group: ReplicateGroup): ModelPair[] {
  return group.models.flatMap((first, index) =>
    group.models.slice(index + 1).flatMap((second): ModelPair[] => {
      const same = first.replicate !== null && first.replicate === second.replicate
      return same ? [] : [[first, second]]
    })
  )
}

/** Pairs of groups of different architecture that were trained on the same set. */
export function architecturePairs(groups: readonly ReplicateGroup[]): [ReplicateGroup, ReplicateGroup][] {
  return groups.flatMap((first, index) =>
    groups
      .slice(index + 1)
      .filter((second) => second.architecture !== first.architecture && second.trainedOn === first.trainedOn)
      .map((second): [ReplicateGroup, ReplicateGroup] => [first, second])
  )
}

/** Foils: the first model of two groups of one architecture that were trained on different sets. */
export function foilPairs(groups: readonly ReplicateGroup[]): ModelPair[] {
  return groups.flatMap((first, index) =>
    groups
      .slice(index + 1)
      .filter((second) => second.architecture === first.architecture)
      .map((second): ModelPair => [first.models[0], second.models[0]])
  )
}

/** Pairs of models, one of either group. */
export function crossPairs([first, second]: readonly [ReplicateGroup, ReplicateGroup]): ModelPair[] {
  return first.models.flatMap((a) => second.models.map((b): ModelPair => [a, b]))
}
