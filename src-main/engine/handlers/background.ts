import { basename, dirname, join } from 'node:path'
import { Fault } from '@engine/fault'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { randomStream } from '@engine/tensor/random'
import { stack, type Tensor } from '@engine/tensor/tensor'
import type { ExperimentParts } from './experiment-parts'
import type { ModelEntry } from './model-shelf'
import { readNpyTensor } from './npy-tensor'

/** The background set beside a model: prepared inputs `[M, C, ...spatial]`; undefined when the card names none. Throws Fault `bad-card`, `not-found`. */
export async function cardBackground({ path, card }: Pick<ModelEntry, 'path' | 'card'>): Promise<Tensor | undefined> {
  const name = card.background
  if (name === undefined) return undefined
  if (name !== basename(name) || name.includes('\\')) {
    throw new Fault('bad-card', 'The background set of the model card is not a file beside the model.', {
      subject: name,
      hint: 'Put the NPY file into the model’s folder and name it without a path.'
    })
  }
  return readNpyTensor(join(dirname(path), name))
}

interface BackgroundRequest {
  readonly modelId: string
  /** The case that is explained: its patient is never part of the background. */
  readonly caseId: string
  readonly prepared: (caseId: string) => Promise<PreparedImage>
}

/**
 * The background set of an experiment: `n` cases of a split (or of the other patients), drawn by the experiment's seed, the middle slice of each; without one, the
 * card's. Undefined when there is neither.
 */
export async function experimentBackground(
  parts: ExperimentParts,
  { modelId, caseId, prepared }: BackgroundRequest
): Promise<Tensor | undefined> {
  const reference = parts.experiment.references.background
  if (reference === null) return cardBackground(parts.models.require(modelId))
  const { patient } = parts.cases.require(caseId)
  const others = parts.experiment.cases.filter(
    (item) => (reference.split === null || item.split === reference.split) && (item.patient ?? item.id) !== patient
  )
  const chosen = drawn(
    others.map(({ id }) => id),
    reference.n,
    parts.experiment.seed
  )
  if (chosen.length === 0) return undefined
  const images = await Promise.all(chosen.map(prepared))
  return stack(images.map((image) => image.input(image.plan.indices[image.plan.indices.length >> 1])))
}

/** `count` of the ids without replacement, the same for every case of the experiment as far as its patient allows. */
function drawn(ids: readonly string[], count: number, seed: number): string[] {
  const order = ids.map((id) => ({ id, at: randomStream(seed, 'background', id).uniform() }))
  return order
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ id }) => id)
}
