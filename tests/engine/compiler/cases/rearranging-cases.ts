import type { NewAttribute } from '@engine/graph/encode'
import { int64s } from '../../../support/tiny-graphs'
import { type CaseInput, makes, type RuleCase, since } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>

function linear(
  op: string,
  title: string,
  {
    dims,
    attributes = {},
    opsets,
    constant
  }: {
    dims: CaseInput['dims']
    attributes?: Attributes
    opsets: readonly number[]
    constant?: ReturnType<typeof int64s>
  }
): RuleCase {
  return {
    op,
    title,
    opsets,
    inputs: { x: { dims } },
    ...(constant === undefined ? {} : { constants: [constant] }),
    nodes: [makes(op, constant === undefined ? ['x'] : ['x', constant.name], attributes)],
    step: 0.25
  }
}

const image: CaseInput['dims'] = ['N', 8, 2, 3]

export const rearrangingCases: readonly RuleCase[] = [
  ...(
    [
      ['one axis', [1, 1, 3]],
      ['two axes', [1, 2, 2]],
      ['the batch too', [2, 1, 2]],
      ['nothing', [1, 1, 1]]
    ] as const
  ).map(([title, repeats]) =>
    linear('Tile', title, { dims: ['N', 2, 3], constant: int64s('repeats', repeats), opsets: [7, 13, 17, 21] })
  ),
  linear('DepthToSpace', 'default', { dims: image, attributes: { blocksize: 2 }, opsets: [7, 11, 13, 21] }),
  linear('DepthToSpace', 'DCR', { dims: image, attributes: { blocksize: 2, mode: 'DCR' }, opsets: [11, 13, 21] }),
  linear('DepthToSpace', 'CRD', { dims: image, attributes: { blocksize: 2, mode: 'CRD' }, opsets: [11, 13, 21] }),
  linear('SpaceToDepth', 'blocks of 2', {
    dims: ['N', 3, 4, 6],
    attributes: { blocksize: 2 },
    opsets: [7, 11, 13, 21]
  }),
  ...[
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1]
  ].map(([exclusive, reverse]) =>
    linear('CumSum', `exclusive ${exclusive}, reverse ${reverse}`, {
      dims: ['N', 3, 4],
      attributes: { exclusive, reverse },
      constant: int64s('axis', exclusive ? 1 : -1),
      opsets: [11, 14, 21]
    })
  ),
  ...[
    [0, -1],
    [1, 0],
    [1, 1]
  ].map(([upper, k]) =>
    linear('Trilu', `${upper ? 'upper' : 'lower'}, diagonal ${k}`, {
      dims: ['N', 3, 4],
      attributes: { upper },
      constant: int64s('k', k),
      opsets: since(16)
    })
  ),
  ...(
    [
      ['cut', [3, 2]],
      ['padded', [7, 8]],
      ['one cut, one padded, odd', [2, 9]]
    ] as const
  ).map(([title, sizes]) =>
    linear('CenterCropPad', title, {
      dims: ['N', 2, 5, 6],
      attributes: { axes: [2, 3] },
      constant: int64s('sizes', sizes),
      opsets: [18, 21]
    })
  ),
  linear('Trilu', 'default', { dims: ['N', 3, 3], opsets: [14, 21] }),
  linear('ReverseSequence', 'lengths per row', {
    dims: [2, 4, 3],
    attributes: { batch_axis: 0, time_axis: 1 },
    constant: int64s('lengths', [3, 4]),
    opsets: [10, 17]
  })
]
