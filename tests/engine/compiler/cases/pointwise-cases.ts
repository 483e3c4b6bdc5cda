import type { NewAttribute } from '@engine/graph/encode'
import { floats, int64s } from '../../../support/tiny-graphs'
import { type CaseInput, float, makes, type RuleCase, since, weight } from './rule-case'

interface Pointwise {
  readonly title?: string
  readonly opsets?: readonly number[]
  readonly input?: CaseInput
  readonly attributes?: Readonly<Record<string, NewAttribute>>
  readonly step?: number
}

const plain: CaseInput = { dims: ['N', 3, 4] }
const apart: CaseInput = { dims: ['N', 3, 4], draw: 'apart' }
const kinked = { input: apart, step: 0.005 }
/** Values in (-0.6, 0.6), where the inverse functions are defined. */
const small: CaseInput = { dims: ['N', 3, 4], draw: 'apart' }
const aboveOne: CaseInput = { dims: ['N', 3, 4], values: Array.from({ length: 24 }, (_, index) => 1.3 + 0.07 * index) }

function pointwise(
  op: string,
  { title = 'default', opsets = [7, 13, 21], input = plain, attributes = {}, step }: Pointwise = {}
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

const inverse = (op: string, opsets: readonly number[], input = small): RuleCase =>
  pointwise(op, { opsets, input, step: 0.005 })

function withBias(op: string, title: string, bias: CaseInput['dims'] | null): RuleCase {
  return {
    op,
    title,
    opsets: [11, 17],
    inputs: { x: plain, ...(bias === null ? {} : { b: { dims: bias } }) },
    nodes: [makes(op, bias === null ? ['x'] : ['x', 'b'])]
  }
}

export const pointwiseCases: readonly RuleCase[] = [
  pointwise('Tan', { input: small, step: 0.005 }),
  inverse('Asin', [7, 13, 22]),
  inverse('Acos', [7, 13, 22]),
  pointwise('Atan'),
  pointwise('Sinh', { opsets: [9, 13, 22] }),
  pointwise('Cosh', { opsets: [9, 13, 22] }),
  pointwise('Asinh', { opsets: [9, 13, 22] }),
  inverse('Acosh', [9, 13, 22], aboveOne),
  inverse('Atanh', [9, 13, 22]),
  pointwise('Shrink', {
    ...kinked,
    opsets: [9, 17],
    attributes: { lambd: float(0.3), bias: float(0.1) },
    input: { dims: ['N', 3, 4], values: Array.from({ length: 24 }, (_, index) => (index - 11.5) * 0.11) }
  }),
  pointwise('Swish', { opsets: [24] }),
  pointwise('Swish', { opsets: [24], attributes: { alpha: float(1.7) }, title: 'alpha 1.7' }),
  pointwise('Hardmax', { ...kinked, opsets: since(7) }),
  pointwise('EyeLike', { opsets: [9, 17], input: { dims: [2, 3] } }),
  {
    op: 'CastLike',
    title: 'same type',
    opsets: [16, 21],
    inputs: { x: plain },
    constants: [weight('like', [1])],
    nodes: [makes('CastLike', ['x', 'like'])]
  },
  pointwise('com.microsoft::Gelu', { opsets: [11, 17] }),
  pointwise('com.microsoft::QuickGelu', { opsets: [11, 17] }),
  pointwise('com.microsoft::QuickGelu', { opsets: [17], attributes: { alpha: float(0.8) }, title: 'alpha 0.8' }),
  withBias('com.microsoft::BiasGelu', 'bias of the last axis', [4]),
  withBias('com.microsoft::FastGelu', 'without bias', null),
  withBias('com.microsoft::FastGelu', 'bias of the last axis', [4]),
  ...[
    ['one number', floats('m', [], [0.7])],
    ['a vector', floats('m', [4], [0.7, -0.9, 1.1, 2.5])]
  ].map(([title, constant]): RuleCase => ({
    op: 'Mod',
    title: `remainder by ${String(title)}`,
    opsets: since(10),
    inputs: { x: apart },
    constants: [constant as ReturnType<typeof floats>],
    nodes: [makes('Mod', ['x', 'm'], { fmod: 1 })],
    step: 0.002
  })),
  {
    op: 'Pow',
    title: 'whole exponents',
    opsets: [12, 13, 17],
    inputs: { x: apart },
    constants: [int64s('p', [1, 2, 3, 0])],
    nodes: [makes('Pow', ['x', 'p'])],
    step: 0.005
  },
  {
    op: 'Pow',
    title: 'exponent 0 at zero',
    opsets: [7, 17],
    inputs: { x: { dims: ['N', 2], values: [0, 1, -1, 0] } },
    constants: [floats('p', [], [0])],
    nodes: [makes('Pow', ['x', 'p'])]
  },
  {
    op: 'Pow',
    title: 'exponents over a base of zero',
    opsets: [7, 13, 17],
    inputs: { p: { dims: [3], values: [1, 2.5, 0.5] } },
    constants: [floats('base', [2, 3], [0, 2, 0, 1, 0, 3])],
    nodes: [makes('Pow', ['base', 'p'])]
  },
  pointwise('Affine', { opsets: [7], attributes: { alpha: float(0.3), beta: float(0.4) } }),
  pointwise('Scale', { opsets: [7], attributes: { scale: float(-1.5) } }),
  pointwise('ImageScaler', {
    opsets: [7],
    input: { dims: ['N', 3, 2, 2] },
    attributes: { scale: float(0.5), bias: { floats: Float32Array.of(1, 2, 3) } }
  }),
  pointwise('ScaledTanh', { opsets: [7], attributes: { alpha: float(1.7), beta: float(0.6) } }),
  pointwise('ParametricSoftplus', { opsets: [7], attributes: { alpha: float(0.8), beta: float(1.3) } })
]
