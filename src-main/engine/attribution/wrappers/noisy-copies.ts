import { setImmediate } from 'node:timers/promises'
import type { NoiseSource } from '@engine/attribution/wrappers/noise'
import type { Tensor } from '@engine/tensor/tensor'

/** Values drawn before the thread looks after others again: about 20 ms. */
const valuesAtOnce = 262_144

/**
 * `count` copies of an input with the next draws added. Gives way to other work before it starts and in between: the run it is
 * prepared beside must be on its way, and a cancel must be heard.
 */
export async function noisyCopies(input: Tensor, noise: NoiseSource, count: number): Promise<Tensor> {
  const size = input.data.length
  const data = new Float32Array(count * size)
  let sinceRest = valuesAtOnce
  for (let copy = 0; copy < count; copy++) {
    for (let from = 0; from < size; from += valuesAtOnce) {
      if (sinceRest >= valuesAtOnce) {
        await setImmediate()
        sinceRest = 0
      }
      const to = Math.min(size, from + valuesAtOnce)
      const target = data.subarray(copy * size + from, copy * size + to)
      noise.draw(target)
      for (let index = 0; index < target.length; index++) target[index] += input.data[from + index]
      sinceRest += target.length
    }
  }
  return { data, shape: [count, ...input.shape.slice(1)] }
}
