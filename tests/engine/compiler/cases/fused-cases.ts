import type { NewAttribute } from '@engine/graph/encode'
import { type CaseInput, float, makes, type RuleCase, weight } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>
const parameters = (...values: readonly number[]): NewAttribute => ({ floats: Float32Array.from(values) })

const activations: readonly (readonly [string, readonly number[]])[] = [
  ['Relu', []],
  ['Sigmoid', []],
  ['Tanh', []],
  ['LeakyRelu', [0.2]],
  ['HardSigmoid', [0.1, 0.5]],
  ['Clip', [-1.03, 2.07]]
]

function fusedConv(
  title: string,
  attributes: Attributes,
  more: Partial<RuleCase> & { order?: readonly string[] } = {}
): RuleCase {
  const { order = ['x', 'k', 'b'], ...rest } = more
  return {
    op: 'com.microsoft::FusedConv',
    title,
    opsets: [11, 17],
    inputs: { x: { dims: ['N', 2, 4, 4] } },
    constants: [weight('k', [3, 2, 3, 3]), weight('b', [3])],
    nodes: [makes('com.microsoft::FusedConv', order, { kernel_shape: [3, 3], pads: [1, 1, 1, 1], ...attributes })],
    step: 0.001,
    ...rest
  }
}

function fusedMatMul(
  title: string,
  [a, b]: readonly [CaseInput['dims'], CaseInput['dims']],
  attributes: Attributes,
  op = 'FusedMatMul'
): RuleCase {
  const key = `com.microsoft::${op}`
  return {
    op: key,
    title,
    opsets: [9, 17],
    inputs: { a: { dims: a }, b: { dims: b } },
    nodes: [makes(key, ['a', 'b'], attributes)]
  }
}

export const fusedCases: readonly RuleCase[] = [
  ...activations.map(([activation, values]) =>
    fusedConv(activation, { activation, ...(values.length === 0 ? {} : { activation_params: parameters(...values) }) })
  ),
  fusedConv('with a stride', { activation: 'Relu', strides: [2, 2] }),
  fusedConv('without activation', {}),
  fusedConv(
    'with a sum',
    { activation: 'Relu' },
    { inputs: { x: { dims: ['N', 2, 4, 4] }, z: { dims: ['N', 3, 4, 4] } }, order: ['x', 'k', 'b', 'z'] }
  ),
  // FusedGemm knows no Clip.
  ...activations.slice(0, -1).map(([activation, values]): RuleCase => ({
    op: 'com.microsoft::FusedGemm',
    title: activation,
    opsets: [11, 17],
    inputs: { a: { dims: ['N', 3] } },
    constants: [weight('w', [4, 3]), weight('b', [4])],
    nodes: [
      makes('com.microsoft::FusedGemm', ['a', 'w', 'b'], {
        transB: 1,
        alpha: float(0.5),
        activation,
        ...Object.fromEntries(values.map((value, index) => [`activation_${['alpha', 'beta'][index]}`, float(value)]))
      })
    ],
    step: 0.004
  })),
  fusedMatMul(
    'plain',
    [
      ['N', 2, 3],
      [3, 4]
    ],
    {}
  ),
  fusedMatMul(
    'turned right side, alpha',
    [
      ['N', 2, 3],
      ['N', 4, 3]
    ],
    { transB: 1, alpha: float(0.3) }
  ),
  fusedMatMul(
    'turned left side',
    [
      ['N', 3, 2],
      [3, 4]
    ],
    { transA: 1 }
  ),
  fusedMatMul(
    'both turned, broadcast batch',
    [
      ['N', 2, 3, 2],
      [1, 4, 3]
    ],
    { transA: 1, transB: 1 }
  ),
  fusedMatMul(
    'older name',
    [
      ['N', 2, 3],
      ['N', 4, 3]
    ],
    { transB: 1, alpha: float(0.3) },
    'TransposeMatMul'
  )
]
