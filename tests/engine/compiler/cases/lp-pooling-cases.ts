import type { NewAttribute } from '@engine/graph/encode'
import { type CaseInput, makes, type RuleCase } from './rule-case'

function pooled(
  op: string,
  title: string,
  {
    dims,
    attributes = {},
    opsets,
    draw = 'plain'
  }: {
    dims: CaseInput['dims']
    attributes?: Readonly<Record<string, NewAttribute>>
    opsets: readonly number[]
    draw?: CaseInput['draw']
  }
): RuleCase {
  return { op, title, opsets, inputs: { x: { dims, draw } }, nodes: [makes(op, ['x'], attributes)], step: 0.01 }
}

const image: CaseInput['dims'] = ['N', 2, 5, 6]

export const lpPoolingCases: readonly RuleCase[] = [
  ...[1, 2, 3].map((p) =>
    pooled('LpPool', `p ${p}, overlapping with padding`, {
      dims: image,
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], p },
      opsets: [7, 11, 18, 22],
      draw: 'apart'
    })
  ),
  pooled('LpPool', '2×2 tiles, unread row', {
    dims: image,
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    opsets: [7, 11, 18]
  }),
  pooled('LpPool', 'one spatial axis, stride 1', {
    dims: ['N', 2, 6],
    attributes: { kernel_shape: [3] },
    opsets: [7, 18]
  }),
  pooled('LpPool', 'dilation and ceil mode', {
    dims: image,
    attributes: { kernel_shape: [2, 2], dilations: [2, 1], strides: [1, 2], ceil_mode: 1 },
    opsets: [18, 22]
  }),
  pooled('LpPool', 'SAME_UPPER', {
    dims: image,
    attributes: { kernel_shape: [3, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' },
    opsets: [7, 11, 18]
  }),
  ...[1, 2, 3].map((p) =>
    pooled('GlobalLpPool', `p ${p}`, { dims: ['N', 2, 3, 2], attributes: { p }, opsets: [7, 13, 21], draw: 'apart' })
  )
]
