import type { Initialisation } from '@engine/criteria/experiment-run'
import { Fault } from '@engine/fault'
import type { GraphModel } from '@engine/graph/model'
import { readersOf } from '@engine/graph/path'
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

/**
 * The stages of the card; without any, one stage per layer with a kernel, each with the normalisation behind it. Throws Fault `bad-card` when the
 * card names what is no weight of the file: those layers would keep their weights and their maps would look as if they did not depend on them.
 */
export function cascadeStages(model: GraphModel, card: Pick<ModelCard, 'cascade'>): CascadeStage[] {
  if (card.cascade.length > 0) {
    checkWeights(model, card)
    return card.cascade.map(({ name, weights }) => ({ name, weights }))
  }
  const stages: { name: string; weights: string[] }[] = []
  for (const layer of weightedLayers(model)) {
    const names = layer.weights.map((weight) => weight.name)
    if (layer.fanIn !== null || stages.length === 0) stages.push({ name: layer.name, weights: names })
    else stages[stages.length - 1].weights.push(...names)
  }
  return stages.reverse()
}

function checkWeights(model: GraphModel, { cascade }: Pick<ModelCard, 'cascade'>): void {
  const known = new Set(weightedLayers(model).flatMap(({ weights }) => weights.map(({ name }) => name)))
  const unknown = cascade.flatMap(({ weights }) => weights.filter((name) => !known.has(name)))
  if (unknown.length === 0) return
  const more = unknown.length === 1 ? '' : ` and ${unknown.length - 1} more`
  throw new Fault(
    'bad-card',
    `The cascade of the model card names what is no weight of a layer that could be drawn anew: "${unknown[0]}"${more}.`,
    {
      subject: unknown[0],
      hint: 'Name the initializers of the ONNX file, or leave "cascade" out: then every layer is a stage.'
    }
  )
}

/** Layers with weights that no stage of the card draws anew, by name: they stay trained to the end of the cascade. */
export function layersLeftOut(model: GraphModel, { cascade }: Pick<ModelCard, 'cascade'>): string[] {
  if (cascade.length === 0) return []
  const drawn = new Set(cascade.flatMap(({ weights }) => weights))
  return weightedLayers(model).flatMap(({ name, weights }) =>
    weights.some((weight) => !drawn.has(weight.name)) ? [name] : []
  )
}

/** Operators that normalise; where one is written out in parts, its affine part is found by its role. */
const normalising = new Set([
  'BatchNormalization',
  'InstanceNormalization',
  'LayerNormalization',
  'GroupNormalization',
  'RMSNormalization',
  'MeanVarianceNormalization',
  'SkipLayerNormalization'
])

/**
 * True when convolutions of the file may have swallowed their normalisation: it has none at all (it never had any, or the exporter merged it into
 * the kernels; the file does not tell), or it has batch normalisation, but not behind every convolution that has a bias and a window. An exporter
 * merges only what stands behind a convolution, so that networks which normalise first (DenseNet) keep some of theirs.
 */
export function hasFoldedBatchNorm(model: GraphModel): boolean {
  const layers = weightedLayers(model)
  const convolutions = layers.filter(({ opType }) => opType === 'Conv')
  if (convolutions.length === 0) return false
  const affine = layers.some(({ weights }) => weights.some(({ role }) => role === 'gamma'))
  const normalised = affine || model.nodes.some(({ opType }) => normalising.has(opType))
  if (!normalised) return true
  if (!model.nodes.some(({ opType }) => opType === 'BatchNormalization')) return false
  const readers = readersOf(model)
  return convolutions.some(
    ({ nodeIndex, weights }) =>
      // Squeeze-and-excitation has biases of its own and windows of one pixel.
      weights.some(({ role, dims }) => role === 'kernel' && dims.slice(2).some((side) => side > 1)) &&
      weights.some(({ role }) => role === 'bias') &&
      !(readers.get(model.nodes[nodeIndex].outputs[0]) ?? []).some(({ opType }) => opType === 'BatchNormalization')
  )
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
