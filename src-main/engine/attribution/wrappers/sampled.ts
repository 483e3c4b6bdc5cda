import { chunkSize } from '@engine/attribution/chunk'
import type { Attribution, AttributionContext, PreliminaryMap } from '@engine/attribution/method'
import type { Inner } from '@engine/attribution/wrapper'
import { noiseSource, type NoiseSource } from '@engine/attribution/wrappers/noise'
import type { SampledParams } from '@engine/attribution/wrappers/sampled-params'
import { subJob, throwIfCancelled } from '@engine/job'
import { row, stack, type Tensor } from '@engine/tensor/tensor'

/** Mean and mean of squares over the copies, of the map and of the layer map. */
export interface Moments {
  readonly mean: Float64Array
  readonly square: Float64Array
}

/** How the copies become one value. */
export type Statistic = (moments: Moments, index: number) => number

const copiesAtOnce = 8

/** Runs `inner` on noisy copies of each input and reduces the maps by `statistic`. Throws what `inner` throws. */
export async function overSamples(
  inner: Inner,
  context: AttributionContext,
  params: SampledParams,
  statistic: Statistic
): Promise<Attribution> {
  const results: Attribution[] = []
  for (let index = 0; index < context.input.shape[0]; index++) {
    results.push(await oneInput(inner, { ...context, input: row(context.input, index) }, params, statistic))
  }
  if (results.length === 1) return results[0]
  const layers = results.flatMap(({ layer }) => (layer === undefined ? [] : [layer]))
  return {
    ...results[0],
    map: stack(results.map(({ map }) => map)),
    ...(layers.length > 0 ? { layer: stack(layers) } : {})
  }
}

async function oneInput(
  inner: Inner,
  context: AttributionContext,
  params: SampledParams,
  statistic: Statistic
): Promise<Attribution> {
  const { input, job } = context
  const noise = await noiseSource(context, params)
  const chunk = chunkSize(input.data.length, copiesAtOnce)
  const map = new RunningMoments()
  const layer = new RunningMoments()
  let notes: Attribution['notes'] = {}
  for (let done = 0; done < noise.samples; done += chunk) {
    throwIfCancelled(job)
    const count = Math.min(chunk, noise.samples - done)
    const part = subJob(job, (inside, all) => job.progress('samples', done + (inside / all) * count, noise.samples))
    const result = await inner({ ...context, input: noisyCopies(input, noise, count), job: part })
    map.add(result.map)
    if (result.layer !== undefined) layer.add(result.layer)
    if (result.notes?.layer !== undefined) notes = { layer: result.notes.layer }
    job.progress('samples', done + count, noise.samples)
    if (job.partial !== undefined) {
      job.partial({
        kind: 'preliminary',
        map: map.reduce(statistic),
        done: done + count,
        total: noise.samples
      } satisfies PreliminaryMap)
    }
  }
  return {
    map: map.reduce(statistic),
    ...(layer.count > 0 ? { layer: layer.reduce(statistic) } : {}),
    notes: { ...notes, samples: noise.samples, ...(noise.sigma === null ? {} : { sigmaInInputUnits: noise.sigma }) }
  }
}

function noisyCopies(input: Tensor, noise: NoiseSource, count: number): Tensor {
  const size = input.data.length
  const data = new Float32Array(count * size)
  for (let copy = 0; copy < count; copy++) {
    const draw = noise.next()
    for (let index = 0; index < size; index++) data[copy * size + index] = input.data[index] + draw[index]
  }
  return { data, shape: [count, ...input.shape.slice(1)] }
}

/** Sums kept in double precision: a variance is a small difference of two large sums. */
class RunningMoments {
  count = 0
  private sum = new Float64Array(0)
  private squares = new Float64Array(0)
  private shape: readonly number[] = []

  add(maps: Tensor): void {
    const size = maps.data.length / maps.shape[0]
    if (this.count === 0) {
      this.sum = new Float64Array(size)
      this.squares = new Float64Array(size)
      this.shape = [1, ...maps.shape.slice(1)]
    }
    maps.data.forEach((value, position) => {
      const index = position % size
      this.sum[index] += value
      this.squares[index] += value * value
    })
    this.count += maps.shape[0]
  }

  reduce(statistic: Statistic): Tensor {
    const moments = {
      mean: this.sum.map((value) => value / this.count),
      square: this.squares.map((value) => value / this.count)
    }
    return { data: Float32Array.from(this.sum, (_, index) => statistic(moments, index)), shape: this.shape }
  }
}
