import { describe, expect, test } from 'vitest'
import { describeModel } from '@engine/compiler/describe'
import type { ProbedModel } from '@engine/graph/model'
import { parseModel } from '@engine/graph/parse'
import { probeModel } from '@engine/graph/probe'
import { elementCount } from '@engine/tensor/tensor'
import { runModel } from '../../support/gradcheck-ort'
import {
  drawValues,
  floatInput,
  floatOutput,
  floats,
  int64s,
  node,
  type TinyGraph,
  tinyModel
} from '../../support/tiny-graphs'

const weight = (name: string, dims: readonly number[]) =>
  floats(name, dims, drawValues(elementCount(dims), 'plain', name.length))
const probed = async (graph: TinyGraph): Promise<ProbedModel> => probeModel(parseModel(tinyModel(graph)), runModel)

const net: TinyGraph = {
  opset: 15,
  producer: 'bench',
  metadata: { labels: 'a,b,c' },
  nodes: [
    node('Conv', ['x', 'k'], 'c', { pads: [1, 1, 1, 1] }),
    node('Identity', ['c'], 'same'),
    node('Relu', ['same'], 'r'),
    node('Shape', ['r'], 'shape'),
    node('GlobalAveragePool', ['r'], 'g'),
    node('Flatten', ['g'], 'f'),
    node('Identity', ['w'], 'renamed'),
    node('Gemm', ['f', 'renamed'], 'z', { transB: 1 }),
    node('Softmax', ['z'], 'y')
  ],
  constants: [weight('k', [4, 1, 3, 3]), weight('w', [3, 4])],
  inputs: [floatInput('x', ['N', 1, 8, 8])],
  outputs: [floatOutput('y')]
}

test('what a model says of itself', async () => {
  const found = describeModel(await probed(net))
  expect(found).toMatchObject({
    opset: 15,
    irVersion: 8,
    producer: 'bench',
    parameters: 36 + 12,
    batch: 'dynamic',
    input: { name: 'x', shape: [null, 1, 8, 8] },
    output: { name: 'y', logits: 'z', head: 'softmax', classes: 3 },
    layers: [{ tensor: 'r', shape: [4, 8, 8] }],
    classifier: { is: true }
  })
  expect(found.metadata.get('labels')).toBe('a,b,c')
  expect(found.tensors).toEqual(expect.arrayContaining(['x', 'c', 'r', 'z', 'y']))
  expect(found.tensors).not.toContain('k')
  expect(found.tensors).not.toContain('shape')
})

test('operators are counted; those that carry no gradient need no rule', async () => {
  const { ops } = describeModel(await probed(net))
  expect(ops.find((entry) => entry.op === 'Shape')).toEqual({ op: 'Shape', count: 1, rule: true })
  expect(ops.find((entry) => entry.op === 'Identity')).toEqual({ op: 'Identity', count: 2, rule: true })
  expect(ops.map((entry) => entry.op)).toEqual([...ops.map((entry) => entry.op)].sort((a, b) => a.localeCompare(b)))
})

describe('is it a classifier', () => {
  const judge = async (graph: TinyGraph): Promise<string> => {
    const { classifier } = describeModel(await probed(graph))
    return `${classifier.is ? 'yes' : 'no'}: ${classifier.reason}`
  }
  const images = [floatInput('x', ['N', 1, 8, 8])]
  const conv = (outputs: number) => ({
    nodes: [node('Conv', ['x', 'k'], 'y', { pads: [1, 1, 1, 1] })],
    constants: [weight('k', [outputs, 1, 3, 3])],
    inputs: images
  })

  test('yes', async () => expect(await judge(net)).toBe('yes: one row of 3 scores for each image'))
  test('an image', async () =>
    expect(await judge({ ...conv(2), outputs: [floatOutput('y')] })).toMatch(/no: .*image of 8 × 8/))
  test('labels only', async () =>
    expect(
      await judge({
        ...net,
        nodes: [...net.nodes, node('ArgMax', ['y'], 'label', { axis: 1 })],
        outputs: [{ name: 'label', elementType: 'int64', dims: null }]
      })
    ).toMatch(/no: .*whole numbers/))
  test('no image', async () =>
    expect(
      await judge({
        nodes: [node('MatMul', ['x', 'w'], 'y')],
        constants: [weight('w', [4, 2])],
        inputs: [floatInput('x', ['N', 4])],
        outputs: [floatOutput('y')]
      })
    ).toMatch(/no: its input "x" has 2 axes/))
  test('boxes', async () => {
    const nodes = [
      ...conv(4).nodes,
      node('Reshape', ['y', 'flat'], 'f'),
      node('Transpose', ['f'], 'boxes', { perm: [0, 2, 1] })
    ]
    expect(
      await judge({
        ...conv(4),
        nodes,
        constants: [...conv(4).constants, int64s('flat', [0, 4, -1])],
        outputs: [floatOutput('boxes')]
      })
    ).toMatch(/no: .*boxes.*detector/)
  })
})
