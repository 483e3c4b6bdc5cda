import { describe, expect, test } from 'vitest'
import { compiled, probed, run } from '../../support/gradcheck-net'
import { float32 } from '../../support/gradcheck-ort'
import { floatInput, floatOutput, node, type TinyGraph } from '../../support/tiny-graphs'

describe('composites at a ReLU', () => {
  const relu: TinyGraph = {
    nodes: [node('Relu', ['x'], 'y')],
    inputs: [floatInput('x', ['N', 4])],
    outputs: [floatOutput('y')]
  }
  const x = float32(Float32Array.of(1, 1, -1, -1), [1, 4])
  const start = float32(Float32Array.of(2, -2, 2, -2), [1, 4])

  test.each([
    ['gradient', [2, -2, 0, 0]],
    ['guided-backprop', [2, 0, 0, 0]],
    ['deconvolution', [2, 0, 2, 0]]
  ] as const)('%s', async (composite, expected) => {
    const graph = compiled(await probed(relu), { composite })
    const name = graph.outputs.gradients.x
    expect((await run(graph, { x, [graph.startInput]: start }, [name]))[name].map((value) => value + 0)).toEqual(
      expected
    )
  })

  test('an exact zero passes nothing', async () => {
    const graph = compiled(await probed(relu))
    const name = graph.outputs.gradients.x
    const tiny = float32(Float32Array.of(0, -0, 1e-30, -1e-30), [1, 4])
    const found = (
      await run(graph, { x: tiny, [graph.startInput]: float32(Float32Array.of(1, 1, 1, 1), [1, 4]) }, [name])
    )[name]
    expect(found.map((value) => value + 0)).toEqual([0, 0, 1, 0])
  })
})

test('a flat background gives the whole gradient of a window to its first element', async () => {
  for (const [kernel, stride, expected] of [
    [2, 2, [1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]],
    [3, 1, [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
  ] as const) {
    const model = await probed({
      nodes: [node('MaxPool', ['x'], 'y', { kernel_shape: [kernel, kernel], strides: [stride, stride] })],
      inputs: [floatInput('x', ['N', 1, 4, 4])],
      outputs: [floatOutput('y')]
    })
    for (const target of ['cpu', 'cuda', 'webgpu'] as const) {
      const graph = compiled(model, { target })
      const name = graph.outputs.gradients.x
      const found = await run(
        graph,
        {
          x: float32(new Float32Array(16).fill(-3), [1, 1, 4, 4]),
          [graph.startInput]: float32(new Float32Array(4).fill(1), [1, 1, 2, 2])
        },
        [name]
      )
      expect(found[name], `${kernel} ${target}`).toEqual(expected)
    }
  }
})

test('beta-smooth multiplies by sigmoid(beta x) at a ReLU, and comes close to the gradient for a large beta', async () => {
  const model = await probed({
    nodes: [node('Relu', ['x'], 'y')],
    inputs: [floatInput('x', ['N', 4])],
    outputs: [floatOutput('y')]
  })
  const values = [0.3, -0.2, 1, -1]
  const begin = [2, 2, -1, 1]
  for (const beta of [10, 1000]) {
    const graph = compiled(model, { composite: { id: 'beta-smooth', beta } })
    const name = graph.outputs.gradients.x
    const feeds = {
      x: float32(Float32Array.from(values), [1, 4]),
      [graph.startInput]: float32(Float32Array.from(begin), [1, 4])
    }
    const found = (await run(graph, feeds, [name]))[name]
    values.forEach((value, index) => expect(found[index]).toBeCloseTo(begin[index] / (1 + Math.exp(-beta * value)), 5))
    if (beta === 1000)
      values.forEach((value, index) => expect(found[index]).toBeCloseTo(value > 0 ? begin[index] : 0, 5))
  }
})
