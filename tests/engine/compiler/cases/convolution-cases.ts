import type { NewAttribute } from '@engine/graph/encode'
import { type CaseInput, everyTarget, makes, type RuleCase, weight } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>

interface Convolution {
  readonly title: string
  readonly input: CaseInput['dims']
  readonly kernel: readonly number[]
  readonly attributes?: Attributes
  readonly op?: 'Conv' | 'ConvTranspose'
  readonly opsets?: readonly number[]
}

/**
 * Linear in its data, so the step can be wide. The bias is an input of the case, so that its gradient is checked too.
 */
function convolution({
  title,
  input,
  kernel,
  attributes = {},
  op = 'Conv',
  opsets = [7, 10, 17]
}: Convolution): RuleCase {
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
  {
    title: 'asymmetric padding and kernel',
    input: ['N', 2, 6, 7],
    kernel: [3, 2, 3, 5],
    attributes: { pads: [0, 1, 2, 3] }
  },
  {
    title: 'padding wider than the kernel',
    input: ['N', 1, 4, 4],
    kernel: [2, 1, 2, 2],
    attributes: { pads: [2, 2, 2, 2] }
  },
  {
    title: 'stride 2',
    input: ['N', 2, 7, 8],
    kernel: [3, 2, 3, 3],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] }
  },
  { title: 'stride 2, unread last row', input: ['N', 2, 8, 8], kernel: [3, 2, 3, 3], attributes: { strides: [2, 2] } },
  {
    title: 'stride 2 × 3, asymmetric',
    input: ['N', 2, 8, 9],
    kernel: [2, 2, 4, 3],
    attributes: { strides: [2, 3], pads: [1, 0, 2, 1] }
  },
  { title: 'pointwise with stride', input: ['N', 3, 5, 6], kernel: [2, 3, 1, 1], attributes: { strides: [2, 2] } },
  {
    title: 'stride larger than the kernel',
    input: ['N', 2, 9, 9],
    kernel: [2, 2, 2, 2],
    attributes: { strides: [3, 3] }
  },
  {
    title: 'dilation',
    input: ['N', 2, 8, 8],
    kernel: [2, 2, 3, 3],
    attributes: { dilations: [2, 2], pads: [2, 2, 2, 2] }
  },
  {
    title: 'dilation and stride',
    input: ['N', 2, 9, 9],
    kernel: [2, 2, 3, 3],
    attributes: { dilations: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] }
  },
  {
    title: 'dilation 3, stride 2, odd reach',
    input: ['N', 1, 11, 10],
    kernel: [2, 1, 2, 3],
    attributes: { dilations: [3, 2], strides: [2, 3], pads: [1, 2, 0, 1] }
  },
  { title: 'two groups', input: ['N', 4, 5, 5], kernel: [6, 2, 3, 3], attributes: { group: 2, pads: [1, 1, 1, 1] } },
  {
    title: 'two groups with stride',
    input: ['N', 4, 6, 6],
    kernel: [6, 2, 3, 3],
    attributes: { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] }
  },
  { title: 'depthwise', input: ['N', 3, 5, 5], kernel: [3, 1, 3, 3], attributes: { group: 3, pads: [1, 1, 1, 1] } },
  {
    title: 'depthwise with stride',
    input: ['N', 3, 6, 6],
    kernel: [3, 1, 5, 5],
    attributes: { group: 3, strides: [2, 2], pads: [2, 2, 2, 2] }
  },
  {
    title: 'depthwise, two outputs a channel',
    input: ['N', 3, 5, 5],
    kernel: [6, 1, 3, 3],
    attributes: { group: 3, pads: [1, 1, 1, 1] }
  },
  {
    title: 'SAME_UPPER',
    input: ['N', 2, 7, 6],
    kernel: [2, 2, 4, 3],
    attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] }
  },
  {
    title: 'SAME_LOWER',
    input: ['N', 2, 7, 6],
    kernel: [2, 2, 4, 2],
    attributes: { auto_pad: 'SAME_LOWER', strides: [2, 1] }
  },
  { title: 'VALID', input: ['N', 2, 6, 6], kernel: [2, 2, 3, 3], attributes: { auto_pad: 'VALID', strides: [2, 2] } },
  { title: 'one spatial axis', input: ['N', 2, 9], kernel: [3, 2, 4], attributes: { strides: [2], pads: [1, 2] } },
  {
    title: 'three spatial axes',
    input: ['N', 2, 4, 5, 4],
    kernel: [2, 2, 3, 3, 3],
    attributes: { pads: [1, 1, 1, 1, 1, 1] },
    opsets: [11, 17]
  },
  {
    title: 'three spatial axes, stride 2',
    input: ['N', 2, 5, 4, 6],
    kernel: [2, 2, 3, 3, 3],
    attributes: { strides: [2, 2, 2], pads: [1, 1, 1, 1, 1, 1] },
    opsets: [11, 17]
  },
  {
    title: 'three spatial axes, pointwise, stride 2',
    input: ['N', 2, 4, 4, 5],
    kernel: [3, 2, 1, 1, 1],
    attributes: { strides: [2, 2, 2] },
    opsets: [11, 17]
  },
  {
    title: 'three spatial axes, groups and stride',
    input: ['N', 4, 4, 5, 4],
    kernel: [4, 2, 3, 3, 3],
    attributes: { group: 2, strides: [2, 2, 2], pads: [1, 1, 1, 1, 1, 1] },
    opsets: [11, 17]
  }
]

const transposed: readonly Convolution[] = [
  {
    title: 'stated output size',
    input: ['N', 2, 4, 4],
    kernel: [2, 2, 3, 3],
    attributes: { strides: [2, 2], output_shape: [8, 8], auto_pad: 'NOTSET' }
  },
  {
    title: 'stated output size, SAME_UPPER',
    input: ['N', 2, 4, 4],
    kernel: [2, 2, 3, 3],
    attributes: { strides: [2, 2], output_shape: [8, 8], auto_pad: 'SAME_UPPER' }
  },
  {
    title: 'SAME_UPPER',
    input: ['N', 2, 4, 4],
    kernel: [2, 2, 3, 4],
    attributes: { strides: [2, 1], auto_pad: 'SAME_UPPER' }
  },
  {
    title: 'SAME_LOWER',
    input: ['N', 2, 4, 4],
    kernel: [2, 2, 3, 4],
    attributes: { strides: [2, 1], auto_pad: 'SAME_LOWER' }
  },
  {
    title: 'stride 2',
    input: ['N', 3, 4, 5],
    kernel: [3, 2, 3, 3],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] }
  },
  {
    title: 'output padding',
    input: ['N', 3, 4, 5],
    kernel: [3, 2, 3, 3],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }
  },
  {
    title: 'two groups, dilation',
    input: ['N', 4, 4, 4],
    kernel: [4, 3, 2, 2],
    attributes: { group: 2, dilations: [2, 2] }
  },
  { title: 'one spatial axis', input: ['N', 2, 5], kernel: [2, 3, 4], attributes: { strides: [2], pads: [1, 1] } },
  {
    title: 'three spatial axes, groups, output padding',
    input: ['N', 4, 2, 3, 2],
    kernel: [4, 1, 2, 3, 2],
    attributes: { group: 2, strides: [2, 2, 1], pads: [0, 1, 0, 0, 1, 1], output_padding: [1, 0, 0] }
  },
  {
    title: 'three spatial axes, dilation',
    input: ['N', 2, 2, 2, 3],
    kernel: [2, 2, 2, 2, 2],
    attributes: { dilations: [1, 2, 1] }
  },
  {
    title: 'asymmetric padding',
    input: ['N', 2, 4, 4],
    kernel: [2, 2, 3, 4],
    attributes: { strides: [2, 1], pads: [0, 1, 1, 2] }
  }
]

export const convolutionCases: readonly RuleCase[] = [
  ...convolutions.map(convolution),
  ...transposed.map((item) => convolution({ ...item, op: 'ConvTranspose', opsets: [7, 11, 17] }))
]
