import { int64s } from '../../../support/tiny-graphs'
import { type CaseInput, makes, type RuleCase, since } from './rule-case'

interface Reduction {
  readonly op: string
  /** First operator set in which the axes are an input. */
  readonly changedIn: number
  readonly draw: CaseInput['draw']
  readonly step: number
}

const reductions: readonly Reduction[] = [
  { op: 'ReduceL1', changedIn: 18, draw: 'apart', step: 0.005 },
  { op: 'ReduceLogSum', changedIn: 18, draw: 'positive', step: 0.02 },
  { op: 'ReduceLogSumExp', changedIn: 18, draw: 'plain', step: 0.02 },
  { op: 'ReduceProd', changedIn: 18, draw: 'positive', step: 0.02 }
]

const forms: readonly { readonly title: string; readonly axes: readonly number[]; readonly keepdims: number }[] = [
  { title: 'spatial axes', axes: [2, 3], keepdims: 1 },
  { title: 'spatial axes dropped', axes: [-1, -2], keepdims: 0 },
  { title: 'channels dropped', axes: [1], keepdims: 0 }
]

function reduced({ op, changedIn, draw, step }: Reduction): RuleCase[] {
  const inputs = { x: { dims: ['N', 3, 2, 2] as const, draw } as CaseInput }
  return forms.flatMap(({ title, axes, keepdims }): RuleCase[] => [
    {
      op,
      title: `${title}, attribute`,
      // Axes counted from the end came in opset 11.
      opsets: axes[0] < 0 ? since(11, changedIn - 1) : since(7, changedIn - 1),
      inputs,
      nodes: [makes(op, ['x'], { axes, keepdims })],
      step
    },
    {
      op,
      title,
      opsets: since(changedIn),
      inputs,
      constants: [int64s('axes', axes)],
      nodes: [makes(op, ['x', 'axes'], { keepdims })],
      step
    }
  ])
}

/** All axes, and none: an empty list means one or the other by an attribute. */
const bounds = [...reductions.map(({ op }) => op), 'ReduceSum', 'ReduceMean', 'ReduceL2'].flatMap((op): RuleCase[] => [
  {
    op,
    title: 'all axes of one row, dropped',
    opsets: [11, 18],
    inputs: { x: { dims: [1, 2, 3], draw: 'positive' } },
    nodes: [makes(op, ['x'], { keepdims: 0 })]
  },
  {
    op,
    title: 'no axes, which here means none',
    opsets: [18, 23],
    inputs: { x: { dims: ['N', 3], draw: 'positive' } },
    nodes: [makes(op, ['x'], { noop_with_empty_axes: 1 })]
  }
])

const product = (title: string, values: readonly number[]): RuleCase => ({
  op: 'ReduceProd',
  title,
  opsets: [7, 13, 17],
  inputs: { x: { dims: ['N', 3], values } },
  nodes: [makes('ReduceProd', ['x'], { axes: [1] })]
})

export const reductionCases: readonly RuleCase[] = [
  ...reductions.flatMap(reduced),
  ...bounds,
  product('one factor is zero', [2, 0, -3, 0.5, 1, 0]),
  product('two factors are zero', [2, 0, 0, 0, 1, 0])
]
