import { describe, expect, test } from 'vitest'
import { proposeLayers } from '@engine/graph/layers'
import { findLogits, scoreOutput } from '@engine/graph/logits'
import type { ProbedModel } from '@engine/graph/model'
import { parseModel } from '@engine/graph/parse'
import { probeModel } from '@engine/graph/probe'
import { weightedLayers } from '@engine/graph/weights'
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

const probed = async (graph: TinyGraph): Promise<ProbedModel> => probeModel(parseModel(tinyModel(graph)), runModel)
const weight = (name: string, dims: readonly number[]) =>
  floats(
    name,
    dims,
    drawValues(
      dims.reduce((a, b) => a * b, 1),
      'positive',
      name.length
    )
  )

/** Scores `z` of shape [N, 3] from an input of [N, 4]. */
const scores = {
  nodes: [node('MatMul', ['x', 'w'], 'z')],
  constants: [weight('w', [4, 3])],
  inputs: [floatInput('x', ['N', 4])]
}

describe('stepping back to the logits', () => {
  const behind = async (
    nodes: TinyGraph['nodes'],
    { output = 'y', opset = 17, constants = [] as TinyGraph['constants'] } = {}
  ) => {
    const model = await probed({
      ...scores,
      opset,
      nodes: [...scores.nodes, ...nodes],
      constants: [...scores.constants, ...(constants ?? [])],
      outputs: [floatOutput(output)]
    })
    return findLogits(model, output)
  }

  test.each([
    ['Sigmoid', [node('Sigmoid', ['z'], 'y')], 'sigmoid'],
    ['Softmax', [node('Softmax', ['z'], 'y', { axis: 1 })], 'softmax'],
    ['LogSoftmax', [node('LogSoftmax', ['z'], 'y')], 'log-softmax'],
    ['Log of Softmax', [node('Softmax', ['z'], 'p'), node('Log', ['p'], 'y')], 'log-softmax'],
    [
      'Sigmoid, renamed and cast',
      [
        node('Sigmoid', ['z'], 'p'),
        node('Identity', ['p'], 'q'),
        node('Cast', ['q'], 'r', { to: 11 }),
        node('Cast', ['r'], 'y', { to: 1 })
      ],
      'sigmoid'
    ]
  ])('%s', async (_name, nodes, head) => {
    expect(await behind(nodes)).toEqual({ tensor: 'z', output: 'y', head })
  })

  test('the default axis of an old Softmax', async () => {
    expect(await behind([node('Softmax', ['z'], 'y')], { opset: 11 })).toEqual({
      tensor: 'z',
      output: 'y',
      head: 'softmax'
    })
  })

  test('a Softmax over 1 × 1 axes that are dropped afterwards', async () => {
    const nodes = [
      node('Unsqueeze', ['z', 'axes'], 'u'),
      node('Softmax', ['u'], 'p', { axis: 1 }),
      node('Flatten', ['p'], 'y')
    ]
    expect(await behind(nodes, { constants: [int64s('axes', [2, 3])] })).toEqual({
      tensor: 'u',
      output: 'y',
      head: 'softmax'
    })
  })

  test.each([
    ['nothing', [node('Identity', ['z'], 'y')]],
    ['a ReLU', [node('Relu', ['z'], 'y')]],
    ['a Softmax over the batch', [node('Softmax', ['z'], 'y', { axis: 0 })]],
    ['a Sigmoid that is still mixed', [node('Sigmoid', ['z'], 's'), node('Add', ['s', 's'], 'y')]]
  ])('%s is no head: the output itself is explained', async (_name, nodes) => {
    expect(await behind(nodes)).toEqual({ tensor: 'y', output: 'y', head: 'none' })
  })

  test('labels beside scores: the scores are taken', async () => {
    const nodes = [...scores.nodes, node('ArgMax', ['z'], 'label', { axis: 1 }), node('Softmax', ['z'], 'p')]
    const model = await probed({
      ...scores,
      nodes,
      outputs: [{ name: 'label', elementType: 'int64', dims: null }, floatOutput('p')]
    })
    expect(scoreOutput(model)).toBe('p')
  })
})

describe('target layers', () => {
  const conv = (from: string, to: string, kernel: string, strides: number) =>
    node('Conv', [from, kernel], to, { strides: [strides, strides], pads: [1, 1, 1, 1] })

  test('the last of each resolution, after the nonlinearity, bottlenecks before branches', async () => {
    const model = await probed({
      nodes: [
        conv('x', 'c1', 'k1', 1),
        node('Relu', ['c1'], 'r1'),
        node('MaxPool', ['r1'], 'p1', { kernel_shape: [2, 2], strides: [2, 2] }),
        conv('p1', 'c2', 'k2', 1),
        node('Relu', ['c2'], 'branch'),
        conv('branch', 'c3', 'k2', 1),
        node('Add', ['c3', 'p1'], 'joined'),
        node('Relu', ['joined'], 'r2'),
        conv('r2', 'c4', 'k2', 2),
        node('GlobalAveragePool', ['c4'], 'g'),
        node('Flatten', ['g'], 'y')
      ],
      constants: [weight('k1', [4, 1, 3, 3]), weight('k2', [4, 4, 3, 3])],
      inputs: [floatInput('x', ['N', 1, 16, 16])],
      outputs: [floatOutput('y')]
    })
    expect(proposeLayers(model, 'y')).toEqual([
      { tensor: 'c4', title: 'Last features, 4 × 4, 4 channels', shape: [4, 4, 4] },
      { tensor: 'r2', title: 'Earlier features, 8 × 8, 4 channels', shape: [4, 8, 8] },
      { tensor: 'r1', title: 'Earlier features, 16 × 16, 4 channels', shape: [4, 16, 16] }
    ])
  })

  test('a network without spatial features has none', async () => {
    expect(proposeLayers(await probed({ ...scores, outputs: [floatOutput('z')] }), 'z')).toEqual([])
  })
})

describe('layers with weights', () => {
  test('in graph order, with roles and fan-in, wherever they are stored', () => {
    const model = parseModel(
      tinyModel({
        nodes: [
          node('Mul', ['x', 'scale'], 'scaled'),
          node('Conv', ['scaled', 'k', 'b'], 'c'),
          node('BatchNormalization', ['c', 'g', 'h', 'm', 'v'], 'n'),
          node('PRelu', ['n', 's'], 'r'),
          node('ConvTranspose', ['r', 't'], 'd'),
          node('Flatten', ['d'], 'f'),
          node('MatMul', ['f', 'w'], 'e'),
          node('Add', ['e', 'bias'], 'a'),
          node('Gemm', ['a', 'u', 'o'], 'y', { transB: 1 })
        ],
        constants: [
          weight('scale', [1, 2, 1, 1]),
          weight('k', [6, 2, 3, 5]),
          weight('b', [6]),
          weight('g', [6]),
          weight('h', [6]),
          weight('m', [6]),
          weight('v', [6]),
          weight('s', [6, 1, 1]),
          weight('t', [6, 4, 2, 2]),
          weight('w', [128, 10]),
          weight('bias', [10]),
          weight('u', [3, 10]),
          weight('o', [3])
        ],
        inputs: [floatInput('x', ['N', 2, 7, 9])],
        outputs: [floatOutput('y')]
      })
    )
    const found = weightedLayers(model).map(({ name, opType, fanIn, weights }) => [
      name,
      opType,
      fanIn,
      weights.map((item) => `${item.role} ${item.name}`).join(', ')
    ])
    expect(found).toEqual([
      ['c', 'Conv', 30, 'kernel k, bias b'],
      ['n', 'BatchNormalization', null, 'gamma g, beta h, mean m, variance v'],
      ['r', 'PRelu', null, 'slope s'],
      ['d', 'ConvTranspose', 16, 'kernel t'],
      ['e', 'MatMul', 128, 'kernel w, bias bias'],
      ['y', 'Gemm', 10, 'kernel u, bias o']
    ])
  })

  test('a weight used twice is listed once', () => {
    const model = parseModel(
      tinyModel({
        nodes: [node('MatMul', ['x', 'w'], 'a'), node('MatMul', ['a', 'w'], 'y')],
        constants: [weight('w', [3, 3])],
        inputs: [floatInput('x', ['N', 3])],
        outputs: [floatOutput('y')]
      })
    )
    expect(weightedLayers(model).map((layer) => layer.name)).toEqual(['a'])
  })

  test('a scale given through Unsqueeze, as old exporters write it', () => {
    const model = parseModel(
      tinyModel({
        opset: 9,
        nodes: [
          node('Conv', ['x', 'k'], 'c'),
          node('Unsqueeze', ['g'], 'gu', { axes: [1, 2] }),
          node('Mul', ['c', 'gu'], 'y')
        ],
        constants: [weight('k', [2, 1, 1, 1]), weight('g', [2])],
        inputs: [floatInput('x', ['N', 1, 2, 2])],
        outputs: [floatOutput('y')]
      })
    )
    expect(weightedLayers(model)[1].weights).toEqual([{ role: 'gamma', name: 'g', dims: [2] }])
  })
})
