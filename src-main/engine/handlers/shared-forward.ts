import type { BackwardRequest, BackwardResult, Explainable } from '@engine/attribution/explainable'
import type { Job } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'

/** Most backward passes written into one graph: each adds its nodes to the session. */
const mostStarts = 8

interface Waiting {
  readonly request: BackwardRequest
  readonly job: Job
  readonly resolve: (result: BackwardResult) => void
  readonly reject: (reason: unknown) => void
}

/** One of several computations that share forward passes; `done` when it needs no more. */
export interface SharedModel {
  readonly model: Explainable
  done(): void
}

/**
 * Views of one model for several targets explained at the same time. When all of them wait for a backward pass, those
 * that ask for the same thing of the same input (steps of integrated gradients, noisy copies of one seed) get one
 * forward pass with a backward pass each; others get a run of their own. What a method computes does not change.
 */
export function sharingForward(model: Explainable, count: number): readonly SharedModel[] {
  let active = count
  let waiting: Waiting[] = []
  const flushWhenAllWait = (): void => {
    if (waiting.length === 0 || waiting.length < active) return
    const batch = waiting
    waiting = []
    for (const group of alike(batch)) void answer(model, group)
  }
  return Array.from({ length: count }, () => {
    let isDone = false
    return {
      model: viewOf(
        model,
        (request, job) =>
          new Promise((resolve, reject) => {
            waiting.push({ request, job, resolve, reject })
            flushWhenAllWait()
          })
      ),
      done: () => {
        if (isDone) return
        isDone = true
        active -= 1
        flushWhenAllWait()
      }
    }
  })
}

function viewOf(model: Explainable, backward: Explainable['backward']): Explainable {
  const { inputShape, outputs, black, white, layers } = model
  return {
    inputShape,
    outputs,
    black,
    white,
    layers,
    layer: (tensor) => model.layer(tensor),
    biasedLayers: (of) => model.biasedLayers(of),
    predict: (batch, of, job) => model.predict(batch, of, job),
    predictFrom: (replacement, job) => model.predictFrom(replacement, job),
    backward
  }
}

/** Requests that differ in their start alone, at most so many together. */
function alike(waiting: readonly Waiting[]): Waiting[][] {
  const groups: Waiting[][] = []
  for (const one of waiting) {
    const group = groups.find(([first, ...rest]) => rest.length + 1 < mostStarts && isAlike(first.request, one.request))
    if (group === undefined) groups.push([one])
    else group.push(one)
  }
  return groups
}

function isAlike(a: BackwardRequest, b: BackwardRequest): boolean {
  const about = ({ composite, of, wrt, activations = [], input, start }: BackwardRequest): string =>
    JSON.stringify([composite, of, wrt, activations, input.shape, start.shape])
  // Relevance propagation and comparisons with a baseline carry sums of their own per start.
  const isPlain = typeof a.composite === 'string' && a.baseline === undefined && b.baseline === undefined
  return isPlain && about(a) === about(b) && sameValues(a.input, b.input)
}

function sameValues(a: Tensor, b: Tensor): boolean {
  return a.data === b.data || a.data.every((value, index) => value === b.data[index])
}

async function answer(model: Explainable, group: readonly Waiting[]): Promise<void> {
  const [{ request, job }] = group
  try {
    const results =
      group.length > 1 && model.backwardEach !== undefined
        ? await model.backwardEach(
            request,
            group.map((one) => one.request.start),
            job
          )
        : await Promise.all(group.map((one) => model.backward(one.request, one.job)))
    for (const [index, one] of group.entries()) one.resolve(results[index])
  } catch (thrown) {
    for (const one of group) one.reject(thrown)
  }
}

/** Runs one computation per target over shared forward passes. Throws what the first failing one throws, when all have ended. */
export async function forEachTarget<Target, Result>(
  model: Explainable,
  targets: readonly Target[],
  compute: (model: Explainable, target: Target, index: number) => Promise<Result>
): Promise<Result[]> {
  if (targets.length === 1) return [await compute(model, targets[0], 0)]
  const shared = sharingForward(model, targets.length)
  const ended = await Promise.allSettled(
    targets.map((target, index) => compute(shared[index].model, target, index).finally(shared[index].done))
  )
  return ended.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}
