import type { Explained } from '@engine/attribution/explainable'
import type { ModelDescription } from '@engine/compiler/describe'
import type { Volume } from '@engine/geometry/volume'
import type { ComputedMap } from './compute-map'
import { type Recipe, hashArray, hashJson } from './recipe'
import type { ProviderRecord } from '@engine/runtime/provider-choice'
import type { ModelCard } from '@shared/model-card'

interface RecipeSources {
  readonly model: {
    readonly fileName: string
    readonly sha256: string
    readonly card: ModelCard
    readonly description: ModelDescription
  }
  readonly volume: Pick<Volume, 'voxels' | 'size'>
  readonly computed: Pick<ComputedMap, 'target' | 'params'>
  readonly expression: string
  readonly of: Explained
  readonly seed: number
  readonly version: string
  /** As it stands when the map is done: steps down on the way count. */
  readonly provider: ProviderRecord
  /** Which weights; the trained ones by default. */
  readonly weights?: string
}

/** The recipe of one map: hashes of model, card and voxels, method with every parameter, target, seed, version. */
export function mapRecipe(sources: RecipeSources): Recipe {
  const { model, volume, computed } = sources
  return {
    version: 1,
    saliscope: sources.version,
    model: {
      file: model.fileName,
      sha256: model.sha256,
      card: hashJson(model.card),
      weights: sources.weights ?? 'trained',
      ...remarked(model.description.remarks)
    },
    image: { sha256: hashArray(volume.voxels), shape: [...volume.size] },
    method: { expression: sources.expression, params: { ...computed.params } },
    target: { index: computed.target.index, label: computed.target.label, of: sources.of },
    seed: sources.seed,
    provider: { ...sources.provider }
  }
}

/** Remarks as a field of the recipe; none for a model that was explained as it is. */
export function remarked(remarks: readonly string[]): { remarks?: string[] } {
  return remarks.length === 0 ? {} : { remarks: [...remarks] }
}
