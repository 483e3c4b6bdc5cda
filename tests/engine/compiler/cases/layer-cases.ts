import type { NewAttribute } from '@engine/graph/encode'
import { type CaseInput, makes, type RuleCase, since, weight } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>
const float = (value: number): NewAttribute => ({ float: value })
const everyTarget = ['cpu', 'cuda', 'webgpu'] as const

interface Convolution {
  readonly title: string
  readonly input: CaseInput['dims']
  readonly kernel: readonly number[]
  readonly attributes?: Attributes
  readonly op?: 'Conv' | 'ConvTranspose'
  readonly opsets?: readonly number[]
}

/** Linear in its data, so the step can be wide. The bias is an input of the case, so that its gradient is checked too. */
function convolution({ title, input, kernel, attributes = {}, op = 'Conv', opsets = [7, 9, 10, 11, 17] }: Convolution): RuleCase {
  const groups = typeof attributes.group === 'number' ? attributes.group : 1
  const outputs = op === 'Conv' ? kernel[0] : kernel[1] * groups
  return {
    op,
    title,
    opsets,
    targets: everyTarget,
    inputs: { x: { dims: input }, b: { dims: [outputs] } },
    constants: [weight('k', kernel)],
    nodes: [makes(op, ['x', 'k', 'b'], attributes)],
    step: 0.25
  }
}

const convolutions: readonly Convolution[] = [
  { title: '3×3', input: ['N', 2, 5, 6], kernel: [3, 2, 3, 3], attributes: { pads: [1, 1, 1, 1] } },
  { title: 'no padding', input: ['N', 2, 5, 6], kernel: [3, 2, 3, 3] },
  { title: 'pointwise', input: ['N', 3, 4, 4], kernel: [2, 3, 1, 1] },
  { title: 'asymmetric padding and kernel', input: ['N', 2, 6, 7], kernel: [3, 2, 3, 5], attributes: { pads: [0, 1, 2, 3] } },
  { title: 'padding wider than the kernel', input: ['N', 1, 4, 4], kernel: [2, 1, 2, 2], attributes: { pads: [2, 2, 2, 2] } },
  { title: 'stride 2', input: ['N', 2, 7, 8], kernel: [3, 2, 3, 3], attributes: { strides: [2, 2], pads: [1, 1, 1, 1] } },
  { title: 'stride 2, unread last row', input: ['N', 2, 8, 8], kernel: [3, 2, 3, 3], attributes: { strides: [2, 2] } },
  { title: 'stride 2 × 3, asymmetric', input: ['N', 2, 8, 9], kernel: [2, 2, 4, 3], attributes: { strides: [2, 3], pads: [1, 0, 2, 1] } },
  { title: 'pointwise with stride', input: ['N', 3, 5, 6], kernel: [2, 3, 1, 1], attributes: { strides: [2, 2] } },
  { title: 'stride larger than the kernel', input: ['N', 2, 9, 9], kernel: [2, 2, 2, 2], attributes: { strides: [3, 3] } },
  { title: 'dilation', input: ['N', 2, 8, 8], kernel: [2, 2, 3, 3], attributes: { dilations: [2, 2], pads: [2, 2, 2, 2] } },
  { title: 'dilation and stride', input: ['N', 2, 9, 9], kernel: [2, 2, 3, 3], attributes: { dilations: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] } },
  { title: 'dilation 3, stride 2, odd reach', input: ['N', 1, 11, 10], kernel: [2, 1, 2, 3], attributes: { dilations: [3, 2], strides: [2, 3], pads: [1, 2, 0, 1] } },
  { title: 'two groups', input: ['N', 4, 5, 5], kernel: [6, 2, 3, 3], attributes: { group: 2, pads: [1, 1, 1, 1] } },
  { title: 'two groups with stride', input: ['N', 4, 6, 6], kernel: [6, 2, 3, 3], attributes: { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] } },
  { title: 'depthwise', input: ['N', 3, 5, 5], kernel: [3, 1, 3, 3], attributes: { group: 3, pads: [1, 1, 1, 1] } },
  { title: 'depthwise with stride', input: ['N', 3, 6, 6], kernel: [3, 1, 5, 5], attributes: { group: 3, strides: [2, 2], pads: [2, 2, 2, 2] } },
  { title: 'depthwise, two outputs a channel', input: ['N', 3, 5, 5], kernel: [6, 1, 3, 3], attributes: { group: 3, pads: [1, 1, 1, 1] } },
  { title: 'SAME_UPPER', input: ['N', 2, 7, 6], kernel: [2, 2, 4, 3], attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] } },
  { title: 'SAME_LOWER', input: ['N', 2, 7, 6], kernel: [2, 2, 4, 2], attributes: { auto_pad: 'SAME_LOWER', strides: [2, 1] } },
  { title: 'VALID', input: ['N', 2, 6, 6], kernel: [2, 2, 3, 3], attributes: { auto_pad: 'VALID', strides: [2, 2] } },
  { title: 'one spatial axis', input: ['N', 2, 9], kernel: [3, 2, 4], attributes: { strides: [2], pads: [1, 2] } },
  { title: 'three spatial axes', input: ['N', 2, 4, 5, 4], kernel: [2, 2, 3, 3, 3], attributes: { pads: [1, 1, 1, 1, 1, 1] }, opsets: [11, 17] },
  { title: 'three spatial axes, stride 2', input: ['N', 2, 5, 4, 6], kernel: [2, 2, 3, 3, 3], attributes: { strides: [2, 2, 2], pads: [1, 1, 1, 1, 1, 1] }, opsets: [11, 17] },
  { title: 'three spatial axes, pointwise, stride 2', input: ['N', 2, 4, 4, 5], kernel: [3, 2, 1, 1, 1], attributes: { strides: [2, 2, 2] }, opsets: [11, 17] },
  { title: 'three spatial axes, groups and stride', input: ['N', 4, 4, 5, 4], kernel: [4, 2, 3, 3, 3], attributes: { group: 2, strides: [2, 2, 2], pads: [1, 1, 1, 1, 1, 1] }, opsets: [11, 17] }
]

const transposed: readonly Convolution[] = [
  { title: 'stride 2', input: ['N', 3, 4, 5], kernel: [3, 2, 3, 3], attributes: { strides: [2, 2], pads: [1, 1, 1, 1] } },
  { title: 'output padding', input: ['N', 3, 4, 5], kernel: [3, 2, 3, 3], attributes: { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] } },
  { title: 'two groups, dilation', input: ['N', 4, 4, 4], kernel: [4, 3, 2, 2], attributes: { group: 2, dilations: [2, 2] } },
  { title: 'asymmetric padding', input: ['N', 2, 4, 4], kernel: [2, 2, 3, 4], attributes: { strides: [2, 1], pads: [0, 1, 1, 2] } }
]

interface Pooling {
  readonly title: string
  readonly input: CaseInput['dims']
  readonly attributes: Attributes
  readonly opsets?: readonly number[]
}

const windows: readonly Pooling[] = [
  { title: '2×2 tiles', input: ['N', 2, 4, 6], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  { title: '2×2 tiles, unread row', input: ['N', 2, 5, 5], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  { title: 'overlapping 3×3, stride 2', input: ['N', 2, 6, 7], attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } },
  { title: 'overlapping 3×3, stride 1', input: ['N', 2, 4, 4], attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] } },
  { title: 'asymmetric', input: ['N', 1, 6, 5], attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [0, 1, 1, 0] } },
  { title: 'stride larger than the window', input: ['N', 2, 7, 7], attributes: { kernel_shape: [2, 2], strides: [3, 3] } },
  { title: 'SAME_UPPER', input: ['N', 2, 5, 6], attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' } },
  { title: 'SAME_LOWER', input: ['N', 2, 5, 6], attributes: { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_LOWER' } },
  { title: 'ceil mode', input: ['N', 2, 6, 6], attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, opsets: since(10) },
  { title: 'ceil mode with padding', input: ['N', 1, 6, 7], attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 }, opsets: since(10) },
  { title: 'one spatial axis', input: ['N', 2, 8], attributes: { kernel_shape: [3], strides: [2] } },
  { title: 'three spatial axes', input: ['N', 1, 4, 4, 4], attributes: { kernel_shape: [2, 2, 2], strides: [2, 2, 2] } },
  { title: 'three spatial axes, overlapping', input: ['N', 1, 4, 5, 4], attributes: { kernel_shape: [3, 3, 3], strides: [2, 2, 2], pads: [1, 1, 1, 1, 1, 1] } }
]

const dilated: Pooling = { title: 'dilation', input: ['N', 1, 7, 7], attributes: { kernel_shape: [2, 2], dilations: [2, 2], strides: [1, 2] }, opsets: since(10) }

function maxPool({ title, input, attributes, opsets = [7, 8, 9, 10, 11, 16, 17, 21] }: Pooling): RuleCase {
  return { op: 'MaxPool', title, opsets, targets: everyTarget, inputs: { x: { dims: input, draw: 'apart' } }, nodes: [makes('MaxPool', ['x'], attributes)], step: 0.01 }
}

function averagePool({ title, input, attributes, opsets = [7, 10, 11, 17, 21] }: Pooling, countsPadding: 0 | 1): RuleCase {
  return {
    op: 'AveragePool',
    title: `${title}${countsPadding ? ', padding counts' : ''}`,
    opsets,
    inputs: { x: { dims: input } },
    nodes: [makes('AveragePool', ['x'], { ...attributes, count_include_pad: countsPadding })],
    step: 0.25
  }
}

function normalization(op: string, title: string, { dims, constants, attributes = {}, opsets }: { dims: CaseInput['dims']; constants: RuleCase['constants']; attributes?: Attributes; opsets: readonly number[] }): RuleCase {
  const names = (constants ?? []).map((constant) => constant.name)
  return { op, title, opsets, inputs: { x: { dims } }, ...(constants === undefined ? {} : { constants }), nodes: [makes(op, ['x', ...names], attributes)] }
}

const statistics = (dims: readonly number[]): RuleCase['constants'] => [weight('gamma', dims), weight('beta', dims), weight('mean', dims), weight('variance', dims, 'positive')]
const scaleAndShift = (dims: readonly number[]): RuleCase['constants'] => [weight('gamma', dims), weight('beta', dims)]

export const layerCases: readonly RuleCase[] = [
  ...convolutions.map(convolution),
  ...transposed.map((item) => convolution({ ...item, op: 'ConvTranspose', opsets: [7, 11, 17] })),
  ...windows.map(maxPool),
  maxPool(dilated),
  { ...maxPool({ title: 'indices column by column', input: ['N', 1, 4, 5], attributes: { kernel_shape: [2, 2], strides: [2, 2], storage_order: 1 }, opsets: since(8) }) },
  ...windows.flatMap((window) => [averagePool(window, 0), averagePool(window, 1)]),
  averagePool({ ...dilated, opsets: since(19) }, 0),
  ...[['image', ['N', 2, 3, 4]], ['volume', ['N', 2, 2, 3, 2]], ['line', ['N', 3, 5]]].flatMap(([title, dims]): RuleCase[] => [
    { op: 'GlobalAveragePool', title: String(title), opsets: [7, 13, 17], inputs: { x: { dims: dims as CaseInput['dims'] } }, nodes: [makes('GlobalAveragePool', ['x'])], step: 0.25 },
    { op: 'GlobalMaxPool', title: String(title), opsets: [7, 9, 13, 17], inputs: { x: { dims: dims as CaseInput['dims'], draw: 'apart' } }, nodes: [makes('GlobalMaxPool', ['x'])], step: 0.01 }
  ]),
  normalization('BatchNormalization', 'image', { dims: ['N', 3, 2, 4], constants: statistics([3]), attributes: { epsilon: float(1e-3) }, opsets: since(7) }),
  normalization('BatchNormalization', 'vector', { dims: ['N', 5], constants: statistics([5]), opsets: since(9) }),
  normalization('BatchNormalization', 'statistics per element', { dims: ['N', 3, 2, 2], constants: statistics([3, 2, 2]), attributes: { spatial: 0 }, opsets: [7, 8] }),
  normalization('InstanceNormalization', 'image', { dims: ['N', 2, 3, 3], constants: scaleAndShift([2]), attributes: { epsilon: float(1e-2) }, opsets: since(7) }),
  normalization('InstanceNormalization', 'volume', { dims: ['N', 2, 2, 3, 2], constants: scaleAndShift([2]), opsets: [11, 18] }),
  normalization('LayerNormalization', 'last axis', { dims: ['N', 3, 5], constants: scaleAndShift([5]), opsets: [17, 18, 21] }),
  normalization('LayerNormalization', 'two axes, no shift', { dims: ['N', 3, 4], constants: [weight('gamma', [3, 4])], attributes: { axis: 1, epsilon: float(1e-3) }, opsets: [17, 18, 21] }),
  normalization('GroupNormalization', 'scale per channel', { dims: ['N', 4, 3, 2], constants: scaleAndShift([4]), attributes: { num_groups: 2 }, opsets: [21] }),
  normalization('LRN', 'odd window', { dims: ['N', 6, 2, 3], constants: [], attributes: { size: 3, alpha: float(0.5), beta: float(0.75), bias: float(1.2) }, opsets: since(7) }),
  normalization('LRN', 'window of five, default powers', { dims: ['N', 7, 2, 1], constants: [], attributes: { size: 5, alpha: float(0.3) }, opsets: [7, 13] }),
  ...[[0, 0], [0, 1], [1, 0], [1, 1]].flatMap(([transA, transB]): RuleCase[] => [
    {
      op: 'Gemm',
      title: `transA ${transA}, transB ${transB}, alpha, beta`,
      opsets: [7, 9, 11, 13],
      inputs: { a: { dims: transA ? [3, 2] : ['N', 3] }, b: { dims: transB ? [4, 3] : [3, 4] }, c: { dims: [4] } },
      nodes: [makes('Gemm', ['a', 'b', 'c'], { transA, transB, alpha: float(0.5), beta: float(2) })]
    }
  ]),
  { op: 'Gemm', title: 'without addend', opsets: [11, 17], inputs: { a: { dims: ['N', 3] }, b: { dims: [3, 4] } }, nodes: [makes('Gemm', ['a', 'b'])] },
  { op: 'Gemm', title: 'addend per row', opsets: [7, 17], inputs: { a: { dims: ['N', 3] }, b: { dims: [3, 4] }, c: { dims: ['N', 1] } }, nodes: [makes('Gemm', ['a', 'b', 'c'])] },
  ...([
    ['matrix', ['N', 3], [3, 4]],
    ['batch of matrices by one', ['N', 2, 3], [3, 4]],
    ['one matrix by a batch', [2, 3], ['N', 3, 4]],
    ['two batches', ['N', 2, 3], ['N', 3, 4]],
    ['broadcast batches', ['N', 1, 2, 3], [2, 3, 4]],
    ['vector on the right', ['N', 2, 3], [3]],
    ['vector on the left', [3], ['N', 3, 4]]
  ] as const).map(([title, a, b]): RuleCase => ({ op: 'MatMul', title, opsets: [7, 9, 13, 17], inputs: { a: { dims: a }, b: { dims: b } }, nodes: [makes('MatMul', ['a', 'b'])] }))
]
