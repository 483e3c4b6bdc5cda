import type { NewConstant } from '@engine/graph/encode'
import { floats, int64s, node } from '../../../support/tiny-graphs'
import { type CaseInput, makes, type RuleCase, since } from './rule-case'

const shaped = (values: readonly number[], dims: readonly number[]): NewConstant => ({ ...int64s('i', values), dims })

interface Picking {
  readonly title: string
  readonly dims: CaseInput['dims']
  readonly indices: NewConstant
  readonly attributes?: Readonly<Record<string, number>>
  readonly opsets: readonly number[]
}

function picking(op: string, { title, dims, indices, attributes = {}, opsets }: Picking): RuleCase {
  return {
    op,
    title,
    opsets,
    inputs: { x: { dims } },
    constants: [indices],
    nodes: [makes(op, ['x', 'i'], attributes)],
    step: 0.25
  }
}

const modes = (
  op: string,
  reductions: readonly (string | null)[],
  plan: Omit<RuleCase, 'op' | 'title' | 'nodes' | 'opsets'>
) =>
  reductions.map((reduction): RuleCase => ({
    ...plan,
    op,
    title: reduction === null ? 'replacing' : `reduction ${reduction}`,
    opsets: reduction === null ? since(11) : since(16),
    nodes: [
      makes(op, ['x', 'i', 'u'], {
        ...(op === 'ScatterElements' ? { axis: 1 } : {}),
        ...(reduction === null ? {} : { reduction })
      })
    ],
    step: 0.25
  }))

/** Places that only the run itself finds: those of the maxima. */
const foundIndices: RuleCase = {
  op: 'GatherElements',
  title: 'indices found while the model runs',
  opsets: [11, 13, 16, 21],
  inputs: { x: { dims: ['N', 3, 4], draw: 'apart' } },
  nodes: [
    { ...node('ArgMax', ['x'], 'i', { axis: 2, keepdims: 1 }), name: 'places' },
    makes('GatherElements', ['x', 'i'], { axis: 2 })
  ],
  step: 0.01
}

const perRow: RuleCase = {
  op: 'GatherND',
  title: 'a batch axis, indices found while the model runs',
  opsets: since(16),
  inputs: { x: { dims: ['N', 3, 4], draw: 'apart' } },
  nodes: [
    { ...node('ArgMax', ['x'], 'i', { axis: 1, keepdims: 0 }), name: 'places' },
    { ...node('Slice', ['i', 'from', 'to', 'along'], 'j'), name: 'cut' },
    makes('GatherND', ['x', 'j'], { batch_dims: 1 })
  ],
  constants: [int64s('from', [0]), int64s('to', [1]), int64s('along', [1])],
  step: 0.01
}

/** Rows whose places only the run itself finds. */
const foundRows = (title: string, axis: 0 | 1, keepdims: 0 | 1): RuleCase => ({
  op: 'Gather',
  title,
  opsets: [9, 11, 13, 21],
  inputs: { x: { dims: [3, 4], draw: 'apart' } },
  nodes: [{ ...node('ArgMax', ['x'], 'i', { axis, keepdims }), name: 'places' }, makes('Gather', ['x', 'i'], { axis })],
  step: 0.01
})

export const gatheringCases: readonly RuleCase[] = [
  foundRows('rows found while the model runs', 0, 0),
  foundRows('columns found while the model runs', 1, 0),
  foundRows('columns found while the model runs, as a matrix', 1, 1),
  picking('GatherElements', {
    title: 'last axis, with repeats',
    dims: [2, 3, 4],
    indices: shaped([0, 3, 3, 1, 2, 2, 0, 0, 1, -1, 3, 3], [2, 3, 2]),
    attributes: { axis: 2 },
    opsets: since(11)
  }),
  picking('GatherElements', {
    title: 'first axis, fewer columns',
    dims: [3, 4],
    indices: shaped([2, 0, 2, 1, 2, -3], [2, 3]),
    attributes: { axis: 0 },
    opsets: since(11)
  }),
  foundIndices,
  picking('GatherND', {
    title: 'elements',
    dims: [2, 3, 4],
    indices: shaped([0, 1, 2, 1, 2, 3], [2, 3]),
    opsets: since(11)
  }),
  picking('GatherND', { title: 'rows', dims: [2, 3, 4], indices: shaped([1, 2, 0, 1], [2, 2]), opsets: since(11) }),
  picking('GatherND', {
    title: 'rows, with repeats',
    dims: [2, 3, 4],
    indices: shaped([1, 2, 0, 1, 1, 2], [3, 1, 2]),
    opsets: since(16)
  }),
  picking('GatherND', {
    title: 'a fixed batch axis',
    dims: [2, 3, 4],
    indices: shaped([0, 2, 1, 1], [2, 2, 1]),
    attributes: { batch_dims: 1 },
    opsets: [16, 17, 21]
  }),
  perRow,
  ...modes('ScatterElements', [null, 'add'], {
    inputs: { x: { dims: [2, 4] }, u: { dims: [2, 2] } },
    constants: [shaped([0, 3, 2, -3], [2, 2])]
  }),
  ...modes('ScatterND', [null, 'add'], {
    inputs: { x: { dims: [3, 4] }, u: { dims: [2, 4] } },
    constants: [shaped([2, 0], [2, 1])]
  }),
  {
    op: 'Scatter',
    title: 'into fixed places',
    opsets: [9, 10],
    inputs: { x: { dims: [2, 4] } },
    constants: [
      shaped([0, 3, 2, 1], [2, 2]),
      { ...int64s('unused', [0]) },
      { name: 'u', dims: [2, 2], elementType: 'float32', values: Float32Array.of(1, 2, 3, 4) }
    ],
    nodes: [makes('Scatter', ['x', 'i', 'u'], { axis: 1 })],
    step: 0.25
  },
  ...[
    ['rows of an axis', { axis: 2 }, 'image'],
    ['a run of rows', { axis: -1 }, 'run'],
    ['of all elements', {}, 'all']
  ].map(([title, attributes, kind]): RuleCase => ({
    op: 'Compress',
    title: String(title),
    opsets: [9, 11, 17],
    inputs: { x: { dims: kind === 'all' ? [2, 3] : ['N', 2, 5] } },
    constants: [
      {
        name: 'c',
        dims: [5],
        elementType: 'bool',
        values: kind === 'run' ? Uint8Array.of(0, 1, 1, 1, 0) : Uint8Array.of(1, 0, 0, 1, 1)
      }
    ],
    nodes: [makes('Compress', ['x', 'c'], attributes as Record<string, number>)],
    step: 0.25
  })),
  {
    op: 'MaxUnpool',
    title: 'back to where the maxima were',
    opsets: [11, 17, 21],
    inputs: { x: { dims: ['N', 2, 4, 4], draw: 'apart' } },
    nodes: [
      {
        ...node('MaxPool', ['x'], 'p', { kernel_shape: [2, 2], strides: [2, 2] }),
        name: 'pool',
        outputs: ['p', 'i']
      },
      makes('MaxUnpool', ['p', 'i'], { kernel_shape: [2, 2], strides: [2, 2] })
    ],
    step: 0.01
  },
  {
    op: 'OneHot',
    title: 'factor found while the model runs',
    opsets: [11, 17],
    inputs: { x: { dims: ['N', 4], draw: 'apart' } },
    constants: [int64s('depth', 4), floats('values', [2], [0.5, 2])],
    nodes: [
      { ...node('ArgMax', ['x'], 'i', { axis: 1, keepdims: 0 }), name: 'places' },
      { ...node('OneHot', ['i', 'depth', 'values'], 'h'), name: 'row' },
      makes('Mul', ['h', 'x'])
    ],
    step: 0.01
  },
  ...[
    ['largest of the last axis', { axis: -1 }],
    ['smallest of the first class axis', { axis: 1, largest: 0 }]
  ].map(([title, attributes]): RuleCase => ({
    op: 'TopK',
    title: String(title),
    opsets: since(11),
    inputs: { x: { dims: ['N', 3, 4], draw: 'apart' } },
    constants: [int64s('k', [2])],
    nodes: [
      {
        ...makes('TopK', ['x', 'k'], attributes as Record<string, number>),
        outputs: ['y', 'places']
      }
    ],
    step: 0.01
  }))
]
