import { floatPort, floats, type GraphPlan, integers, type PlannedNode } from './onnx-file'

const slice = (axisValue: number, output: string): PlannedNode => ({
  opType: 'Gather',
  inputs: ['x', `at${axisValue}`],
  outputs: [output],
  attributes: { axis: 3 }
})

/** f = 5x + y² + sin z over an input `[batch, 1, 1, 3]`, its output shaped as asked. */
export function closedForm(batch: string | number, output: { shape: readonly number[]; head?: string }): GraphPlan {
  const logits = output.head === undefined ? 'f' : 'logits'
  const nodes: PlannedNode[] = [
    ...[0, 1, 2].map((index) => slice(index, `v${index}`)),
    { opType: 'Mul', inputs: ['v0', 'five'], outputs: ['a'] },
    { opType: 'Mul', inputs: ['v1', 'v1'], outputs: ['b'] },
    { opType: 'Sin', inputs: ['v2'], outputs: ['c'] },
    { opType: 'Add', inputs: ['a', 'b'], outputs: ['ab'] },
    { opType: 'Add', inputs: ['ab', 'c'], outputs: ['sum'] },
    { opType: 'Reshape', inputs: ['sum', 'shape'], outputs: [logits] },
    ...(output.head === undefined ? [] : [{ opType: output.head, inputs: [logits], outputs: ['f'] }])
  ]
  return {
    nodes,
    constants: [
      ...[0, 1, 2].map((index) => integers(`at${index}`, [1], [index])),
      floats('five', [1], [5]),
      integers('shape', [output.shape.length], output.shape)
    ],
    inputs: [floatPort('x', [batch, 1, 1, 3])],
    outputs: [floatPort('f', null)]
  }
}
