import { describe, expect, test } from 'vitest'
import { fromBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema } from '@engine/graph/onnx_pb'
import { gradcheck } from '../../support/gradcheck'
import { compiled, probed } from '../../support/gradcheck-net'
import { floatInput, floatOutput, node, type TinyGraph, tinyModel } from '../../support/tiny-graphs'

const graph = (nodes: TinyGraph['nodes'], opset: number): TinyGraph => ({
  opset,
  nodes,
  inputs: [floatInput('x', ['N', 2, 3, 4])],
  outputs: [floatOutput('y')]
})

/** Tensors read by a mean and by something else: the mean's gradient need not be repeated to be added. */
const forms: Readonly<Record<string, { nodes: TinyGraph['nodes']; repeats: number }>> = {
  'a gate from a mean': {
    nodes: [node('GlobalAveragePool', ['x'], 'm'), node('Sigmoid', ['m'], 's'), node('Mul', ['x', 's'], 'y')],
    repeats: 0
  },
  'two further readers': {
    nodes: [
      node('GlobalAveragePool', ['x'], 'm'),
      node('Tanh', ['x'], 't'),
      node('Mul', ['x', 't'], 'p'),
      node('Mul', ['p', 'm'], 'y')
    ],
    repeats: 0
  },
  'only means': {
    nodes: [
      node('GlobalAveragePool', ['x'], 'm'),
      node('ReduceMean', ['x'], 'c', { axes: [1], keepdims: 1 }),
      node('Mul', ['m', 'c'], 'y')
    ],
    repeats: 1
  }
}

describe.each(Object.entries(forms))('%s', (_title, { nodes, repeats }) => {
  test.each([8, 17])('is added up right, opset %d', async (opset) => {
    const { error } = await gradcheck({
      model: tinyModel(graph(nodes, opset)),
      inputs: { x: { dims: [2, 2, 3, 4] } },
      of: 'y',
      target: 'cpu',
      batch: 2
    })
    expect(error).toBeLessThan(1e-3)
  })

  test('repeats no more than it must', async () => {
    const { parts } = compiled(await probed(graph(nodes, 17))).source
    const written = fromBinary(ModelProtoSchema, Buffer.concat(parts)).graph?.node ?? []
    expect(written.filter(({ opType }) => opType === 'Expand')).toHaveLength(repeats)
  })
})
