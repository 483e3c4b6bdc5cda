import type { Explainable } from '@engine/attribution/explainable'
import type { ReducedMap } from '@engine/criteria/experiment-run'
import type { Job } from '@engine/job'
import { type Tensor, zeros } from '@engine/tensor/tensor'

/**
 * What activations do under re-initialised weights: `vanished` when a target layer is zero everywhere, `exploded` when
 * something is not finite. A map made then says nothing about the method.
 */
export async function weightActivity(model: Explainable, input: Tensor, job: Job): Promise<ReducedMap['activations']> {
  const layers = model.layers.map((layer) => layer.tensor)
  const start = zeros([1, model.outputs])
  start.data[0] = 1
  const result = await model.backward({ input, start, composite: 'gradient', of: 'logit', wrt: ['input'], activations: layers }, job)
  const seen = [result.scores, ...result.activations.values()]
  if (seen.some(({ data }) => data.some((value) => !Number.isFinite(value)))) return 'exploded'
  return seen.some(({ data }) => data.every((value) => value === 0)) ? 'vanished' : 'normal'
}
