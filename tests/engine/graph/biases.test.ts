import { describe, expect, test } from 'vitest'
import { biasedTensors } from '@engine/graph/biases'
import { floatsOf } from '@engine/graph/constant'
import { expectClose, net, probed, weight } from '../../support/gradcheck-net'
import { floatInput, floatOutput, floats, node, type TinyGraph } from '../../support/tiny-graphs'

describe('biases between input and scores', () => {
  test('of batch normalisations and dense layers', async () => {
    const model = await probed(net)
    const found = biasedTensors(model, 'x', 'y')
    expect(found.map(({ tensor, channelAxis, onImage }) => [tensor, channelAxis, onImage])).toEqual([
      ['n1', 1, true],
      ['n2', 1, true],
      ['y', 1, false]
    ])
    const of = (name: string): number[] => Array.from(floatsOf(model.constants.get(name)!))
    const [g, h, m, v] = ['g', 'h', 'm', 'v'].map(of)
    const implicit = h.map((beta, k) => beta - (m[k] * g[k]) / Math.sqrt(v[k] + 1e-5))
    expectClose(Array.from(found[0].bias), implicit)
    expect(Array.from(found[2].bias)).toEqual(of('b'))
    expect(biasedTensors(model, 'x', 'n1').map(({ tensor }) => tensor)).toEqual(['n1'])
  })

  test('of convolutions, their own or added behind them, and of additions that are none of a layer', async () => {
    const graph: TinyGraph = {
      nodes: [
        node('Sub', ['x', 'shift'], 'x0'),
        node('Conv', ['x0', 'k', 'bk'], 'c1'),
        node('Conv', ['c1', 'k1'], 'c2'),
        node('Add', ['bias', 'c2'], 'a'),
        node('Relu', ['a'], 'r'),
        node('Mul', ['r', 'bias'], 't'),
        node('Add', ['t', 'bias'], 'later'),
        node('Add', ['later', 'a'], 'residual'),
        node('GlobalAveragePool', ['residual'], 'q'),
        node('Flatten', ['q'], 'f'),
        node('Gemm', ['f', 'w', 'b'], 'y', { transB: 1, beta: { float: 0.5 } })
      ],
      constants: [
        floats('shift', [], [0.5]),
        weight('k', [2, 1, 3, 3]),
        floats('bk', [2], [1, 2]),
        weight('k1', [2, 2, 1, 1]),
        floats('bias', [2, 1, 1], [3, 4]),
        weight('w', [3, 2]),
        floats('b', [3], [1, 2, 3])
      ],
      inputs: [floatInput('x', ['N', 1, 6, 6])],
      outputs: [floatOutput('y')]
    }
    const found = biasedTensors(await probed(graph), 'x', 'y')
    expect(found.map(({ tensor, bias, onImage }) => [tensor, [...bias], onImage])).toEqual([
      ['x0', [-0.5], false],
      ['c1', [1, 2], true],
      ['a', [3, 4], true],
      ['later', [3, 4], false],
      ['y', [0.5, 1, 1.5], false]
    ])
  })
})
