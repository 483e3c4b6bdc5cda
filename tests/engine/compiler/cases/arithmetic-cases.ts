import { floats } from '../../../support/tiny-graphs'
import { type CaseInput, makes, type RuleCase, since, weight } from './rule-case'

type Dims = CaseInput['dims']

/** Every way two shapes can broadcast. */
const broadcasts: readonly { readonly title: string; readonly a: Dims; readonly b: Dims }[] = [
  { title: 'equal shapes', a: ['N', 3, 4], b: ['N', 3, 4] },
  { title: 'scalar', a: ['N', 3, 4], b: [] },
  { title: 'one element', a: ['N', 3, 4], b: [1] },
  { title: 'missing leading axes', a: ['N', 3, 4], b: [4] },
  { title: 'channel vector', a: ['N', 3, 4], b: [3, 1] },
  { title: 'ones on the right', a: ['N', 3, 4], b: ['N', 3, 1] },
  { title: 'squeeze and excitation', a: ['N', 3, 2, 2], b: ['N', 3, 1, 1] },
  { title: 'both sides', a: ['N', 1, 4], b: [3, 1] },
  { title: 'left side', a: [3, 1], b: ['N', 3, 4] }
]

function binary(
  op: string,
  {
    a = 'plain',
    b = 'plain',
    first = 7,
    step
  }: { a?: CaseInput['draw']; b?: CaseInput['draw']; first?: number; step?: number } = {}
): RuleCase[] {
  return broadcasts.map((shapes) => ({
    op,
    title: shapes.title,
    opsets: shapes.title === 'both sides' ? since(first) : [first, 11, 17],
    inputs: { a: { dims: shapes.a, draw: a }, b: { dims: shapes.b, draw: b } },
    nodes: [makes(op, ['a', 'b'])],
    ...(step === undefined ? {} : { step })
  }))
}

/** Values that never tie between the two inputs: odd multiples of 0.05 against even ones. */
function extremes(op: string): RuleCase[] {
  return broadcasts.map((shapes) => ({
    op,
    title: shapes.title,
    opsets: [8, 11, 17],
    inputs: { a: { dims: shapes.a, draw: 'apart' }, b: { dims: shapes.b, values: offGrid(shapes.b) } },
    nodes: [makes(op, ['a', 'b'])],
    step: 0.004
  }))
}

function offGrid(dims: Dims): number[] {
  const count = dims.reduce<number>((product, size) => product * (size === 'N' ? 2 : size), 1)
  return Array.from({ length: count }, (_, index) => ((index * 7) % count) * 0.05 - Math.floor(count / 2) * 0.05)
}

const three = { a: { dims: ['N', 3, 4] }, b: { dims: [3, 1] }, c: { dims: ['N', 3, 4] } } as const

export const arithmeticCases: readonly RuleCase[] = [
  ...binary('Add'),
  ...binary('Sub'),
  ...binary('Mul'),
  ...binary('Div', { b: 'positive' }),
  ...binary('Pow', { a: 'positive' }),
  ...extremes('Min'),
  ...extremes('Max'),
  {
    op: 'Add',
    title: 'a tensor with itself',
    opsets: [7, 17],
    inputs: { a: { dims: ['N', 3] } },
    nodes: [makes('Add', ['a', 'a'])]
  },
  {
    op: 'Mul',
    title: 'a tensor with itself',
    opsets: [7, 17],
    inputs: { a: { dims: ['N', 3] } },
    nodes: [makes('Mul', ['a', 'a'])]
  },
  {
    op: 'Mul',
    title: 'constant',
    opsets: [7, 17],
    inputs: { a: { dims: ['N', 3, 4] } },
    constants: [weight('k', [3, 1])],
    nodes: [makes('Mul', ['k', 'a'])]
  },
  {
    op: 'Sub',
    title: 'from a constant',
    opsets: [7, 17],
    inputs: { a: { dims: ['N', 3, 4] } },
    constants: [weight('k', [3, 1])],
    nodes: [makes('Sub', ['k', 'a'])]
  },
  {
    op: 'Div',
    title: 'by a constant',
    opsets: [7, 17],
    inputs: { a: { dims: ['N', 3, 4] } },
    constants: [weight('k', [3, 1], 'positive')],
    nodes: [makes('Div', ['a', 'k'])]
  },
  ...[2, 3, 0.5, -1].map((exponent): RuleCase => ({
    op: 'Pow',
    title: `constant exponent ${exponent}`,
    opsets: [7, 12, 13, 17],
    inputs: { a: { dims: ['N', 3], draw: 'positive' } },
    constants: [floats('p', [], [exponent])],
    nodes: [makes('Pow', ['a', 'p'])]
  })),
  {
    op: 'Pow',
    title: 'constant exponents per channel',
    opsets: [7, 17],
    inputs: { a: { dims: ['N', 3, 4], draw: 'positive' } },
    constants: [weight('p', [3, 1])],
    nodes: [makes('Pow', ['a', 'p'])]
  },
  { op: 'Sum', title: 'three, broadcast', opsets: since(8), inputs: three, nodes: [makes('Sum', ['a', 'b', 'c'])] },
  {
    op: 'Sum',
    title: 'three equal',
    opsets: [7],
    inputs: { a: three.a, c: three.c },
    nodes: [makes('Sum', ['a', 'c', 'a'])]
  },
  { op: 'Sum', title: 'one', opsets: [7, 17], inputs: { a: three.a }, nodes: [makes('Sum', ['a'])] },
  { op: 'Mean', title: 'three, broadcast', opsets: since(8), inputs: three, nodes: [makes('Mean', ['a', 'b', 'c'])] },
  { op: 'Max', title: 'one', opsets: [8, 17], inputs: { a: three.a }, nodes: [makes('Max', ['a'])] },
  {
    op: 'Where',
    title: 'constant condition, broadcast',
    opsets: since(9),
    inputs: { a: { dims: ['N', 3, 4] }, b: { dims: [4] } },
    constants: [{ name: 'c', dims: [3, 1], elementType: 'bool', values: Uint8Array.of(1, 0, 1) }],
    nodes: [makes('Where', ['c', 'a', 'b'])]
  },
  {
    op: 'Where',
    title: 'condition from the input',
    opsets: since(9),
    inputs: { a: { dims: ['N', 3, 4], draw: 'apart' }, b: { dims: ['N', 3, 4] } },
    constants: [floats('zero', [], [0])],
    nodes: [
      { opType: 'Greater', name: 'g', inputs: ['a', 'zero'], outputs: ['c'], attributes: {} },
      makes('Where', ['c', 'a', 'b'])
    ],
    step: 0.005
  }
]
