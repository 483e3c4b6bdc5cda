import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import { parseTarget, resolveTargets, type ResolvedTarget } from '@engine/attribution/target'
import type { ModelMetric } from '@engine/criteria/model-metrics'
import type { Answers, Explained } from '@engine/criteria/perturbation-scores'
import type { SteadinessMetric } from '@engine/criteria/steadiness-metrics'
import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import { parseParams } from '@engine/metrics/evaluate'
import type { Computed } from '@engine/metrics/metric'
import { fitsInput } from '@engine/metrics/perturbation/perturbed-input'
import { elementCount, row, type Tensor } from '@engine/tensor/tensor'
import { cardBackground } from './background'
import type { ModelEntry } from './model-shelf'
import { readNpyTensor } from './npy-tensor'
import { predictRows } from './predict-rows'
import { probabilitiesOf, targetChoices } from './predict'

export interface ModelScoreOrder {
  readonly model: ModelEntry
  readonly tensorPath: string
  readonly target: string
  readonly seed: number
  readonly params: Readonly<Record<string, string>>
}

/**
 * One metric that asks the model again, for a map in an NPY file over a raw model input `[1, C, ...spatial]`; the map is `[...spatial]`, with leading
 * axes of one where there are any, or as signed attribution `[1, C, ...spatial]` (channels are summed; ranked by their absolute sum).
 * The answer is the probability of the target where the card names an activation, else the logit. Throws Fault `geometry-mismatch`, `bad-image`,
 * `usage`, `bad-parameter`.
 */
export async function scoreWithModel(
  metric: ModelMetric,
  { mapPath, ...order }: ModelScoreOrder & { mapPath: string },
  job: Job
): Promise<Computed> {
  const params = parseParams(metric, order.params)
  const { input, target } = await askedInput(order, job)
  const map = await readNpyTensor(mapPath)
  const { values, signed } = onePlane(map, input)
  const output = order.model.card.outputs[0]
  const logits: Answers = async (inputs) => {
    const scores = await predictRows(order.model, inputs, job)
    return scores.map((scored) => scored[target.index])
  }
  const answers: Answers = async (inputs) => {
    const scores = await predictRows(order.model, inputs, job)
    return scores.map((scored) => probabilitiesOf(scored, output)[target.index] ?? scored[target.index])
  }
  const [before, beforeLogit] = [(await answers([input])) as number[], (await logits([input])) as number[]]
  const explained: Explained = { input, map: values, signed, before: before[0], seed: order.seed }
  return metric.compute(explained, { answers, logits, beforeLogit: beforeLogit[0] }, params)
}

/** The same for what needs the method itself: how far its map moves under small changes of the input. */
export async function scoreSteadiness(
  metric: SteadinessMetric,
  { method, ...order }: ModelScoreOrder & { method: string },
  job: Job
): Promise<Computed> {
  const params = parseParams(metric, order.params)
  const { input, target } = await askedInput(order, job)
  const expression = parseExpression(method)
  const model = await order.model.explainable(job)
  const explain = async (changed: Tensor): Promise<Float32Array> => {
    const { seed } = order
    const background = (): Promise<Tensor | undefined> => cardBackground(order.model)
    const context = { model, input: changed, start: target.start, of: 'logit' as const, seed, background, job }
    return (await runExpression({ ...context, loadTensor: readNpyTensor }, expression, {})).map.data
  }
  return metric.compute({ input, explain, seed: order.seed }, params)
}

async function askedInput(order: ModelScoreOrder, job: Job): Promise<{ input: Tensor; target: ResolvedTarget }> {
  const input = await readNpyTensor(order.tensorPath)
  const model = await order.model.explainable(job)
  if (input.shape[0] !== 1 || input.shape.slice(1).join() !== model.inputShape.join()) {
    throw new Fault(
      'geometry-mismatch',
      `The tensor has shape [${input.shape.join(', ')}]; the model takes [1, ${model.inputShape.join(', ')}].`,
      { subject: 'tensor', hint: 'Give one prepared input.' }
    )
  }
  const scores = row(await model.predict(input, 'logit', job), 0)
  const [target] = resolveTargets(
    parseTarget(order.target),
    scores,
    targetChoices(order.model.card.outputs[0], model.outputs)
  )
  return { input, target }
}

/** A map as one value a pixel: its magnitude for ranking, and its signed sum. */
function onePlane(map: Tensor, input: Tensor): { values: Float32Array; signed: Float32Array } {
  const spatial = input.shape.slice(2)
  const pixels = elementCount(spatial)
  const channels = map.data.length / pixels
  const shape = map.shape.slice(-spatial.length)
  if (
    shape.join() !== spatial.join() ||
    (channels !== 1 && channels !== input.shape[1]) ||
    !fitsInput(spatial, input)
  ) {
    throw new Fault(
      'geometry-mismatch',
      `The map has shape [${map.shape.join(', ')}]; the model's input has ${spatial.join(' × ')} pixels.`,
      { subject: 'map', hint: 'Score a map on the pixels of the model input.' }
    )
  }
  if (map.data.some((value) => !Number.isFinite(value))) {
    throw new Fault('bad-image', 'The map holds values that are not finite (NaN or infinity).', { subject: 'map' })
  }
  const [values, signed] = [new Float32Array(pixels), new Float32Array(pixels)]
  for (let index = 0; index < map.data.length; index++) {
    signed[index % pixels] += map.data[index]
    values[index % pixels] += channels === 1 ? map.data[index] : Math.abs(map.data[index])
  }
  return { values, signed }
}
