import type { Initialisation } from '@engine/criteria/experiment-run'
import type { GraphModel } from '@engine/graph/model'
import { type Weight, type WeightedLayer, weightedLayers } from '@engine/graph/weights'
import { type RandomStream, randomStream } from '@engine/tensor/random'
import { elementCount } from '@engine/tensor/tensor'
import type { ModelCard } from '@shared/model-card'

/** Weights that are re-initialised together, from the output to the stem. */
export interface CascadeStage {
  readonly name: string
  /** Names of the constants that hold them. */
  readonly weights: readonly string[]
}

/** The stages of the card; without any, one stage per layer with a kernel, each with the normalisation behind it. */
export function cascadeStages(model: GraphModel, card: Pick<ModelCard, 'cascade'>): CascadeStage[] {
  if (card.cascade.length > 0) return card.cascade.map(({ name, weights }) => ({ name, weights }))
  const stages: { name: string; weights: string[] }[] = []
  for (const layer of weightedLayers(model)) {
    const names = layer.weights.map((weight) => weight.name)
    if (layer.fanIn !== null || stages.length === 0) stages.push({ name: layer.name, weights: names })
    else stages[stages.length - 1].weights.push(...names)
  }
  return stages.reverse()
}

/** True when the model has convolutions but no normalisation nodes: it never had any, or the exporter merged them into the kernels; the file does not tell. */
export function hasFoldedBatchNorm(model: GraphModel): boolean {
  const has = (opType: string): boolean => model.nodes.some((node) => node.opType === opType)
  return has('Conv') && !has('BatchNormalization') && !has('InstanceNormalization')
}

/** How the weights of a stage are drawn: the seed, and the way (torch's own reset when not said). */
export interface WeightDraw {
  readonly seed: number
  readonly initialisation?: Initialisation
}

/**
 * New values for the weights of the named stages. Kernels and biases: `torch` draws uniformly within ±1/√fan_in, as torch's
 * `reset_parameters` does; `glorot-uniform` within ±√(6/(fan_in + fan_out)), biases 0; `matched-normal` a normal of the trained tensor's mean and
 * deviation; `permute` shuffles the trained values. Normalisation is always reset to γ 1, β 0, μ 0, σ² 1, slopes to ¼. Every weight has its own
 * stream of the seed and its name, so a stage gets the same values in every step of the cascade.
 * Source: Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018; Glorot X, Bengio Y. AISTATS 2010.
 */
export function randomisedWeights(
  model: GraphModel,
  stages: readonly CascadeStage[],
  { seed, initialisation = 'torch' }: WeightDraw
): Record<string, Float32Array> {
  const wanted = new Set(stages.flatMap((stage) => stage.weights))
  const fresh: Record<string, Float32Array> = {}
  for (const layer of weightedLayers(model)) {
    for (const weight of layer.weights) {
      if (!wanted.has(weight.name)) continue
      const stream = randomStream(seed, 'weights', weight.name)
      fresh[weight.name] = fixedValues(weight) ?? drawers[initialisation]({ model, weight, layer, stream })
    }
  }
  return fresh
}

/** What normalisation and slopes are reset to; null for what is drawn. */
function fixedValues({ role, dims }: Weight): Float32Array | null {
  const values = new Float32Array(elementCount(dims))
  switch (role) {
    case 'kernel':
    case 'bias':
      return null
    case 'gamma':
    case 'variance':
      return values.fill(1)
    case 'beta':
    case 'mean':
      return values
    case 'slope':
      return values.fill(0.25)
  }
}

interface Drawing {
  readonly model: GraphModel
  readonly weight: Weight
  readonly layer: WeightedLayer
  readonly stream: RandomStream
}

const drawers: Readonly<Record<Initialisation, (drawing: Drawing) => Float32Array>> = {
  torch: ({ weight, layer, stream }) => uniformWithin(weight, 1 / Math.sqrt(layer.fanIn ?? 1), stream),
  'glorot-uniform': ({ weight, layer, stream }) =>
    weight.role === 'bias'
      ? new Float32Array(elementCount(weight.dims))
      : uniformWithin(weight, Math.sqrt(6 / ((layer.fanIn ?? 1) + fanOut(weight, layer))), stream),
  'matched-normal': ({ model, weight, stream }) => {
    const before = trainedValues(model, weight)
    const mean = before.reduce((sum, value) => sum + value, 0) / before.length
    const deviation = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / before.length)
    return before.map(() => mean + deviation * stream.normal())
  },
  permute: ({ model, weight, stream }) => {
    const values = trainedValues(model, weight)
    for (let index = values.length - 1; index > 0; index--) {
      const other = stream.integer(index + 1)
      ;[values[index], values[other]] = [values[other], values[index]]
    }
    return values
  }
}

function uniformWithin({ dims }: Weight, bound: number, stream: RandomStream): Float32Array {
  const values = new Float32Array(elementCount(dims))
  for (let index = 0; index < values.length; index++) values[index] = (2 * stream.uniform() - 1) * bound
  return values
}

/** Outputs of a kernel times the pixels of its window. */
function fanOut({ dims }: Weight, { fanIn }: WeightedLayer): number {
  return (elementCount(dims) / (fanIn ?? 1)) * elementCount(dims.slice(2))
}

/** A copy of a weight as it was trained. */
function trainedValues({ constants }: GraphModel, { name }: Weight): Float32Array {
  return Float32Array.from(constants.get(name)!.values() as ArrayLike<number>)
}
