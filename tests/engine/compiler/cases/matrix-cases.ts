import { float, makes, type RuleCase } from './rule-case'

export const matrixCases: readonly RuleCase[] = [
  ...[
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1]
  ].flatMap(([transA, transB]): RuleCase[] => [
    {
      op: 'Gemm',
      title: `transA ${transA}, transB ${transB}, alpha, beta`,
      opsets: [7, 9, 11, 13],
      inputs: { a: { dims: transA ? [3, 2] : ['N', 3] }, b: { dims: transB ? [4, 3] : [3, 4] }, c: { dims: [4] } },
      nodes: [makes('Gemm', ['a', 'b', 'c'], { transA, transB, alpha: float(0.5), beta: float(2) })]
    }
  ]),
  {
    op: 'Gemm',
    title: 'without addend',
    opsets: [11, 17],
    inputs: { a: { dims: ['N', 3] }, b: { dims: [3, 4] } },
    nodes: [makes('Gemm', ['a', 'b'])]
  },
  {
    op: 'Gemm',
    title: 'addend per row',
    opsets: [7, 17],
    inputs: { a: { dims: ['N', 3] }, b: { dims: [3, 4] }, c: { dims: ['N', 1] } },
    nodes: [makes('Gemm', ['a', 'b', 'c'])]
  },
  ...(
    [
      ['matrix', ['N', 3], [3, 4]],
      ['batch of matrices by one', ['N', 2, 3], [3, 4]],
      ['one matrix by a batch', [2, 3], ['N', 3, 4]],
      ['two batches', ['N', 2, 3], ['N', 3, 4]],
      ['broadcast batches', ['N', 1, 2, 3], [2, 3, 4]],
      ['vector on the right', ['N', 2, 3], [3]],
      ['vector on the left', [3], ['N', 3, 4]]
    ] as const
  ).map(([title, a, b]): RuleCase => ({
    op: 'MatMul',
    title,
    opsets: [7, 9, 13, 17],
    inputs: { a: { dims: a }, b: { dims: b } },
    nodes: [makes('MatMul', ['a', 'b'])]
  }))
]
