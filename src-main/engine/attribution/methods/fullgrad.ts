import * as v from 'valibot'
import { srinivas2019 } from '@engine/attribution/cam-citations'
import type { BiasedLayer } from '@engine/attribution/explainable'
import { explainedScores } from '@engine/attribution/explained-scores'
import type { Attribution, AttributionContext, AttributionMethod } from '@engine/attribution/method'
import { unitRange } from '@engine/attribution/methods/cam-scaling'
import { choiceParam } from '@engine/attribution/param'
import { upsample } from '@engine/attribution/upsample'
import { Fault } from '@engine/fault'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

const params = v.object({
  rescale: choiceParam(
    {
      title: 'Rescaling',
      description:
        'Before the sum every map is brought to 0–1: channel by channel as pytorch-grad-cam, or layer by layer as in the authors’ code.'
    },
    ['channel', 'layer'],
    'channel'
  )
})
type Rescale = v.InferOutput<typeof params>['rescale']

export const fullgrad: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'fullgrad',
  title: 'FullGrad',
  group: 'Where the model looks',
  words: {
    shows:
      'What the pixels and the biases of all convolution layers contribute to the score, drawn on top of each other.',
    goodFor: 'Using every layer instead of one; no layer has to be chosen.',
    notFor: 'Evidence against the class: all contributions are taken without their sign.',
    failureModes:
      'Nearly the same for every class, since each layer is brought to the same range; biases of dense layers have no place and are left out.',
    classInsensitive: true
  },
  citation: srinivas2019,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 2,
  async attribute(context, { rescale }) {
    const { input, model, of } = context
    const layers = model.biasedLayers(of)
    const { contributions, scores } = await biasContributions(context, layers)
    const spatial = input.shape.slice(2)
    const drawn = contributions.filter(
      ({ layer, values }) => layer?.onImage !== false && values.shape.length === input.shape.length
    )
    const map = { data: new Float32Array(input.data.length / input.shape[1]), shape: [input.shape[0], 1, ...spatial] }
    for (const { values } of drawn) {
      const part = upsample(magnitude(values, rescale), spatial, 'linear')
      part.data.forEach((value, index) => (map.data[index] += value))
    }
    const delta: Attribution['notes'] = of === 'logit' ? { completenessDelta: worstDelta(scores, contributions) } : {}
    return { map, notes: { layers: drawn.length - 1, ...delta } }
  }
}

/** Gradient times input, or times bias, in the shape of the gradient; the input's own has no layer. */
interface Contribution {
  readonly layer: BiasedLayer | null
  readonly values: Tensor
}

/** One run: the gradient of the input and of everything a bias is added to. */
async function biasContributions(
  { model, input, start, of, job }: AttributionContext,
  layers: readonly BiasedLayer[]
): Promise<{ contributions: readonly Contribution[]; scores: readonly number[] }> {
  const wrt = ['input', ...layers.map(({ tensor }) => tensor)]
  const result = await model.backward({ input, start, composite: 'gradient', of, wrt }, job)
  const gradientOf = (name: string): Tensor => {
    const gradient = result.gradients.get(name)
    if (gradient === undefined) throw new Fault('internal', `The backward pass returned nothing for ${name}.`)
    return gradient
  }
  const own = gradientOf('input')
  const atInput = { data: own.data.map((value, index) => value * input.data[index]), shape: own.shape }
  return {
    contributions: [
      { layer: null, values: atInput },
      ...layers.map((layer) => ({ layer, values: timesBias(gradientOf(layer.tensor), layer) }))
    ],
    scores: explainedScores(result.scores, start)
  }
}

function timesBias({ data, shape }: Tensor, { bias, channelAxis }: BiasedLayer): Tensor {
  const inner = elementCount(shape.slice(channelAxis + 1))
  return { data: data.map((value, index) => value * bias[Math.floor(index / inner) % bias.length]), shape }
}

/** ψ of the paper: absolute values brought to 0–1, summed over the channels of `[N, K, ...]`: `[N, 1, ...]`. */
function magnitude({ data, shape }: Tensor, rescale: Rescale): Tensor {
  const absolute = { data: data.map(Math.abs), shape }
  const scaled = unitRange(absolute, rescale === 'channel' ? 2 : 1)
  const [rows, channels, ...grid] = shape
  const size = elementCount(grid)
  const sum = new Float32Array(rows * size)
  scaled.data.forEach((value, index) => {
    sum[Math.floor(index / (channels * size)) * size + (index % size)] += value
  })
  return { data: sum, shape: [rows, 1, ...grid] }
}

/**
 * Score minus the sum of all contributions, the largest over the inputs: 0 for a network of linear pieces (ReLU, max pooling), whose
 * score is exactly gradient · input + Σ gradient · bias (Srinivas 2019, proposition 2).
 */
function worstDelta(scores: readonly number[], contributions: readonly Contribution[]): number {
  const rows = scores.length
  const deltas = scores.map((score, row) =>
    contributions.reduce((left, { values }) => {
      const size = values.data.length / rows
      let sum = 0
      for (let index = row * size; index < (row + 1) * size; index++) sum += values.data[index]
      return left - sum
    }, score)
  )
  return deltas.reduce((worst, delta) => (Math.abs(delta) > Math.abs(worst) ? delta : worst), 0)
}
