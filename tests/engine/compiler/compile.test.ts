import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { asFault, type Fault } from '@engine/fault'
import { type CompiledGraph, type CompileRequest, compileBackward } from '@engine/compiler/compile'
import { describeModel } from '@engine/compiler/describe'
import { type ProbedModel, sizesAt, sourceOf } from '@engine/graph/model'
import { ModelProtoSchema, TensorProto_DataLocation } from '@engine/graph/onnx_pb'
import { openModel } from '@engine/graph/open'
import { float16ToFloat32, float32ToFloat16 } from '@engine/graph/float16'
import { parseModel } from '@engine/graph/parse'
import { type AnyTensor, probeModel } from '@engine/graph/probe'
import { elementCount } from '@engine/tensor/tensor'
import { float32, openSession, runModel, runSession } from '../../support/gradcheck-ort'
import { drawValues, floatInput, floatOutput, floats, int64s, node, type TinyGraph, tinyModel } from '../../support/tiny-graphs'

const weight = (name: string, dims: readonly number[]) => floats(name, dims, drawValues(elementCount(dims), 'plain', name.length + dims.length))
const probed = async (graph: TinyGraph): Promise<ProbedModel> => probeModel(parseModel(tinyModel(graph)), runModel)
const compiled = (model: ProbedModel, wanted: Partial<CompileRequest> = {}): CompiledGraph =>
  compileBackward({ model, of: 'y', wrt: ['x'], composite: 'gradient', target: 'cpu', ...wanted })

async function run(graph: CompiledGraph, feeds: Readonly<Record<string, AnyTensor>>, outputs: readonly string[]): Promise<Record<string, number[]>> {
  const session = await openSession(graph.source)
  const found = await runSession(session, feeds, outputs)
  await session.release()
  return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, Array.from(data as Float32Array)]))
}

async function faultOf(action: () => unknown): Promise<Fault> {
  try {
    await action()
  } catch (thrown) {
    return asFault(thrown)
  }
  throw new Error('nothing was thrown')
}

/** A small net with a convolution, batch normalization, a residual, pooling and a dense end: [N, 1, 8, 8] to [N, 3]. */
const net: TinyGraph = {
  nodes: [
    node('Conv', ['x', 'k1'], 'c1', { pads: [1, 1, 1, 1] }),
    node('BatchNormalization', ['c1', 'g', 'h', 'm', 'v'], 'n1'),
    node('Relu', ['n1'], 'r1'),
    node('Conv', ['r1', 'k2'], 'c2', { pads: [1, 1, 1, 1] }),
    node('BatchNormalization', ['c2', 'g', 'h', 'm', 'v'], 'n2'),
    node('Add', ['n2', 'r1'], 's'),
    node('Relu', ['s'], 'r2'),
    node('MaxPool', ['r2'], 'p', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
    node('GlobalAveragePool', ['p'], 'q'),
    node('Flatten', ['q'], 'f'),
    node('Gemm', ['f', 'w', 'b'], 'y', { transB: 1 })
  ],
  constants: [
    weight('k1', [4, 1, 3, 3]), weight('k2', [4, 4, 3, 3]), weight('g', [4]), weight('h', [4]), weight('m', [4]), floats('v', [4], [1, 2, 0.5, 1.5]), weight('w', [3, 4]), weight('b', [3])
  ],
  inputs: [floatInput('x', ['N', 1, 8, 8])],
  outputs: [floatOutput('y')]
}

const image = (batch: number, seed = 1): AnyTensor => float32(drawValues(batch * 64, 'plain', seed), [batch, 1, 8, 8])
const oneHot = (batch: number, index: number, outputs = 3): AnyTensor => float32(Float32Array.from({ length: batch * outputs }, (_, place) => (place % outputs === index ? 1 : 0)), [batch, outputs])

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  const scale = Math.max(1e-6, ...expected.map(Math.abs))
  expect(found).toHaveLength(expected.length)
  for (const [index, value] of found.entries()) expect(Math.abs(value - expected[index]) / scale, `element ${index}`).toBeLessThan(tolerance)
}

describe('one compiled graph', () => {
  test('serves every class and every difference of classes', async () => {
    const graph = compiled(await probed(net))
    const gradient = graph.outputs.gradients.x
    const ask = async (start: AnyTensor): Promise<number[]> => (await run(graph, { x: image(1), [graph.startInput]: start }, [gradient]))[gradient]
    const [first, second] = [await ask(oneHot(1, 0)), await ask(oneHot(1, 2))]
    const difference = await ask(float32(Float32Array.of(1, 0, -1), [1, 3]))
    expect(first).not.toEqual(second)
    expectClose(difference, first.map((value, index) => value - second[index]))
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
    const found = await run(graph, { x: image(2), [graph.startInput]: oneHot(2, 1) }, [logits, activations.r2, ...Object.values(gradients)])
    const forward = await openSession(sourceOf(model))
    const { y } = await runSession(forward, { x: image(2) }, ['y'])
    expectClose(found[logits], Array.from(y.data as Float32Array))
    expect(found[activations.r2]).toHaveLength(2 * 4 * 64)
    expect(found[gradients.y]).toEqual(Array.from(oneHot(2, 1).data as Float32Array))
    // dL/dq is the dense layer's row over the pooled channels.
    expectClose(found[gradients.q], [0, 1].flatMap(() => Array.from(weight('w', [3, 4]).values as Float32Array).slice(4, 8)))
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

  test.each(['cuda', 'dml', 'webgpu', 'coreml'] as const)('has the same gradient with the formulations for %s', async (target) => {
    const model = await probed(net)
    const [ours, other] = [compiled(model), compiled(model, { target })]
    const feeds = { x: image(2), [ours.startInput]: oneHot(2, 1) }
    const ask = async (graph: CompiledGraph): Promise<number[]> => (await run(graph, feeds, [graph.outputs.gradients.x]))[graph.outputs.gradients.x]
    expectClose(await ask(other), await ask(ours))
  })
})

describe('composites at a ReLU', () => {
  const relu: TinyGraph = { nodes: [node('Relu', ['x'], 'y')], inputs: [floatInput('x', ['N', 4])], outputs: [floatOutput('y')] }
  const x = float32(Float32Array.of(1, 1, -1, -1), [1, 4])
  const start = float32(Float32Array.of(2, -2, 2, -2), [1, 4])

  test.each([
    ['gradient', [2, -2, 0, 0]],
    ['guided-backprop', [2, 0, 0, 0]],
    ['deconvolution', [2, 0, 2, 0]]
  ] as const)('%s', async (composite, expected) => {
    const graph = compiled(await probed(relu), { composite })
    const name = graph.outputs.gradients.x
    expect((await run(graph, { x, [graph.startInput]: start }, [name]))[name].map((value) => value + 0)).toEqual(expected)
  })

  test('an exact zero passes nothing', async () => {
    const graph = compiled(await probed(relu))
    const name = graph.outputs.gradients.x
    const tiny = float32(Float32Array.of(0, -0, 1e-30, -1e-30), [1, 4])
    const found = (await run(graph, { x: tiny, [graph.startInput]: float32(Float32Array.of(1, 1, 1, 1), [1, 4]) }, [name]))[name]
    expect(found.map((value) => value + 0)).toEqual([0, 0, 1, 0])
  })
})

test('a flat background gives the whole gradient of a window to its first element', async () => {
  for (const [kernel, stride, expected] of [[2, 2, [1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]], [3, 1, [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]] as const) {
    const model = await probed({ nodes: [node('MaxPool', ['x'], 'y', { kernel_shape: [kernel, kernel], strides: [stride, stride] })], inputs: [floatInput('x', ['N', 1, 4, 4])], outputs: [floatOutput('y')] })
    for (const target of ['cpu', 'cuda', 'webgpu'] as const) {
      const graph = compiled(model, { target })
      const name = graph.outputs.gradients.x
      const found = await run(graph, { x: float32(new Float32Array(16).fill(-3), [1, 1, 4, 4]), [graph.startInput]: float32(new Float32Array(4).fill(1), [1, 1, 2, 2]) }, [name])
      expect(found[name], `${kernel} ${target}`).toEqual(expected)
    }
  }
})

describe('forms of the explained tensor', () => {
  const ends: readonly (readonly [string, TinyGraph['nodes'], number[], number[]])[] = [
    ['trailing 1 × 1 axes', [node('Conv', ['x', 'k'], 'y')], [2, 3], [2, 3]],
    ['one value an image', [node('Conv', ['x', 'one'], 'o'), node('Squeeze', ['o', 'axes'], 'y')], [2, 1], [2]],
    ['spatial outputs', [node('Conv', ['x', 'small'], 'y')], [2, 1, 3, 3], [2, 1, 3, 3]]
  ]

  test.each(ends)('%s', async (_name, nodes, startDims) => {
    const model = await probed({
      nodes, inputs: [floatInput('x', ['N', 1, 4, 4])], outputs: [floatOutput('y')],
      constants: [weight('k', [3, 1, 4, 4]), weight('one', [1, 1, 4, 4]), weight('small', [1, 1, 2, 2]), int64s('axes', [1, 2, 3])]
    })
    const graph = compiled(model)
    expect(sizesAt(graph.startShape, 2)).toEqual(startDims)
    const start = drawValues(elementCount(startDims), 'plain', 4)
    const found = await run(graph, { x: float32(drawValues(32, 'plain', 2), [2, 1, 4, 4]), [graph.startInput]: float32(start, startDims) }, [graph.outputs.gradients.x, graph.outputs.logits])
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
    const ask = async (chosen: CompiledGraph): Promise<number[]> => (await run(chosen, { x: image(1), [chosen.startInput]: oneHot(1, 0) }, [chosen.outputs.gradients.x]))[chosen.outputs.gradients.x]
    expectClose(await ask(graph), await ask(free))
  })
})

describe('what cannot be compiled', () => {
  test('an operator without a rule is named with its node and operator set, and other methods are offered', async () => {
    const model = await probed({ opset: 16, nodes: [node('Relu', ['x'], 'a'), node('CumSum', ['a', 'axis'], 'y')], constants: [int64s('axis', 1)], inputs: [floatInput('x', ['N', 4])], outputs: [floatOutput('y')] })
    const fault = await faultOf(() => compiled(model))
    expect(fault.code).toBe('unsupported-op')
    expect(fault.message).toMatch(/CumSum.*"y".*opset 16/)
    expect(fault.subject).toBe('CumSum')
    expect(fault.hint).toMatch(/occlusion/)
    const entry = describeModel(model).ops.find((op) => op.op === 'CumSum')
    expect(entry).toEqual({ op: 'CumSum', count: 1, rule: false })
  })

  test('an operator without a rule off the way does not matter', async () => {
    const model = await probed({ nodes: [node('CumSum', ['x', 'axis'], 'side'), node('Relu', ['x'], 'y')], constants: [int64s('axis', 1)], inputs: [floatInput('x', ['N', 4])], outputs: [floatOutput('y'), floatOutput('side')] })
    expect(compiled(model).outputs.gradients.x).toBeTruthy()
  })

  test('an operator of another domain has no rule, whatever its name', async () => {
    const model = await probed(net)
    const nodes = model.nodes.map((item) => (item.opType === 'Relu' ? { ...item, domain: 'com.example' } : item))
    expect((await faultOf(() => compiled({ ...model, nodes }))).message).toMatch(/Relu.*domain com\.example/)
  })

  test('a use the rule does not cover', async () => {
    const model = await probed({ nodes: [node('Reshape', ['x', 'shape'], 'k'), node('Conv', ['image', 'k'], 'y')], constants: [int64s('shape', [1, 1, 2, 2])], inputs: [floatInput('x', [1, 4]), floatInput('image', [1, 1, 3, 3])], outputs: [floatOutput('y')] })
    const fault = await faultOf(() => compiled(model))
    expect([fault.code, fault.subject]).toEqual(['unsupported-op', 'Conv'])
    expect(fault.message).toMatch(/kernel itself depends on the input/)
  })

  test('a tensor that is not there, and one that does not matter', async () => {
    const model = await probed({ ...net, nodes: [...net.nodes, node('Relu', ['c1'], 'side')], outputs: [floatOutput('y'), floatOutput('side')] })
    expect(await faultOf(() => compiled(model, { wrt: ['ghost'] }))).toMatchObject({ code: 'bad-parameter', subject: 'ghost' })
    expect(await faultOf(() => compiled(model, { wrt: ['side'] }))).toMatchObject({ code: 'bad-parameter', subject: 'side' })
    expect(await faultOf(() => compiled(model, { activations: ['ghost'] }))).toMatchObject({ code: 'bad-parameter', subject: 'ghost' })
  })
})

describe('the appended graph', () => {
  test('leaves the model’s bytes alone and only adds behind them', async () => {
    const model = await probed({ ...net, nodes: net.nodes.filter((item) => item.opType !== 'MaxPool').map((item) => (item.opType === 'GlobalAveragePool' ? node('GlobalAveragePool', ['r2'], 'q') : item)) })
    expect(compiled(model).source.parts[0]).toBe(model.bytes)
  })

  test('a pooling that must state its indices changes only its own node', async () => {
    const model = await probed(net)
    const { parts } = compiled(model).source
    const before = fromBinary(ModelProtoSchema, model.bytes).graph
    const after = fromBinary(ModelProtoSchema, Buffer.concat(parts)).graph
    const changed = before?.node.filter((item, index) => !isDeepStrictEqual(item, after?.node[index])).map((item) => item.opType)
    expect(changed).toEqual(['MaxPool'])
    const weights = (graph: typeof before): string[] => (graph?.initializer ?? []).slice(0, 8).map(({ name, dims, rawData }) => `${name} ${dims.join()} ${Buffer.from(rawData).toString('hex')}`)
    expect(weights(after)).toEqual(weights(before))
  })

  test('20,000 nodes in a row', async () => {
    const count = 20_000
    const nodes = Array.from({ length: count }, (_, index) => node('Relu', [index === 0 ? 'x' : `t${index}`], index === count - 1 ? 'y' : `t${index + 1}`))
    const model = parseModel(tinyModel({ nodes, inputs: [floatInput('x', ['N', 2])], outputs: [floatOutput('y')] }))
    const shape = [{ perBatch: 1, fixed: 0 }, { perBatch: 0, fixed: 2 }]
    const tensors = ['x', ...nodes.flatMap((item) => item.outputs)]
    const measured: ProbedModel = { ...model, batch: 'dynamic', shapes: new Map(tensors.map((name) => [name, shape])), types: new Map(tensors.map((name) => [name, 'float32'])), integers: new Map() }
    const { graph } = fromBinary(ModelProtoSchema, Buffer.concat(compiled(measured).source.parts))
    expect(graph?.node.length).toBeGreaterThan(3 * count)
  })

  test('weights beside the model are never read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'saliscope-compile-'))
    const proto = fromBinary(ModelProtoSchema, tinyModel(net))
    const kernel = proto.graph!.initializer[1]
    writeFileSync(join(folder, 'weights.bin'), kernel.rawData)
    proto.graph!.initializer[1] = {
      ...kernel,
      rawData: new Uint8Array(0),
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: create(ModelProtoSchema, { metadataProps: [{ key: 'location', value: 'weights.bin' }] }).metadataProps
    }
    writeFileSync(join(folder, 'model.onnx'), toBinary(ModelProtoSchema, proto))
    const outside = compiled(await probeModel(openModel(join(folder, 'model.onnx')), runModel))
    expect(outside.source.externalDataFolder).toBe(folder)
    const inside = compiled(await probed(net))
    const ask = async (graph: CompiledGraph): Promise<number[]> => (await run(graph, { x: image(1), [graph.startInput]: oneHot(1, 1) }, [graph.outputs.gradients.x]))[graph.outputs.gradients.x]
    expectClose(await ask(outside), await ask(inside))
  })
})

test('a half-precision model agrees with its single-precision twin', async () => {
  const half = (graph: TinyGraph): TinyGraph => ({
    ...graph,
    constants: graph.constants?.map((item) => ({ ...item, elementType: 'float16' as const })) ?? [],
    inputs: [floatInput('x', ['N', 1, 8, 8], 'float16')],
    outputs: [floatOutput('y')].map((output) => ({ ...output, elementType: 'float16' as const }))
  })
  const [single, low] = [compiled(await probed(net)), compiled(await probed(half(net)))]
  const session = await openSession(low.source)
  const to16 = (tensor: AnyTensor): AnyTensor => ({ ...tensor, elementType: 'float16', data: float32ToFloat16(tensor.data as Float32Array) })
  const found = await runSession(session, { x: to16(image(1)), [low.startInput]: to16(oneHot(1, 1)) }, [low.outputs.gradients.x])
  const expected = await run(single, { x: image(1), [single.startInput]: oneHot(1, 1) }, [single.outputs.gradients.x])
  const bits = found[low.outputs.gradients.x].data
  expectClose(Array.from(float16ToFloat32(new Uint16Array(bits.buffer as ArrayBuffer, bits.byteOffset, bits.length))), expected[single.outputs.gradients.x], 0.03)
})
