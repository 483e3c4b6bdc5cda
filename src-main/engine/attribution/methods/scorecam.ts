import { wang2020 } from '@engine/attribution/cam-citations'
import { chunkSize } from '@engine/attribution/chunk'
import { explainedScores } from '@engine/attribution/explained-scores'
import type { AttributionContext } from '@engine/attribution/method'
import type { CamLayer } from '@engine/attribution/methods/cam'
import { camMethod } from '@engine/attribution/methods/cam-method'
import { weightedSum } from '@engine/attribution/methods/cam-sums'
import { upsample } from '@engine/attribution/upsample'
import { throwIfCancelled } from '@engine/job'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** Guards the scaling of a constant channel, as pytorch-grad-cam does. */
const epsilon = 1e-8
const masksAtOnce = 32
/** For the forecast, which does not know the layer: a late layer of a usual network. */
const usualChannels = 512

/** Weights: softmax over the channels of the score of the image seen through each channel, enlarged with corners aligned, as a 0–1 mask. */
export const scorecam = camMethod({
  id: 'scorecam',
  title: 'Score-CAM',
  group: 'Where the model looks',
  words: {
    shows: 'Which patterns of the layer keep the score high when the image is seen only through them.',
    goodFor: 'Models without usable gradients; a what-if question asked of every channel.',
    notFor: 'Many images in a row: one pass for every channel of the layer.',
    failureModes:
      'Weights are a softmax of raw scores: with small scores all channels count alike, with large ones a single channel decides.',
    classInsensitive: false
  },
  citation: wang2020,
  withGradient: false,
  batched: false,
  passes: () => usualChannels / 3,
  async cells(layer, context) {
    const scores = await maskedScores(layer, context)
    return { cells: weightedSum(layer, softmax(scores)), notes: { channels: scores.length } }
  }
})

/** The explained score of the image under the mask of each channel. */
async function maskedScores(layer: CamLayer, { model, input, start, of, job }: AttributionContext): Promise<number[]> {
  const channels = layer.activation.shape[1]
  const scores: number[] = []
  const chunk = chunkSize(input.data.length, masksAtOnce)
  for (let first = 0; first < channels; first += chunk) {
    throwIfCancelled(job)
    const count = Math.min(chunk, channels - first)
    const batch = masked(input, channelMasks(layer.activation, { first, count }, input.shape.slice(2)))
    scores.push(...explainedScores(await model.predict(batch, of, job), start))
    job.progress('channels', first + count, channels)
  }
  return scores
}

/** Masks `[count, 1, ...spatial]` in 0–1. */
function channelMasks(
  { data, shape }: Tensor,
  { first, count }: { first: number; count: number },
  spatial: readonly number[]
): Tensor {
  const grid = shape.slice(2)
  const size = elementCount(grid)
  const planes = { data: data.subarray(first * size, (first + count) * size), shape: [count, 1, ...grid] }
  const masks = upsample(planes, spatial, 'corners')
  const pixels = elementCount(spatial)
  const scaled = new Float32Array(masks.data.length)
  for (let from = 0; from < scaled.length; from += pixels) {
    let [low, high] = [Infinity, -Infinity]
    for (let index = from; index < from + pixels; index++) {
      low = Math.min(low, masks.data[index])
      high = Math.max(high, masks.data[index])
    }
    for (let index = from; index < from + pixels; index++)
      scaled[index] = (masks.data[index] - low) / (high - low + epsilon)
  }
  return { data: scaled, shape: masks.shape }
}

/** The input `[1, C, ...spatial]` times each mask: `[count, C, ...spatial]`. */
function masked(input: Tensor, masks: Tensor): Tensor {
  const count = masks.shape[0]
  const pixels = masks.data.length / count
  const length = input.data.length
  const data = new Float32Array(count * length)
  for (let copy = 0; copy < count; copy++) {
    for (let index = 0; index < length; index++)
      data[copy * length + index] = input.data[index] * masks.data[copy * pixels + (index % pixels)]
  }
  return { data, shape: [count, ...input.shape.slice(1)] }
}

function softmax(scores: readonly number[]): Float64Array {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity)
  const powers = Float64Array.from(scores, (score) => Math.exp(score - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}
