import { desai2020 } from '@engine/attribution/cam-citations'
import { chunkSize } from '@engine/attribution/chunk'
import { explainedScores } from '@engine/attribution/explained-scores'
import { withoutChannels } from '@engine/attribution/layer-places'
import type { Attribution, AttributionContext } from '@engine/attribution/method'
import type { CamLayer } from '@engine/attribution/methods/cam'
import { type CamCells, camMethod } from '@engine/attribution/methods/cam-method'
import { weightedSum } from '@engine/attribution/methods/cam-sums'
import { throwIfCancelled } from '@engine/job'

const ablationsAtOnce = 64
/** For the forecast, which does not know the layer: a late layer of a usual network, of which only the end is run. */
const usualPasses = 512 / 20

/**
 * Weights (y − y_k) ÷ y: the relative fall of the score y when channel k of the layer is set to 0 (Desai 2020, equation 4). Only the
 * part of the model behind the layer is run. pytorch-grad-cam agrees where a ReLU follows the layer or its minimum is 0;
 * elsewhere it writes a huge negative number instead of 0, which the paper does not ask for.
 */
export const ablationcam = camMethod({
  id: 'ablationcam',
  title: 'Ablation-CAM',
  group: 'Where the model looks',
  words: {
    shows: 'Which patterns of the layer the score falls without: each channel is switched off in turn.',
    goodFor: 'Models whose gradients vanish; a direct what-if question about what the model has learned.',
    notFor: 'Scores near zero or below: the fall is taken relative to the score, so its sign turns with it.',
    failureModes:
      'A negative score turns every weight around, which the recipe notes; channels that replace each other all look unimportant.',
    classInsensitive: false
  },
  citation: desai2020,
  withGradient: false,
  batched: false,
  passes: () => usualPasses,
  cells: relativeFalls
})

async function relativeFalls(layer: CamLayer, context: AttributionContext): Promise<CamCells> {
  const { model, input, start, of, job } = context
  const [whole] = explainedScores(await model.predict(input, of, job), start)
  const channels = layer.activation.shape[1]
  const weights = new Float64Array(channels)
  if (whole === 0)
    return { cells: weightedSum(layer, weights), notes: { undefinedWeights: 'The score is 0: no relative fall.' } }
  const chunk = chunkSize(layer.own.data.length, ablationsAtOnce)
  for (let first = 0; first < channels; first += chunk) {
    throwIfCancelled(job)
    const count = Math.min(chunk, channels - first)
    const activation = withoutChannels(layer.own, layer.info, first, count)
    const scores = await model.predictFrom({ layer: layer.info.tensor, activation, input, of }, job)
    explainedScores(scores, start).forEach((score, index) => (weights[first + index] = (whole - score) / whole))
    job.progress('channels', first + count, channels)
  }
  const turned: Attribution['notes'] =
    whole < 0 ? { turnedWeights: 'The score is negative, so the sign of every weight is turned.' } : {}
  return { cells: weightedSum(layer, weights), notes: { channels, ...turned } }
}
