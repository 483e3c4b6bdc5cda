import { describe, expect, test } from 'vitest'
import type { CompiledGraph } from '@engine/compiler/compile'
import { sizesAt, sourceOf } from '@engine/graph/model'
import type { AnyTensor } from '@engine/graph/probe'
import { elementCount } from '@engine/tensor/tensor'
import { compiled, expectClose, image, net, oneHot, probed, run, weight } from '../../support/gradcheck-net'
import { float32, openSession, runSession } from '../../support/gradcheck-ort'
import { drawValues, floatInput, floatOutput, int64s, node, type TinyGraph } from '../../support/tiny-graphs'

describe('one compiled graph', () => {
  test('serves every class and every difference of classes', async () => {
    const graph = compiled(await probed(net))
    const gradient = graph.outputs.gradients.x
    const ask = async (start: AnyTensor): Promise<number[]> =>
      (await run(graph, { x: image(1), [graph.startInput]: start }, [gradient]))[gradient]
    const [first, second] = [await ask(oneHot(1, 0)), await ask(oneHot(1, 2))]
    const difference = await ask(float32(Float32Array.of(1, 0, -1), [1, 3]))
    expect(first).not.toEqual(second)
    expectClose(
      difference,
      first.map((value, index) => value - second[index])
    )
  })

  test('treats the rows of a batch apart', async () => {
    const graph = compiled(await probed(net))
    const name = graph.outputs.gradients.x
    const both = (await run(graph, { x: image(2), [graph.startInput]: oneHot(2, 1) }, [name]))[name]
    const second = float32((image(2).data as Float32Array).slice(64), [1, 1, 8, 8])
    const alone = (await run(graph, { x: second, [graph.startInput]: oneHot(1, 1) }, [name]))[name]
    expectClose(both.slice(64), alone)
  })

  test('answers the untouched scores, activations and gradients of several layers', async () => {
    const model = await probed(net)
    const graph = compiled(model, { wrt: ['x', 'r1', 'n1', 'c1', 'c2', 'q', 'y'], activations: ['r2'] })
    const { gradients, activations, logits } = graph.outputs
    const found = await run(graph, { x: image(2), [graph.startInput]: oneHot(2, 1) }, [
      logits,
      activations.r2,
      ...Object.values(gradients)
    ])
    const forward = await openSession(sourceOf(model))
    const { y } = await runSession(forward, { x: image(2) }, ['y'])
    expectClose(found[logits], Array.from(y.data as Float32Array))
    expect(found[activations.r2]).toHaveLength(2 * 4 * 64)
    expect(found[gradients.y]).toEqual(Array.from(oneHot(2, 1).data as Float32Array))
    // dL/dq is the dense layer's row over the pooled channels.
    expectClose(
      found[gradients.q],
      [0, 1].flatMap(() => Array.from(weight('w', [3, 4]).values as Float32Array).slice(4, 8))
    )
  })

  test('gives the same gradient of a layer alone and beside others', async () => {
    const model = await probed(net)
    const together = compiled(model, { wrt: ['x', 'r1', 'n1', 'c1', 'c2'] })
    for (const layer of ['x', 'r1', 'n1', 'c1', 'c2']) {
      const alone = compiled(model, { wrt: [layer] })
      const [a, b] = [together, alone].map((graph) => graph.outputs.gradients[layer])
      const feeds = { x: image(1), [together.startInput]: oneHot(1, 2) }
      expectClose((await run(together, feeds, [a]))[a], (await run(alone, feeds, [b]))[b])
    }
  })

  test.each(['cuda', 'dml', 'webgpu', 'coreml'] as const)(
    'has the same gradient with the formulations for %s',
    async (target) => {
      const model = await probed(net)
      const [ours, other] = [compiled(model), compiled(model, { target })]
      const feeds = { x: image(2), [ours.startInput]: oneHot(2, 1) }
      const ask = async (graph: CompiledGraph): Promise<number[]> =>
        (await run(graph, feeds, [graph.outputs.gradients.x]))[graph.outputs.gradients.x]
      expectClose(await ask(other), await ask(ours))
    }
  )
})

describe('forms of the explained tensor', () => {
  const ends: readonly (readonly [string, TinyGraph['nodes'], number[], number[]])[] = [
    ['trailing 1 × 1 axes', [node('Conv', ['x', 'k'], 'y')], [2, 3], [2, 3]],
    ['one value an image', [node('Conv', ['x', 'one'], 'o'), node('Squeeze', ['o', 'axes'], 'y')], [2, 1], [2]],
    ['spatial outputs', [node('Conv', ['x', 'small'], 'y')], [2, 1, 3, 3], [2, 1, 3, 3]]
  ]

  test.each(ends)('%s', async (_name, nodes, startDims) => {
    const model = await probed({
      nodes,
      inputs: [floatInput('x', ['N', 1, 4, 4])],
      outputs: [floatOutput('y')],
      constants: [
        weight('k', [3, 1, 4, 4]),
        weight('one', [1, 1, 4, 4]),
        weight('small', [1, 1, 2, 2]),
        int64s('axes', [1, 2, 3])
      ]
    })
    const graph = compiled(model)
    expect(sizesAt(graph.startShape, 2)).toEqual(startDims)
    const start = drawValues(elementCount(startDims), 'plain', 4)
    const found = await run(
      graph,
      { x: float32(drawValues(32, 'plain', 2), [2, 1, 4, 4]), [graph.startInput]: float32(start, startDims) },
      [graph.outputs.gradients.x, graph.outputs.logits]
    )
    // Everything is linear: the gradient times the input is the start times the output.
    const x = drawValues(32, 'plain', 2)
    const left = found[graph.outputs.gradients.x].reduce((sum, value, index) => sum + value * x[index], 0)
    const right = found[graph.outputs.logits].reduce((sum, value, index) => sum + value * start[index], 0)
    expect(left).toBeCloseTo(right, 4)
  })

  test('a batch fixed at 1', async () => {
    const model = await probed({ ...net, inputs: [floatInput('x', [1, 1, 8, 8])] })
    const graph = compiled(model)
    expect([graph.batch, sizesAt(graph.startShape, 5)]).toEqual([1, [1, 3]])
    const free = compiled(await probed(net))
    const ask = async (chosen: CompiledGraph): Promise<number[]> =>
      (await run(chosen, { x: image(1), [chosen.startInput]: oneHot(1, 0) }, [chosen.outputs.gradients.x]))[
        chosen.outputs.gradients.x
      ]
    expectClose(await ask(graph), await ask(free))
  })
})
