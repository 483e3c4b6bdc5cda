import { describe, expect, test } from 'vitest'
import { findChains } from '@engine/compiler/chains'
import { parseModel } from '@engine/graph/parse'
import { gradcheck } from '../../support/gradcheck'
import { floatInput, floatOutput, floats, node, type TinyGraph, tinyModel } from '../../support/tiny-graphs'

const number = (name: string, value: number): ReturnType<typeof floats> => floats(name, [], [value])

/** Activations as exporters spell them out. */
const forms: Readonly<Record<string, Pick<TinyGraph, 'nodes' | 'constants'>>> = {
  'SiLU, PyTorch': { nodes: [node('Sigmoid', ['x'], 's'), node('Mul', ['x', 's'], 'y')] },
  'SiLU, gate first': { nodes: [node('Sigmoid', ['x'], 's'), node('Mul', ['s', 'x'], 'y')] },
  'GELU, torch.onnx by tracing': {
    constants: [number('root', Math.SQRT2), number('one', 1), number('half', 0.5)],
    nodes: [
      node('Div', ['x', 'root'], 'z'),
      node('Erf', ['z'], 'e'),
      node('Add', ['e', 'one'], 'u'),
      node('Mul', ['x', 'u'], 'p'),
      node('Mul', ['p', 'half'], 'y')
    ]
  },
  'GELU, torch.export': {
    constants: [number('root', Math.SQRT1_2), number('one', 1), number('half', 0.5)],
    nodes: [
      node('Mul', ['root', 'x'], 'z'),
      node('Erf', ['z'], 'e'),
      node('Add', ['one', 'e'], 'u'),
      node('Mul', ['half', 'u'], 'g'),
      node('Mul', ['g', 'x'], 'y')
    ]
  },
  'another scale, shift and factor': {
    constants: [number('scale', 1.7), number('shift', 0.4), number('factor', -0.8)],
    nodes: [
      node('Mul', ['x', 'scale'], 'z'),
      node('Erf', ['z'], 'e'),
      node('Add', ['e', 'shift'], 'u'),
      node('Mul', ['u', 'factor'], 'g'),
      node('Mul', ['x', 'g'], 'y')
    ]
  }
}

const graph = (form: Pick<TinyGraph, 'nodes' | 'constants'>): TinyGraph => ({
  opset: 17,
  ...form,
  inputs: [floatInput('x', ['N', 2, 3, 4])],
  outputs: [floatOutput('y')]
})

describe.each(Object.entries(forms))('%s', (_title, form) => {
  test('is recognised, and its slope is that of finite differences', async () => {
    const model = tinyModel(graph(form))
    expect([...findChains(parseModel(model), new Set(['x', 'y'])).values()]).toHaveLength(1)
    const { error, forwardError } = await gradcheck({
      model,
      inputs: { x: { dims: [2, 2, 3, 4] } },
      of: 'y',
      target: 'cpu',
      batch: 2
    })
    expect(error).toBeLessThan(1e-3)
    expect(forwardError).toBeLessThan(1e-6)
  })

  test('gives way where an inner tensor is asked for', () => {
    const model = parseModel(tinyModel(graph(form)))
    const [{ nodes }] = findChains(model, new Set(['x', 'y'])).values()
    for (const inner of nodes.slice(0, -1)) expect(findChains(model, new Set(['x', inner.outputs[0]])).size).toBe(0)
  })
})

test.each([
  ['a gate of another tensor', [node('Sigmoid', ['v'], 's'), node('Mul', ['x', 's'], 'y')]],
  ['a square', [node('Mul', ['x', 'x'], 'y')]],
  ['another function', [node('Tanh', ['x'], 's'), node('Mul', ['x', 's'], 'y')]]
])('%s is no chain', (_title, nodes) => {
  const inputs = [floatInput('x', ['N', 2]), floatInput('v', ['N', 2])]
  const model = parseModel(tinyModel({ nodes, inputs, outputs: [floatOutput('y')] }))
  expect(findChains(model, new Set()).size).toBe(0)
})

test('an inner tensor that is read elsewhere too keeps that gradient', async () => {
  const model = tinyModel({
    nodes: [node('Sigmoid', ['x'], 's'), node('Mul', ['x', 's'], 'p'), node('Add', ['p', 's'], 'y')],
    inputs: [floatInput('x', ['N', 5])],
    outputs: [floatOutput('y')]
  })
  const { error } = await gradcheck({ model, inputs: { x: { dims: [2, 5] } }, of: 'y', target: 'cpu', batch: 2 })
  expect(error).toBeLessThan(1e-3)
})
