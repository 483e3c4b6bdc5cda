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

/** True when the model has convolutions but no normalisation nodes: the exporter merged them into the kernels. */
export function hasFoldedBatchNorm(model: GraphModel): boolean {
  const has = (opType: string): boolean => model.nodes.some((node) => node.opType === opType)
  return has('Conv') && !has('BatchNormalization') && !has('InstanceNormalization')
}

/**
 * New values for the weights of the named stages: kernels and biases uniform within ±1/√fan_in (what torch's
 * `reset_parameters` draws), normalisation γ 1, β 0, μ 0, σ² 1, slopes ¼. Every weight has its own stream of the seed
 * and its name, so a stage gets the same values in every step of the cascade.
 * Source: Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018.
 */
export function randomisedWeights(
  model: GraphModel,
  stages: readonly CascadeStage[],
  seed: number
): Record<string, Float32Array> {
  const wanted = new Set(stages.flatMap((stage) => stage.weights))
  const fresh: Record<string, Float32Array> = {}
  for (const layer of weightedLayers(model)) {
    for (const weight of layer.weights) {
      if (wanted.has(weight.name)) fresh[weight.name] = draw(weight, layer, randomStream(seed, 'weights', weight.name))
    }
  }
  return fresh
}

function draw(weight: Weight, layer: WeightedLayer, stream: RandomStream): Float32Array {
  const values = new Float32Array(elementCount(weight.dims))
  switch (weight.role) {
    case 'kernel':
    case 'bias': {
      const bound = 1 / Math.sqrt(layer.fanIn ?? 1)
      for (let i = 0; i < values.length; i++) values[i] = (2 * stream.uniform() - 1) * bound
      return values
    }
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
