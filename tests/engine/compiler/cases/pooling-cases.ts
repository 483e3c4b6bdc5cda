import type { NewAttribute } from '@engine/graph/encode'
import { type CaseInput, everyTarget, makes, type RuleCase, since } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>

interface Pooling {
  readonly title: string
  readonly input: CaseInput['dims']
  readonly attributes: Attributes
  readonly opsets?: readonly number[]
}

const windows: readonly Pooling[] = [
  { title: '2×2 tiles', input: ['N', 2, 4, 6], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  { title: '2×2 tiles, unread row', input: ['N', 2, 5, 5], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  {
    title: 'overlapping 3×3, stride 2',
    input: ['N', 2, 6, 7],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }
  },
  {
    title: 'overlapping 3×3, stride 1',
    input: ['N', 2, 4, 4],
    attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }
  },
  {
    title: 'asymmetric',
    input: ['N', 1, 6, 5],
    attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [0, 1, 1, 0] }
  },
  {
    title: 'stride larger than the window',
    input: ['N', 2, 7, 7],
    attributes: { kernel_shape: [2, 2], strides: [3, 3] }
  },
  {
    title: 'SAME_UPPER',
    input: ['N', 2, 5, 6],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' }
  },
  {
    title: 'SAME_LOWER',
    input: ['N', 2, 5, 6],
    attributes: { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_LOWER' }
  },
  {
    title: 'ceil mode',
    input: ['N', 2, 6, 6],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    opsets: since(10)
  },
  {
    title: 'ceil mode with padding',
    input: ['N', 1, 6, 7],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 },
    opsets: since(10)
  },
  { title: 'one spatial axis', input: ['N', 2, 8], attributes: { kernel_shape: [3], strides: [2] } },
  {
    title: 'three spatial axes',
    input: ['N', 1, 4, 4, 4],
    attributes: { kernel_shape: [2, 2, 2], strides: [2, 2, 2] }
  },
  {
    title: 'three spatial axes, overlapping',
    input: ['N', 1, 4, 5, 4],
    attributes: { kernel_shape: [3, 3, 3], strides: [2, 2, 2], pads: [1, 1, 1, 1, 1, 1] }
  }
]

const dilated: Pooling = {
  title: 'dilation',
  input: ['N', 1, 7, 7],
  attributes: { kernel_shape: [2, 2], dilations: [2, 2], strides: [1, 2] },
  opsets: since(10)
}

function maxPool({ title, input, attributes, opsets = [7, 9, 11, 17, 21] }: Pooling): RuleCase {
  return {
    op: 'MaxPool',
    title,
    opsets,
    targets: everyTarget,
    inputs: { x: { dims: input, draw: 'apart' } },
    nodes: [makes('MaxPool', ['x'], attributes)],
    step: 0.01
  }
}

function averagePool(
  { title, input, attributes, opsets = [7, 10, 11, 17, 21] }: Pooling,
  countsPadding: 0 | 1
): RuleCase {
  return {
    op: 'AveragePool',
    title: `${title}${countsPadding ? ', padding counts' : ''}`,
    opsets,
    inputs: { x: { dims: input } },
    nodes: [makes('AveragePool', ['x'], { ...attributes, count_include_pad: countsPadding })],
    step: 0.25
  }
}

export const poolingCases: readonly RuleCase[] = [
  ...windows.map(maxPool),
  maxPool(dilated),
  {
    ...maxPool({
      title: 'indices column by column',
      input: ['N', 1, 4, 5],
      attributes: { kernel_shape: [2, 2], strides: [2, 2], storage_order: 1 },
      opsets: since(8)
    })
  },
  ...windows.flatMap((window) => [averagePool(window, 0), averagePool(window, 1)]),
  averagePool({ ...dilated, opsets: since(19) }, 0),
  ...[
    ['image', ['N', 2, 3, 4]],
    ['volume', ['N', 2, 2, 3, 2]],
    ['line', ['N', 3, 5]]
  ].flatMap(([title, dims]): RuleCase[] => [
    {
      op: 'GlobalAveragePool',
      title: String(title),
      opsets: [7, 13, 17],
      inputs: { x: { dims: dims as CaseInput['dims'] } },
      nodes: [makes('GlobalAveragePool', ['x'])],
      step: 0.25
    },
    {
      op: 'GlobalMaxPool',
      title: String(title),
      opsets: [7, 9, 13, 17],
      inputs: { x: { dims: dims as CaseInput['dims'], draw: 'apart' } },
      nodes: [makes('GlobalMaxPool', ['x'])],
      step: 0.01
    }
  ])
]
