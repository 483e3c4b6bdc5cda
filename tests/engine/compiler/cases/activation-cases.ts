import type { NewAttribute } from '@engine/graph/encode'
import { floats } from '../../../support/tiny-graphs'
import { type CaseInput, float, makes, type RuleCase, since, weight } from './rule-case'

interface Pointwise {
  readonly opsets?: readonly number[]
  readonly input?: CaseInput
  readonly attributes?: Readonly<Record<string, NewAttribute>>
  readonly title?: string
  readonly step?: number
}

function pointwise(
  op: string,
  {
    opsets = [7, 9, 11, 13, 17, 21],
    input = { dims: ['N', 3, 4] },
    attributes = {},
    title = 'default',
    step
  }: Pointwise = {}
): RuleCase {
  return {
    op,
    title,
    opsets,
    inputs: { x: input },
    nodes: [makes(op, ['x'], attributes)],
    ...(step === undefined ? {} : { step })
  }
}

const apart: CaseInput = { dims: ['N', 3, 4], draw: 'apart' }
const positive: CaseInput = { dims: ['N', 3, 4], draw: 'positive' }
const kinked = { input: apart, step: 0.005 }

/** The bounds of Clip moved from attributes to inputs in opset 11. */
function clip(title: string, low: number | null, high: number | null): RuleCase[] {
  const attributes = { ...(low === null ? {} : { min: float(low) }), ...(high === null ? {} : { max: float(high) }) }
  const constants = [
    ...(low === null ? [] : [floats('low', [], [low])]),
    ...(high === null ? [] : [floats('high', [], [high])])
  ]
  const inputs = ['x', low === null ? '' : 'low', ...(high === null ? [] : ['high'])]
  return [
    pointwise('Clip', { ...kinked, opsets: since(7, 10), attributes, title: `${title}, attributes` }),
    {
      ...pointwise('Clip', { ...kinked, opsets: since(11), title: `${title}, inputs` }),
      constants,
      nodes: [makes('Clip', inputs)]
    }
  ]
}

/** Bounds computed by nodes, so that they are only known while the model runs. */
const computedClip: RuleCase = {
  op: 'Clip',
  title: 'computed bounds',
  opsets: since(11),
  inputs: { x: apart },
  constants: [floats('low', [], [-0.2]), floats('high', [], [0.3])],
  nodes: [
    { opType: 'Neg', name: 'n1', inputs: ['low'], outputs: ['upper'], attributes: {} },
    { opType: 'Neg', name: 'n2', inputs: ['high'], outputs: ['lower'], attributes: {} },
    makes('Clip', ['x', 'lower', 'upper'])
  ],
  step: 0.005
}

function pRelu(title: string, slope: CaseInput['dims']): RuleCase {
  return {
    op: 'PRelu',
    title,
    opsets: since(7),
    inputs: { x: apart, s: { dims: slope } },
    nodes: [makes('PRelu', ['x', 's'])],
    step: 0.005
  }
}

const wide = (op: string, attributes: Readonly<Record<string, NewAttribute>>): RuleCase =>
  pointwise(op, {
    input: { dims: ['N', 3, 4], values: Array.from({ length: 24 }, (_, index) => (index - 11.7) * 0.43) },
    attributes,
    step: 0.01,
    title: 'over all pieces',
    ...(op === 'HardSwish' ? { opsets: since(14) } : {})
  })

export const activationCases: readonly RuleCase[] = [
  pointwise('Relu', kinked),
  pointwise('LeakyRelu', kinked),
  pointwise('LeakyRelu', { ...kinked, attributes: { alpha: float(0.3) }, title: 'slope 0.3' }),
  pointwise('LeakyRelu', { ...kinked, attributes: { alpha: float(-0.5) }, title: 'slope below 0' }),
  pRelu('one slope per channel', [3, 1]),
  pRelu('one slope', [1]),
  pRelu('a slope for each element', ['N', 3, 4]),
  pointwise('Elu', kinked),
  pointwise('Elu', { ...kinked, attributes: { alpha: float(0.6) }, title: 'alpha 0.6' }),
  pointwise('Selu', kinked),
  pointwise('Celu', { ...kinked, opsets: since(12), attributes: { alpha: float(0.7) } }),
  pointwise('ThresholdedRelu', {
    ...kinked,
    opsets: since(10),
    attributes: { alpha: float(0.225) },
    input: { dims: ['N', 3, 4], values: Array.from({ length: 24 }, (_, index) => (index - 12) * 0.05) }
  }),
  ...clip('both bounds', -0.2, 0.3),
  ...clip('ReLU6', 0, 6),
  ...clip('lower bound only', -0.1, null),
  ...clip('upper bound only', null, 0.1),
  computedClip,
  pointwise('Sigmoid'),
  wide('HardSigmoid', {}),
  wide('HardSigmoid', { alpha: float(1 / 6), beta: float(0.5) }),
  wide('HardSwish', {}),
  pointwise('Tanh'),
  pointwise('Erf', { opsets: since(9) }),
  pointwise('Exp'),
  pointwise('Log', { input: positive }),
  pointwise('Sqrt', { input: positive }),
  pointwise('Reciprocal', { input: positive }),
  pointwise('Neg'),
  pointwise('Abs', kinked),
  pointwise('Sin'),
  pointwise('Cos'),
  pointwise('Softplus'),
  pointwise('Softsign', { input: apart, step: 0.005 }),
  pointwise('Gelu', { opsets: [20, 21] }),
  pointwise('Gelu', { opsets: [20, 21], attributes: { approximate: 'tanh' }, title: 'tanh form' }),
  pointwise('Mish', { opsets: since(18) }),
  pointwise('Floor', kinked),
  pointwise('Ceil', kinked),
  pointwise('Round', { ...kinked, opsets: since(11) }),
  pointwise('Sign', { ...kinked, opsets: since(9) }),
  pointwise('Cast', { attributes: { to: 1 } }),
  {
    op: 'Cast',
    title: 'through float64',
    opsets: since(7),
    inputs: { x: { dims: ['N', 3] } },
    nodes: [
      { opType: 'Cast', name: 'up', inputs: ['x'], outputs: ['wide'], attributes: { to: 11 } },
      makes('Cast', ['wide'], { to: 1 })
    ]
  },
  {
    op: 'Dropout',
    title: 'inference',
    opsets: since(7),
    inputs: { x: { dims: ['N', 5] } },
    nodes: [makes('Dropout', ['x'])]
  },
  {
    op: 'Identity',
    title: 'default',
    opsets: since(7),
    inputs: { x: { dims: ['N', 5] } },
    nodes: [makes('Identity', ['x'])]
  },
  ...[
    ['last axis', 2, 13],
    ['first class axis', 1, 13],
    ['default axis', null, 13]
  ].map(([title, axis, first]): RuleCase => ({
    op: 'Softmax',
    title: String(title),
    opsets: since(Number(first)),
    inputs: { x: { dims: ['N', 3, 4] } },
    nodes: [makes('Softmax', ['x'], axis === null ? {} : { axis: Number(axis) })]
  })),
  ...['Softmax', 'LogSoftmax'].flatMap((op): RuleCase[] => [
    {
      op,
      title: 'as a matrix, opset < 13',
      opsets: since(7, 12),
      inputs: { x: { dims: ['N', 3, 4] } },
      nodes: [makes(op, ['x'], { axis: 1 })]
    },
    {
      op,
      title: 'default axis, opset < 13',
      opsets: since(7, 12),
      inputs: { x: { dims: ['N', 3, 2] } },
      nodes: [makes(op, ['x'])]
    },
    {
      op,
      title: 'last axis, opset < 13',
      opsets: since(7, 12),
      inputs: { x: { dims: ['N', 3, 4] } },
      nodes: [makes(op, ['x'], { axis: 2 })]
    }
  ]),
  {
    op: 'LogSoftmax',
    title: 'default axis',
    opsets: since(13),
    inputs: { x: { dims: ['N', 3, 4] } },
    nodes: [makes('LogSoftmax', ['x'])]
  },
  {
    op: 'LogSoftmax',
    title: 'channel axis',
    opsets: since(13),
    inputs: { x: { dims: ['N', 3, 4] } },
    nodes: [makes('LogSoftmax', ['x'], { axis: 1 })]
  },
  {
    op: 'PRelu',
    title: 'constant slope',
    opsets: since(7),
    inputs: { x: apart },
    constants: [weight('s', [3, 1], 'positive')],
    nodes: [makes('PRelu', ['x', 's'])],
    step: 0.005
  }
]
