import { describe, expect, test } from 'vitest'
import { probed, run } from '../../support/gradcheck-net'
import { compileBackward } from '@engine/compiler/compile'
import { float32 } from '../../support/gradcheck-ort'
import { floatInput, floatOutput, node } from '../../support/tiny-graphs'
import { everyTarget } from './cases/rule-case'

interface Pool {
  readonly title: string
  readonly sizes: readonly number[]
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
}

const pools: readonly Pool[] = [
  { title: 'tiles', sizes: [4, 4], kernel: [2, 2], strides: [2, 2], pads: [0, 0], dilations: [1, 1] },
  { title: 'overlapping, padded', sizes: [5, 5], kernel: [3, 3], strides: [2, 2], pads: [1, 1], dilations: [1, 1] },
  { title: 'dilated', sizes: [5, 6], kernel: [2, 2], strides: [1, 2], pads: [0, 1], dilations: [2, 2] },
  { title: 'volume', sizes: [3, 4, 3], kernel: [2, 2, 2], strides: [1, 2, 1], pads: [0, 0, 1], dilations: [1, 1, 1] }
]

/** Values on few levels, so that nearly every window has ties, with a flat half like the background of an image. */
function levels(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => (index < count / 2 ? 0 : (index * 7) % 3))
}

/** Every combination of places along several axes, the last one fastest. */
function grid(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, index) => [...place, index])),
    [[]]
  )
}

/** How often each element is the first maximum of a window, in row-major order: what PyTorch's max pooling passes back. */
function firstMaxima(values: Float32Array, { sizes, kernel, strides, pads, dilations }: Pool): number[] {
  const counts = Array.from(values, () => 0)
  const narrow = sizes.map((size, axis) => {
    return Math.floor((size + 2 * pads[axis] - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis]) + 1
  })
  for (const window of grid(narrow)) {
    const inside = grid(kernel)
      .map((step) => step.map((element, axis) => window[axis] * strides[axis] - pads[axis] + element * dilations[axis]))
      .filter((place) => place.every((index, axis) => index >= 0 && index < sizes[axis]))
      .map((place) => place.reduce((flat, index, axis) => flat * sizes[axis] + index, 0))
    const highest = Math.max(...inside.map((place) => values[place]))
    counts[inside.find((place) => values[place] === highest) ?? 0] += 1
  }
  return counts
}

describe.each(pools)('ties of a max pooling: $title', (pool) => {
  test.each(everyTarget)('the first maximum of a window gets all, as written for %s', async (target) => {
    const values = levels(pool.sizes.reduce((product, size) => product * size, 1))
    const model = await probed({
      nodes: [
        node('MaxPool', ['x'], 'p', {
          kernel_shape: [...pool.kernel],
          strides: [...pool.strides],
          pads: [...pool.pads, ...pool.pads],
          dilations: [...pool.dilations]
        }),
        node('Flatten', ['p'], 'f'),
        node('ReduceSum', ['f'], 'y', { keepdims: 1 })
      ],
      inputs: [floatInput('x', [1, 1, ...pool.sizes])],
      outputs: [floatOutput('y')]
    })
    const compiled = compileBackward({ model, of: 'y', wrt: ['x'], composite: 'gradient', target })
    const feeds = {
      x: float32(values, [1, 1, ...pool.sizes]),
      [compiled.startInput]: float32(Float32Array.of(1), [1, 1])
    }
    const found = await run(compiled, feeds, [compiled.outputs.gradients.x])
    expect(found[compiled.outputs.gradients.x]).toEqual(firstMaxima(values, pool))
  })
})
