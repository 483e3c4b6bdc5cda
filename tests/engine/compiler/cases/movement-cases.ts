import type { NewAttribute } from '@engine/graph/encode'
import { floats, int64s } from '../../../support/tiny-graphs'
import { type CaseInput, makes, type RuleCase, since } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>

/** One movement that states its numbers as attributes in older operator sets and as inputs in newer ones. */
interface Movement {
  readonly op: string
  readonly title: string
  readonly dims: CaseInput['dims']
  /** Numbers by attribute name; their order is that of the inputs. `null`: an input left out. */
  readonly numbers: Readonly<Record<string, readonly number[] | null>>
  /** First opset with inputs instead of attributes. */
  readonly changedIn: number
  readonly first?: number
  readonly last?: number
  readonly attributes?: Attributes
  readonly draw?: CaseInput['draw']
}

function movement({
  op,
  title,
  dims,
  numbers,
  changedIn,
  first = 7,
  last = 99,
  attributes = {},
  draw = 'plain'
}: Movement): RuleCase[] {
  const stated = Object.entries(numbers).filter((entry): entry is [string, readonly number[]] => entry[1] !== null)
  const x = { dims, draw }
  const step = draw === 'apart' ? 0.01 : 0.25
  const asInputs: RuleCase = {
    op,
    title,
    opsets: since(Math.max(first, changedIn), last),
    inputs: { x },
    constants: stated.map(([name, values]) => int64s(name, values)),
    nodes: [
      makes(op, ['x', ...Object.entries(numbers).map(([name, values]) => (values === null ? '' : name))], attributes)
    ],
    step
  }
  const asAttributes: RuleCase = {
    op,
    title: `${title}, attributes`,
    opsets: since(first, Math.min(last, changedIn - 1)),
    inputs: { x },
    nodes: [makes(op, ['x'], { ...attributes, ...Object.fromEntries(stated) })],
    step
  }
  return [asInputs, ...(asAttributes.opsets.length > 0 ? [asAttributes] : [])]
}

const cut = (title: string, numbers: Movement['numbers'], first = 7): RuleCase[] =>
  movement({ op: 'Slice', title, dims: ['N', 3, 7], numbers, changedIn: 10, first })
const padded = (title: string, pads: readonly number[], attributes: Attributes = {}): RuleCase[] =>
  movement({ op: 'Pad', title, dims: ['N', 2, 4, 5], numbers: { pads }, changedIn: 11, attributes })

const reductions: readonly { readonly op: string; readonly changedIn: number; readonly draw?: CaseInput['draw'] }[] = [
  { op: 'ReduceSum', changedIn: 13 },
  { op: 'ReduceMean', changedIn: 18 },
  { op: 'ReduceMax', changedIn: 18, draw: 'apart' },
  { op: 'ReduceMin', changedIn: 18, draw: 'apart' },
  { op: 'ReduceL2', changedIn: 18, draw: 'positive' },
  { op: 'ReduceSumSquare', changedIn: 18 }
]

function reduced({ op, changedIn, draw = 'plain' }: (typeof reductions)[number]): RuleCase[] {
  const base = { op, dims: ['N', 3, 2, 4] as const, changedIn, draw }
  const cases = [
    ...movement({ ...base, title: 'spatial axes', numbers: { axes: [2, 3] } }),
    ...movement({ ...base, title: 'spatial axes dropped', numbers: { axes: [-1, -2] }, attributes: { keepdims: 0 } }),
    ...movement({ ...base, title: 'channels dropped', numbers: { axes: [1] }, attributes: { keepdims: 0 } })
  ]
  const narrow = draw === 'positive' || op === 'ReduceSumSquare'
  return cases.map((item) => (narrow ? { ...item, step: 0.02 } : item))
}

const renamed = (op: string, title: string, inner: Partial<RuleCase>): RuleCase => ({
  op,
  title,
  opsets: [7, 13, 17],
  inputs: { x: { dims: ['N', 3, 4] } },
  nodes: [makes(op, ['x'])],
  step: 0.25,
  ...inner
})

/** Tensors that only a node of the model makes, from constants. */
const shapeFromNodes: RuleCase = {
  op: 'Reshape',
  title: 'shape computed from the batch',
  opsets: [9, 13, 17],
  inputs: { x: { dims: ['N', 3, 4] } },
  constants: [int64s('first', 0), int64s('rest', [12])],
  nodes: [
    { opType: 'Shape', name: 's', inputs: ['x'], outputs: ['shape'], attributes: {} },
    { opType: 'Gather', name: 'g', inputs: ['shape', 'first'], outputs: ['n'], attributes: {} },
    { opType: 'Reshape', name: 'v', inputs: ['n', 'one'], outputs: ['batch'], attributes: {} },
    { opType: 'Concat', name: 'c', inputs: ['batch', 'rest'], outputs: ['wanted'], attributes: { axis: 0 } },
    makes('Reshape', ['x', 'wanted'])
  ],
  step: 0.25
}

export const movementCases: readonly RuleCase[] = [
  renamed('Reshape', 'rows', { constants: [int64s('shape', [0, 12])], nodes: [makes('Reshape', ['x', 'shape'])] }),
  renamed('Reshape', 'inferred size', {
    constants: [int64s('shape', [-1, 2, 6])],
    nodes: [makes('Reshape', ['x', 'shape'])]
  }),
  { ...shapeFromNodes, constants: [...(shapeFromNodes.constants ?? []), int64s('one', [1])] },
  renamed('Flatten', 'rows', {}),
  renamed('Flatten', 'axis 2', { nodes: [makes('Flatten', ['x'], { axis: 2 })] }),
  ...movement({
    op: 'Squeeze',
    title: 'trailing ones',
    dims: ['N', 3, 1, 1],
    numbers: { axes: [2, 3] },
    changedIn: 13
  }),
  ...movement({
    op: 'Squeeze',
    title: 'counted from the end',
    dims: ['N', 1, 3],
    numbers: { axes: [-2] },
    changedIn: 13,
    first: 11
  }),
  ...movement({ op: 'Unsqueeze', title: 'inner axes', dims: ['N', 3], numbers: { axes: [1, 3] }, changedIn: 13 }),
  renamed('Transpose', 'to channels last', {
    inputs: { x: { dims: ['N', 3, 2, 4] } },
    nodes: [makes('Transpose', ['x'], { perm: [0, 2, 3, 1] })]
  }),
  renamed('Transpose', 'reversed', { inputs: { x: { dims: [4, 3, 2] } } }),
  ...[1, -1]
    .map((axis) =>
      renamed('Concat', `axis ${axis}`, {
        inputs: { a: { dims: ['N', 2, 3] }, b: { dims: ['N', 2, 3] } },
        constants: [
          floats(
            'k',
            [2, 2, 3],
            Array.from({ length: 12 }, (_, index) => index)
          )
        ],
        nodes: [makes('Concat', ['a', 'k', 'b', 'a'], { axis })],
        opsets: axis < 0 ? [11, 17] : [7, 13, 17]
      })
    )
    .map((item) => ({ ...item, nodes: [makes('Concat', ['a', 'b', 'a'], item.nodes[0].attributes)] })),
  ...splitCases(),
  ...cut('one stretch', { starts: [2], ends: [5], axes: [2] }),
  ...cut('two axes, open end', { starts: [1, -4], ends: [2147483647, -1], axes: [1, 2] }),
  ...cut('default axes', { starts: [0, 1, 1], ends: [2147483647, 3, 6] }).map((item) => ({
    ...item,
    inputs: { x: { dims: [2, 3, 7] as const } }
  })),
  ...cut('every second', { starts: [1], ends: [7], axes: [2], steps: [2] }, 10),
  ...cut('every third to the end', { starts: [0], ends: [7], axes: [-1], steps: [3] }, 10),
  ...cut('backwards', { starts: [-1], ends: [-2147483647], axes: [2], steps: [-1] }, 10),
  ...cut('backwards, every second', { starts: [5], ends: [0], axes: [2], steps: [-2] }, 10),
  ...cut('two axes with steps', { starts: [0, 6], ends: [3, 0], axes: [1, 2], steps: [2, -3] }, 10),
  ...[
    ['one row', int64s('i', 1), 1],
    ['last row', int64s('i', -1), 1],
    ['a run', int64s('i', [1, 2]), 2],
    ['shuffled', int64s('i', [2, 0, 3, 1]), 2],
    ['some, out of order', int64s('i', [3, 1]), 2],
    ['repeated', int64s('i', [0, 2, 0, 3]), 2],
    ['matrix of indices', { ...int64s('i', [0, 3, 3, 1]), dims: [2, 2] }, 2]
  ].map(([title, constant, axis]): RuleCase => ({
    op: 'Gather',
    title: String(title),
    opsets: [7, 11, 13, 17],
    inputs: { x: { dims: ['N', 3, 4] } },
    constants: [constant as ReturnType<typeof int64s>],
    nodes: [makes('Gather', ['x', 'i'], { axis: Number(axis) })],
    step: 0.25
  })),
  ...padded('zeros', [0, 0, 1, 2, 0, 0, 0, 3]),
  ...padded('cut off', [0, 0, -1, 0, 0, 0, 0, -2]),
  ...padded('cut off and zeros', [0, 1, -1, 2, 0, 0, 1, -1]),
  ...padded('reflect', [0, 0, 2, 1, 0, 0, 1, 3], { mode: 'reflect' }),
  ...padded('edge', [0, 0, 2, 1, 0, 1, 1, 3], { mode: 'edge' }),
  ...movement({
    op: 'Pad',
    title: 'wrap',
    dims: ['N', 2, 4, 5],
    numbers: { pads: [0, 0, 1, 2, 0, 0, 0, 1] },
    changedIn: 19,
    first: 19,
    attributes: { mode: 'wrap' }
  }),
  ...movement({
    op: 'Pad',
    title: 'stated axes',
    dims: ['N', 2, 4, 5],
    numbers: { pads: [1, 2, 0, 1], value: null, axes: [3, -2] },
    changedIn: 18,
    first: 18
  }),
  {
    op: 'Expand',
    title: 'batch of rows',
    opsets: since(8),
    inputs: { x: { dims: ['N', 1, 3] } },
    constants: [int64s('shape', [1, 4, 3])],
    nodes: [makes('Expand', ['x', 'shape'])],
    step: 0.25
  },
  {
    op: 'Expand',
    title: 'new leading axis',
    opsets: since(8),
    inputs: { x: { dims: [3, 1] } },
    constants: [int64s('shape', [2, 3, 4])],
    nodes: [makes('Expand', ['x', 'shape'])],
    step: 0.25
  },
  ...reductions.flatMap(reduced),
  {
    op: 'ReduceSum',
    title: 'all axes of one row',
    opsets: [7, 13, 18],
    inputs: { x: { dims: [1, 3, 4] } },
    nodes: [makes('ReduceSum', ['x'])],
    step: 0.25
  },
  {
    op: 'ReduceMean',
    title: 'all axes of one row',
    opsets: [7, 13, 18],
    inputs: { x: { dims: [1, 3, 4] } },
    nodes: [makes('ReduceMean', ['x'], { keepdims: 0 })],
    step: 0.25
  }
]

/** Every output, and only some of them, is used on the way to the explained tensor. */
function splitCases(): RuleCase[] {
  const parts = (
    outputs: readonly string[],
    attributes: Attributes,
    inputs: readonly string[] = ['x']
  ): RuleCase['nodes'][number] => ({ opType: 'Split', name: 'tested', inputs, outputs, attributes })
  const join = (op: string, names: readonly string[]): RuleCase['nodes'][number] => ({
    opType: op,
    name: 'join',
    inputs: names,
    outputs: ['y'],
    attributes: {}
  })
  const base = { op: 'Split', inputs: { x: { dims: ['N', 4, 3] as const } }, step: 0.25 }
  const uneven = { inputs: { x: { dims: ['N', 6, 3] as const } } }
  return [
    {
      ...base,
      title: 'halves',
      opsets: [7, 11, 13, 17],
      nodes: [parts(['a', 'b'], { axis: 1 }), join('Sub', ['a', 'b'])]
    },
    {
      ...base,
      title: 'one half unused',
      opsets: [7, 11, 13, 17],
      nodes: [parts(['a', 'b'], { axis: 1 }), join('Neg', ['b'])]
    },
    {
      ...base,
      ...uneven,
      title: 'stated sizes, attribute',
      opsets: [7, 11],
      nodes: [parts(['a', 'b', 'c'], { axis: 1, split: [2, 2, 2] }), join('Sub', ['c', 'a'])]
    },
    {
      ...base,
      ...uneven,
      title: 'stated sizes, input',
      opsets: [13, 17],
      constants: [int64s('sizes', [2, 2, 2])],
      nodes: [parts(['a', 'b', 'c'], { axis: 1 }, ['x', 'sizes']), join('Sub', ['c', 'a'])]
    },
    {
      ...base,
      title: 'number of outputs',
      opsets: [18, 21],
      nodes: [parts(['a', 'b'], { axis: -2, num_outputs: 2 }), join('Sub', ['a', 'b'])]
    }
  ]
}
