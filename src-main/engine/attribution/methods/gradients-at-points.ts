import { setImmediate } from 'node:timers/promises'
import { chunkSize } from '@engine/attribution/chunk'
import type { AttributionContext, PreliminaryMap } from '@engine/attribution/method'
import { inputGradient } from '@engine/attribution/methods/input-gradient'
import { throwIfCancelled } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'

/** Inputs at which the gradient is wanted, made one after the other. */
export interface Points {
  readonly count: number
  /** Writes input `index` (flat, `C · spatial` values); called once per point, in order. */
  fill(index: number, target: Float32Array): void
  /** Takes the gradient of the explained score at input `index`; called once per point, in order. */
  take(index: number, gradient: Float32Array): void
  /** What the map would be with the points taken so far; absent where that would say nothing. */
  soFar?(): Tensor
}

const pointsAtOnce = 16

/** Plain gradients at many points; the next piece is prepared while the inference process works on this one. Throws what the model throws. */
export async function gradientsAtPoints(context: AttributionContext, points: Points, stage: string): Promise<void> {
  const { input, job } = context
  const size = input.data.length
  const chunk = chunkSize(size, pointsAtOnce)
  const prepared = async (first: number): Promise<Tensor | null> => {
    const count = Math.min(chunk, points.count - first)
    if (count <= 0) return null
    const data = new Float32Array(count * size)
    for (let step = 0; step < count; step++) {
      // The run these inputs are prepared beside must be on its way, and a cancel must be heard.
      await setImmediate()
      points.fill(first + step, data.subarray(step * size, (step + 1) * size))
    }
    return { data, shape: [count, ...input.shape.slice(1)] }
  }
  let batch = await prepared(0)
  for (let first = 0; batch !== null; first += chunk) {
    throwIfCancelled(job)
    const count = batch.shape[0]
    const [gradient, following]: [Tensor, Tensor | null] = await Promise.all([
      inputGradient({ ...context, input: batch }, 'gradient'),
      prepared(first + count)
    ])
    for (let step = 0; step < count; step++) {
      points.take(first + step, gradient.data.subarray(step * size, (step + 1) * size))
    }
    const done = first + count
    job.progress(stage, done, points.count)
    if (points.soFar !== undefined && done < points.count) {
      job.partial?.({ kind: 'preliminary', map: points.soFar(), done, total: points.count } satisfies PreliminaryMap)
    }
    batch = following
  }
}
