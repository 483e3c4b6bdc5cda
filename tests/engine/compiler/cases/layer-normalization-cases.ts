import type { NewAttribute } from '@engine/graph/encode'
import { node } from '../../../support/tiny-graphs'
import { type CaseInput, float, makes, type RuleCase, weight } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>

interface Normalized {
  readonly title: string
  readonly x: CaseInput['dims']
  readonly inputs?: RuleCase['inputs']
  readonly constants?: RuleCase['constants']
  readonly attributes?: Attributes
  readonly opsets: readonly number[]
}

/** Inputs first, then constants, in the operator's order of inputs. */
function normalized(
  op: string,
  { title, x, inputs = {}, constants = [], attributes = {}, opsets }: Normalized
): RuleCase {
  const names = ['x', ...Object.keys(inputs), ...constants.map((constant) => constant.name)]
  return { op, title, opsets, inputs: { x: { dims: x }, ...inputs }, constants, nodes: [makes(op, names, attributes)] }
}

const rows: CaseInput['dims'] = ['N', 3, 5]
const scale = [weight('gamma', [5])]
const scaleAndShift = [weight('gamma', [5]), weight('beta', [5])]

/** The sum in front of the normalization goes on as the next residual. */
function residual(op: string, constants: RuleCase['constants'], epsilon = 1e-5): RuleCase {
  return {
    op,
    title: 'its sum leads on as well',
    opsets: [12, 17],
    inputs: { x: { dims: rows }, s: { dims: rows } },
    constants: constants ?? [],
    nodes: [
      {
        ...makes(op, ['x', 's', ...(constants ?? []).map(({ name }) => name)], { epsilon: float(epsilon) }),
        outputs: ['normalized', '', '', 'sum']
      },
      { ...node('Sub', ['normalized', 'sum'], 'y'), name: 'join' }
    ]
  }
}

const skips: readonly { readonly op: string; readonly constants: NonNullable<RuleCase['constants']> }[] = [
  { op: 'com.microsoft::SkipLayerNormalization', constants: scaleAndShift },
  { op: 'com.microsoft::SkipSimplifiedLayerNormalization', constants: scale }
]

export const layerNormalizationCases: readonly RuleCase[] = [
  normalized('LayerNormalization', {
    title: 'scale and shift from the image',
    x: rows,
    inputs: { gamma: { dims: [5] }, beta: { dims: [5] } },
    opsets: [17, 21]
  }),
  normalized('LayerNormalization', {
    title: 'before it was standard',
    x: rows,
    constants: scaleAndShift,
    attributes: { axis: -1, epsilon: float(1e-3) },
    opsets: [9, 11, 13]
  }),
  normalized('LayerNormalization', {
    title: 'broadcast scale',
    x: ['N', 3, 4],
    constants: [weight('gamma', [4]), weight('beta', [3, 1])],
    attributes: { axis: 1 },
    opsets: [17, 21]
  }),
  normalized('RMSNormalization', { title: 'last axis', x: rows, constants: scale, opsets: [23] }),
  normalized('RMSNormalization', {
    title: 'two axes, scale from the image',
    x: ['N', 2, 3],
    inputs: { gamma: { dims: [2, 3] } },
    attributes: { axis: 1, epsilon: float(1e-2) },
    opsets: [23]
  }),
  normalized('SimplifiedLayerNormalization', {
    title: 'last axis',
    x: rows,
    inputs: { gamma: { dims: [5] } },
    attributes: { axis: -1, epsilon: float(1e-3) },
    opsets: [11, 17]
  }),
  ...skips.flatMap(({ op, constants }) => [
    normalized(op, {
      title: 'residual of the same shape',
      x: rows,
      inputs: { s: { dims: rows } },
      constants,
      attributes: { epsilon: float(1e-3) },
      opsets: [12, 17]
    }),
    normalized(op, {
      title: 'bias in the sum',
      x: rows,
      inputs: { s: { dims: rows } },
      constants: [...constants, weight('more', [5])],
      attributes: { epsilon: float(1e-3) },
      opsets: [17]
    }),
    normalized(op, {
      title: 'one residual for the batch',
      x: rows,
      inputs: { s: { dims: [1, 3, 5] } },
      constants,
      opsets: [17]
    }),
    residual(op, constants)
  ])
]
