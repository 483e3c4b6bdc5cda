import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import type { CompiledGraph } from '@engine/compiler/compile'
import { float16ToFloat32, float32ToFloat16 } from '@engine/graph/float16'
import type { ProbedModel } from '@engine/graph/model'
import { ModelProtoSchema, TensorProto_DataLocation } from '@engine/graph/onnx_pb'
import { openModel } from '@engine/graph/open'
import { parseModel } from '@engine/graph/parse'
import { type AnyTensor, probeModel } from '@engine/graph/probe'
import { compiled, expectClose, image, net, oneHot, probed, run } from '../../support/gradcheck-net'
import { openSession, runModel, runSession } from '../../support/gradcheck-ort'
import { floatInput, floatOutput, node, type TinyGraph, tinyModel } from '../../support/tiny-graphs'

describe('the appended graph', () => {
  test('leaves the model’s bytes alone and only adds behind them', async () => {
    const model = await probed({
      ...net,
      nodes: net.nodes
        .filter((item) => item.opType !== 'MaxPool')
        .map((item) => (item.opType === 'GlobalAveragePool' ? node('GlobalAveragePool', ['r2'], 'q') : item))
    })
    expect(compiled(model).source.parts[0]).toBe(model.bytes)
  })

  test('a pooling that must state its indices changes only its own node', async () => {
    const model = await probed(net)
    const { parts } = compiled(model).source
    const before = fromBinary(ModelProtoSchema, model.bytes).graph
    const after = fromBinary(ModelProtoSchema, Buffer.concat(parts)).graph
    const changed = before?.node
      .filter((item, index) => !isDeepStrictEqual(item, after?.node[index]))
      .map((item) => item.opType)
    expect(changed).toEqual(['MaxPool'])
    const weights = (graph: typeof before): string[] =>
      (graph?.initializer ?? [])
        .slice(0, 8)
        .map(({ name, dims, rawData }) => `${name} ${dims.join()} ${Buffer.from(rawData).toString('hex')}`)
    expect(weights(after)).toEqual(weights(before))
  })

  test('20,000 nodes in a row', async () => {
    const count = 20_000
    const nodes = Array.from({ length: count }, (_, index) =>
      node('Relu', [index === 0 ? 'x' : `t${index}`], index === count - 1 ? 'y' : `t${index + 1}`)
    )
    const model = parseModel(tinyModel({ nodes, inputs: [floatInput('x', ['N', 2])], outputs: [floatOutput('y')] }))
    const shape = [
      { perBatch: 1, fixed: 0 },
      { perBatch: 0, fixed: 2 }
    ]
    const tensors = ['x', ...nodes.flatMap((item) => item.outputs)]
    const measured: ProbedModel = {
      ...model,
      batch: 'dynamic',
      shapes: new Map(tensors.map((name) => [name, shape])),
      types: new Map(tensors.map((name) => [name, 'float32'])),
      integers: new Map()
    }
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
      externalData: create(ModelProtoSchema, { metadataProps: [{ key: 'location', value: 'weights.bin' }] })
        .metadataProps
    }
    writeFileSync(join(folder, 'model.onnx'), toBinary(ModelProtoSchema, proto))
    const outside = compiled(await probeModel(openModel(join(folder, 'model.onnx')), runModel))
    expect(outside.source.externalDataFolder).toBe(folder)
    const inside = compiled(await probed(net))
    const ask = async (graph: CompiledGraph): Promise<number[]> =>
      (await run(graph, { x: image(1), [graph.startInput]: oneHot(1, 1) }, [graph.outputs.gradients.x]))[
        graph.outputs.gradients.x
      ]
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
  const to16 = (tensor: AnyTensor): AnyTensor => ({
    ...tensor,
    elementType: 'float16',
    data: float32ToFloat16(tensor.data as Float32Array)
  })
  const found = await runSession(session, { x: to16(image(1)), [low.startInput]: to16(oneHot(1, 1)) }, [
    low.outputs.gradients.x
  ])
  const expected = await run(single, { x: image(1), [single.startInput]: oneHot(1, 1) }, [single.outputs.gradients.x])
  const bits = found[low.outputs.gradients.x].data
  expectClose(
    Array.from(float16ToFloat32(new Uint16Array(bits.buffer as ArrayBuffer, bits.byteOffset, bits.length))),
    expected[single.outputs.gradients.x],
    0.03
  )
})
