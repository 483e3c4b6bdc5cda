import { describe, expect, test } from 'vitest'
import { compiled, probed, run } from '../../support/gradcheck-net'
import { float32 } from '../../support/gradcheck-ort'
import { floatInput, floatOutput, int64s, node, type TinyGraph } from '../../support/tiny-graphs'

/** The sum of the extremes of [N, 2, 2, 2] over some axes, so that every extreme has the gradient 1. */
const extremes = (op: string, axes: readonly number[], opset = 17): TinyGraph => ({
  opset,
  nodes: [
    node(op, ['x'], 'm', { axes: [...axes], keepdims: 0 }),
    node('Flatten', ['m'], 'f', { axis: 1 }),
    opset < 13 ? node('ReduceSum', ['f'], 'y', { axes: [1] }) : node('ReduceSum', ['f', 'one'], 'y')
  ],
  constants: opset < 13 ? [] : [int64s('one', [1])],
  inputs: [floatInput('x', ['N', 2, 2, 2])],
  outputs: [floatOutput('y')]
})
const tied = [
  [5, 1, 1, 5],
  [2, 3, 3, 3]
].flat()

async function gradient(graph: TinyGraph, values: readonly number[]): Promise<number[]> {
  const made = compiled(await probed(graph))
  const feeds = {
    x: float32(Float32Array.from([...values, ...values]), [2, 2, 2, 2]),
    [made.startInput]: float32(Float32Array.of(1, 1), [2, 1])
  }
  const found = (await run(made, feeds, [made.outputs.gradients.x]))[made.outputs.gradients.x]
  expect(found.slice(8)).toEqual(found.slice(0, 8))
  return found.slice(0, 8)
}

describe('extremes that tie', () => {
  test.each([
    ['the image axes, as global max pooling', [2, 3], [1, 0, 0, 0, 0, 1, 0, 0]],
    ['all but the batch', [1, 2, 3], [1, 0, 0, 0, 0, 0, 0, 0]],
    ['the last axis', [3], [1, 0, 0, 1, 0, 1, 1, 0]],
    ['an axis in the middle', [2], [1, 0, 0, 1, 0, 1, 1, 0]],
    ['a negative axis', [-1], [1, 0, 0, 1, 0, 1, 1, 0]]
  ])('ReduceMax over %s: the first gets all, as in PyTorch’s pooling', async (_name, axes, expected) => {
    expect(await gradient(extremes('ReduceMax', axes), tied)).toEqual(expected)
    expect(
      await gradient(
        extremes('ReduceMin', axes),
        tied.map((value) => -value)
      )
    ).toEqual(expected)
  })

  test('axes that are apart, or an old operator set: equal shares, as in PyTorch’s amax', async () => {
    expect(await gradient(extremes('ReduceMax', [1, 3]), tied)).toEqual([1, 0, 0, 1, 0, 0, 0, 0])
    expect(await gradient(extremes('ReduceMax', [1, 3]), [5, 5, 1, 5, 2, 3, 5, 5])).toEqual(
      [0.5, 0.5, 0, 1 / 3, 0, 0, 1 / 3, 1 / 3].map(Math.fround)
    )
    expect(await gradient(extremes('ReduceMax', [2, 3], 10), tied)).toEqual(
      [0.5, 0, 0, 0.5, 0, 1 / 3, 1 / 3, 1 / 3].map(Math.fround)
    )
  })
})
