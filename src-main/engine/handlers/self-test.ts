import type { BackwardRequest, BackwardResult } from '@engine/attribution/explainable'
import { asFault } from '@engine/fault'
import type { AssembledModel } from '@engine/handlers/assembled-model'
import type { Job } from '@engine/job'
import type { Trial } from '@engine/runtime/provider-choice'
import { randomStream } from '@engine/tensor/random'
import { elementCount, full, row, type Tensor } from '@engine/tensor/tensor'

/** The variant of the backward pass that is tried. */
export const triedVariant = { composite: 'gradient', of: 'logit', wrt: ['input'] } as const

/** Relative size of the rounding error that shows how far a gradient depends on single ReLU flips. */
const roundingError = 1e-6

/**
 * The gradient of one seeded input, or the scores alone of a model that has no gradient: what a provider is trusted by.
 * Throws what compiling and the host throw.
 */
export async function selfTest(model: AssembledModel, job: Job): Promise<Trial> {
  const stream = randomStream(1, 'self-test')
  const input = {
    data: Float32Array.from({ length: elementCount(model.inputShape) }, () => stream.normal()),
    shape: [1, ...model.inputShape]
  }
  const start = full([1, model.outputs], 1)
  try {
    return await backwardTrial(model, { input, start, ...triedVariant }, job)
  } catch (thrown) {
    if (asFault(thrown).code !== 'unsupported-op') throw thrown
    const scores = await model.predict(input, 'logit', job)
    const begun = performance.now()
    await model.predict(moved(input), 'logit', job)
    return { scores, results: [], nearby: [], seconds: (performance.now() - begun) / 1000 }
  }
}

/** The first row of a request on a model, and the same row moved by a rounding error. */
export async function backwardTrial(model: AssembledModel, request: BackwardRequest, job: Job): Promise<Trial> {
  const { scores, ...first } = await model.backward(firstRow(request), job)
  const begun = performance.now()
  const nearby = await model.backward({ ...firstRow(request), input: moved(row(request.input, 0)) }, job)
  const seconds = (performance.now() - begun) / 1000
  return { scores, results: results(first), nearby: results(nearby), seconds }
}

function firstRow(request: BackwardRequest): BackwardRequest {
  return { ...request, input: row(request.input, 0), start: row(request.start, 0) }
}

/** Every value by a share of the largest, flat areas too: a tie in a max pooling is a kink like a ReLU's. */
function moved({ data, shape }: Tensor): Tensor {
  const stream = randomStream(1, 'rounding error')
  const step = roundingError * (data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1)
  return { data: data.map((value) => value + step * stream.normal()), shape }
}

function results({ gradients, activations }: Pick<BackwardResult, 'gradients' | 'activations'>): Tensor[] {
  return [...gradients.values(), ...activations.values()]
}
