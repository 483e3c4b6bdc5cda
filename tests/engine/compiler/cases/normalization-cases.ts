import type { NewAttribute } from '@engine/graph/encode'
import { type CaseInput, float, makes, type RuleCase, since, weight } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>
function normalization(
  op: string,
  title: string,
  {
    dims,
    constants,
    attributes = {},
    opsets
  }: { dims: CaseInput['dims']; constants: RuleCase['constants']; attributes?: Attributes; opsets: readonly number[] }
): RuleCase {
  const names = (constants ?? []).map((constant) => constant.name)
  return {
    op,
    title,
    opsets,
    inputs: { x: { dims } },
    ...(constants === undefined ? {} : { constants }),
    nodes: [makes(op, ['x', ...names], attributes)]
  }
}

const statistics = (dims: readonly number[]): RuleCase['constants'] => [
  weight('gamma', dims),
  weight('beta', dims),
  weight('mean', dims),
  weight('variance', dims, 'positive')
]
const scaleAndShift = (dims: readonly number[]): RuleCase['constants'] => [weight('gamma', dims), weight('beta', dims)]

export const normalizationCases: readonly RuleCase[] = [
  normalization('BatchNormalization', 'image', {
    dims: ['N', 3, 2, 4],
    constants: statistics([3]),
    attributes: { epsilon: float(1e-3) },
    opsets: since(7)
  }),
  normalization('BatchNormalization', 'vector', { dims: ['N', 5], constants: statistics([5]), opsets: since(9) }),
  normalization('BatchNormalization', 'statistics per element', {
    dims: ['N', 3, 2, 2],
    constants: statistics([3, 2, 2]),
    attributes: { spatial: 0 },
    opsets: [7, 8]
  }),
  normalization('InstanceNormalization', 'image', {
    dims: ['N', 2, 3, 3],
    constants: scaleAndShift([2]),
    attributes: { epsilon: float(1e-2) },
    opsets: since(7)
  }),
  normalization('InstanceNormalization', 'volume', {
    dims: ['N', 2, 2, 3, 2],
    constants: scaleAndShift([2]),
    opsets: [11, 18]
  }),
  normalization('LayerNormalization', 'last axis', {
    dims: ['N', 3, 5],
    constants: scaleAndShift([5]),
    opsets: [17, 18, 21]
  }),
  normalization('LayerNormalization', 'two axes, no shift', {
    dims: ['N', 3, 4],
    constants: [weight('gamma', [3, 4])],
    attributes: { axis: 1, epsilon: float(1e-3) },
    opsets: [17, 18, 21]
  }),
  normalization('GroupNormalization', 'scale per channel', {
    dims: ['N', 4, 3, 2],
    constants: scaleAndShift([4]),
    attributes: { num_groups: 2 },
    opsets: [21]
  }),
  normalization('LRN', 'odd window', {
    dims: ['N', 6, 2, 3],
    constants: [],
    attributes: { size: 3, alpha: float(0.5), beta: float(0.75), bias: float(1.2) },
    opsets: since(7)
  }),
  normalization('LRN', 'window of five, default powers', {
    dims: ['N', 7, 2, 1],
    constants: [],
    attributes: { size: 5, alpha: float(0.3) },
    opsets: [7, 13]
  }),
  normalization('GroupNormalization', 'scale per group', {
    dims: ['N', 4, 3, 2],
    constants: scaleAndShift([2]),
    attributes: { num_groups: 2 },
    opsets: [18]
  }),
  normalization('GroupNormalization', 'volume', {
    dims: ['N', 4, 2, 2, 3],
    constants: scaleAndShift([4]),
    attributes: { num_groups: 4, epsilon: float(1e-2) },
    opsets: [21, 23]
  }),
  normalization('InstanceNormalization', 'line', { dims: ['N', 2, 5], constants: scaleAndShift([2]), opsets: [7, 22] }),
  normalization('MeanVarianceNormalization', 'default axes', {
    dims: ['N', 3, 2, 3],
    constants: [],
    opsets: [9, 13, 21]
  }),
  normalization('MeanVarianceNormalization', 'stated axes', {
    dims: ['N', 3, 2, 3],
    constants: [],
    attributes: { axes: [1, 2, 3] },
    opsets: [9, 13, 21]
  }),
  ...[1, 2].flatMap((p) => [
    normalization('LpNormalization', `p ${p}, last axis`, {
      dims: ['N', 3, 4],
      constants: [],
      attributes: { p },
      opsets: [7, 13, 22]
    }),
    normalization('LpNormalization', `p ${p}, channels`, {
      dims: ['N', 3, 4],
      constants: [],
      attributes: { p, axis: 1 },
      opsets: [7, 22]
    })
  ])
]
