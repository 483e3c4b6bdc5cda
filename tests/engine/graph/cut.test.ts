import { describe, expect, test } from 'vitest'
import { cutAtLayer } from '@engine/graph/cut'
import { joinParts, type ProbedModel, sourceOf } from '@engine/graph/model'
import { parseModel } from '@engine/graph/parse'
import type { AnyTensor } from '@engine/graph/probe'
import { GraphWriter } from '@engine/graph/writer'
import { expectClose, faultOf, image, net, probed } from '../../support/gradcheck-net'
import { openSession, runModel, runSession } from '../../support/gradcheck-ort'
import { floatInput, floatOutput, floats, int64s, node, type TinyGraph } from '../../support/tiny-graphs'

async function run(
  source: ReturnType<typeof cutAtLayer>['source'],
  feeds: Readonly<Record<string, AnyTensor>>,
  output: string
): Promise<number[]> {
  const session = await openSession(source)
  const found = await runSession(session, feeds, [output])
  await session.release()
  return Array.from(found[output].data as Float32Array)
}

/** Values of a tensor of the model for an input. */
async function valueOf(model: ProbedModel, tensor: string, x: AnyTensor): Promise<AnyTensor> {
  const found = await runModel(new GraphWriter(model).source([tensor]), { x }, [tensor])
  return found[tensor]
}

describe('a model cut at a layer', () => {
  test.each(['r1', 'n2', 'r2', 'p', 'q', 'f'])('behind %s it answers as the whole model', async (layer) => {
    const model = await probed(net)
    const x = image(3)
    const head = cutAtLayer(model, layer, ['y'])
    const whole = await run(sourceOf(model), { x }, 'y')
    const feeds = { [layer]: await valueOf(model, layer, x), ...(head.inputs.length > 0 ? { x } : {}) }
    expectClose(await run(head.source, feeds, 'y'), whole)
  })

  test('leaves out what lies before: nodes, weights and the input', async () => {
    const model = await probed(net)
    const head = cutAtLayer(model, 'r2', ['y'])
    const left = parseModel(joinParts(head.source.parts))
    expect(left.nodes.map(({ opType }) => opType)).toEqual(['MaxPool', 'GlobalAveragePool', 'Flatten', 'Gemm'])
    expect([...left.constants.keys()]).toEqual(['w', 'b'])
    expect(left.inputs.map(({ name }) => name)).toEqual(['r2'])
    expect(head.inputs).toEqual([])
  })

  test('keeps a path around the layer, which then reads the model’s input', async () => {
    const model = await probed(net)
    const head = cutAtLayer(model, 'n2', ['y'])
    expect(head.inputs).toEqual(['x'])
    // Zeros at n2 leave the residual: relu(0 + r1).
    const x = image(2)
    const zeros = { ...(await valueOf(model, 'n2', x)), data: new Float32Array(2 * 4 * 64) }
    const head2 = cutAtLayer(model, 's', ['y'])
    const expected = await run(head2.source, { s: await valueOf(model, 'r1', x) }, 'y')
    expectClose(await run(head.source, { n2: zeros, x }, 'y'), expected)
  })

  test('cuts one of two outputs of a node, and reads shapes from the input where the graph does', async () => {
    const graph: TinyGraph = {
      nodes: [
        { opType: 'Split', name: 'split', inputs: ['x'], outputs: ['a', 'b'], attributes: { axis: 1 } },
        node('Shape', ['x'], 'sizes'),
        node('Slice', ['sizes', 'zero', 'one'], 'rows'),
        node('Concat', ['rows', 'rest'], 'shape', { axis: 0 }),
        node('Mul', ['a', 'w'], 'scaled'),
        node('Add', ['scaled', 'b'], 'sum'),
        node('Reshape', ['sum', 'shape'], 'y')
      ],
      constants: [floats('w', [2], [2, 3]), int64s('zero', [0]), int64s('one', [1]), int64s('rest', [2])],
      inputs: [floatInput('x', ['N', 4])],
      outputs: [floatOutput('y')]
    }
    const model = await probed(graph)
    const head = cutAtLayer(model, 'a', ['y'])
    const x = { elementType: 'float32' as const, dims: [1, 4], data: Float32Array.of(1, 2, 3, 4) }
    const a = { elementType: 'float32' as const, dims: [1, 2], data: Float32Array.of(10, 20) }
    expect(await run(head.source, { a, x }, 'y')).toEqual([10 * 2 + 3, 20 * 3 + 4])
    const behindShape = cutAtLayer(model, 'sum', ['y'])
    expect(behindShape.inputs).toEqual(['x'])
    expect(await run(behindShape.source, { sum: a, x }, 'y')).toEqual([10, 20])
  })

  test('takes and gives float32 where the model computes in half precision', async () => {
    const half = { ...floats('w', [2], [2, 3]), elementType: 'float16' as const }
    const graph: TinyGraph = {
      nodes: [node('Add', ['x', 'w'], 'a'), node('Mul', ['a', 'w'], 'b'), node('Sub', ['b', 'w'], 'y')],
      constants: [half],
      inputs: [floatInput('x', ['N', 2], 'float16')],
      outputs: [{ name: 'y', elementType: 'float16', dims: null }]
    }
    const head = cutAtLayer(await probed(graph), 'a', ['y'])
    const given = { elementType: 'float32' as const, dims: [2, 2], data: Float32Array.of(1, 2, 0.5, -1) }
    expect(await run(head.source, { [head.layerInput]: given }, head.float32.y)).toEqual([0, 3, -1, -6])
  })

  test.each([
    ['x', /is the input/],
    ['nowhere', /no tensor "nowhere"/],
    ['k1', /no tensor "k1"/],
    ['aside', /does not influence "y"/]
  ])('%s is refused', async (layer, message) => {
    const model = await probed({ ...net, nodes: [...net.nodes, node('Relu', ['r1'], 'aside')] })
    const fault = await faultOf(() => cutAtLayer(model, layer, ['y']))
    expect(fault.code).toBe('bad-parameter')
    expect(fault.subject).toBe(layer)
    expect(fault.message).toMatch(message)
  })
})
