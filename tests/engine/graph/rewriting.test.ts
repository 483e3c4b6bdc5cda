import { describe, expect, test } from 'vitest'
import { compileBackward } from '@engine/compiler/compile'
import { type GraphModel, sourceOf } from '@engine/graph/model'
import { parseModel } from '@engine/graph/parse'
import { probeModel } from '@engine/graph/probe'
import { settleControlFlow } from '@engine/graph/rewriting/control-flow'
import { inlineFunctions } from '@engine/graph/rewriting/functions'
import { gradcheck } from '../../support/gradcheck'
import { float32, openSession, runModel, runSession } from '../../support/gradcheck-ort'
import {
  boolTensor,
  call,
  defaultFloat,
  floatTensor,
  graph,
  inDomain,
  intTensor,
  localFunction,
  nestedModel,
  port
} from '../../support/nested-graphs'
import { drawValues } from '../../support/tiny-graphs'

const image = [port('x', 'float32', ['N', 2, 3])]
const answer = [port('y', 'float32')]

/** Outputs of a model for a drawn batch of two. */
async function outputs(model: GraphModel): Promise<number[]> {
  const session = await openSession(sourceOf(model), 'disabled')
  const found = await runSession(session, { x: float32(drawValues(12, 'plain', 5), [2, 2, 3]) }, ['y'])
  return Array.from(found.y.data as Float32Array)
}

/** The rewritten model answers with the very same numbers, and its gradient agrees with differences of the original. */
async function expectSame(bytes: Uint8Array, rewritten: GraphModel): Promise<void> {
  expect(await outputs(rewritten)).toEqual(await outputs(parseModel(bytes)))
  const { error, largest } = await gradcheck({ model: rewritten.bytes, inputs: { x: { dims: [2, 2, 3] } }, of: 'y' })
  expect(largest).toBeGreaterThan(0.1)
  expect(error).toBeLessThan(2e-3)
}

const settled = (bytes: Uint8Array): Promise<GraphModel> => settleControlFlow(parseModel(bytes), runModel)
const kinds = (model: GraphModel): string[] => model.nodes.map(({ opType }) => opType)

describe('functions of the file', () => {
  const scaled = localFunction('Scaled', {
    inputs: 'a,b',
    outputs: 'r,s',
    defaults: [defaultFloat('slope', 0.5)],
    nodes: [call('LeakyRelu', 'a', 't', { alpha: '@slope' }), call('Mul', 't,b', 'r'), call('Tanh', 't', 's')]
  })
  const twice = localFunction('Twice', {
    inputs: 'a,b',
    outputs: 'r,u',
    nodes: [
      inDomain('local', call('Scaled', 'a,b', 't,v', { slope: { float: 0.1 } })),
      inDomain('local', call('Scaled', 't,b', 'u,r'))
    ]
  })
  const bytes = nestedModel({
    functions: [scaled, twice],
    nodes: [
      inDomain('local', call('Twice', 'x,w', 'p,q')),
      call('Add', 'p,q', 'z'),
      inDomain('local', call('Scaled', 'z,w', 'y,unread', { slope: { float: 0.2 } }))
    ],
    inputs: image,
    outputs: answer,
    tensors: [floatTensor('w', [3], [1, -2, 0.5])]
  })

  test('are written out with their attributes, defaults and inner calls', async () => {
    const inlined = inlineFunctions(parseModel(bytes))
    expect(inlined.nodes.every(({ domain }) => domain === '')).toBe(true)
    expect(inlined.remarks).toEqual(['4 calls of functions of the file itself are written out.'])
    await expectSame(bytes, inlined)
  })

  test('a function that calls itself is refused', () => {
    const endless = localFunction('F', { inputs: 'a', outputs: 'b', nodes: [inDomain('local', call('F', 'a', 'b'))] })
    const model = nestedModel({
      functions: [endless],
      nodes: [inDomain('local', call('F', 'x', 'y'))],
      inputs: image,
      outputs: answer
    })
    expect(() => inlineFunctions(parseModel(model))).toThrow(/calls itself without end/)
  })

  test('a model without functions is left alone', () => {
    const model = parseModel(nestedModel({ nodes: [call('Tanh', 'x', 'y')], inputs: image, outputs: answer }))
    expect(inlineFunctions(model)).toBe(model)
  })
})

describe('If', () => {
  const branch = (nodes: ReturnType<typeof call>[], output: string) =>
    ({ graph: graph({ nodes, outputs: [port(output, 'float32')] }) }) as const
  const choosing = (condition: ReturnType<typeof call>[], tensors = [intTensor('axis', [1]), intTensor('two', [2])]) =>
    nestedModel({
      nodes: [
        call('Tanh', 'x', 'h'),
        ...condition,
        call('If', 'c', 'b', {
          then_branch: branch([call('Mul', 'h,h', 't'), call('Sigmoid', 't', 'o')], 'o'),
          else_branch: branch([call('Neg', 'h', 'o')], 'o')
        }),
        call('Mul', 'b,x', 'y')
      ],
      inputs: image,
      outputs: answer,
      tensors
    })

  test.each([
    ['a size that fits', 'Equal', 'Mul'],
    ['a size that does not', 'Less', 'Neg']
  ])('with %s becomes its branch', async (_what, compare, kept) => {
    const bytes = choosing([
      call('Shape', 'x', 'sizes'),
      call('Gather', 'sizes,axis', 'channels'),
      call(compare, 'channels,two', 'c1'),
      call('Squeeze', 'c1', 'c')
    ])
    const model = await settled(bytes)
    expect(kinds(model)).not.toContain('If')
    expect(kinds(model)).toContain(kept)
    await expectSame(bytes, model)
  })

  test('nested in a branch, with what it captures passed straight on', async () => {
    const inner = call('If', 'no', 'o', {
      then_branch: branch([call('Neg', 'h', 'i')], 'i'),
      else_branch: branch([call('Identity', 'h', 'i')], 'i')
    })
    const bytes = nestedModel({
      nodes: [
        call('Tanh', 'x', 'h'),
        call('If', 'yes', 'b', {
          then_branch: branch([inner], 'o'),
          else_branch: branch([call('Neg', 'h', 'o')], 'o')
        }),
        call('Mul', 'b,h', 'y')
      ],
      inputs: image,
      outputs: answer,
      tensors: [boolTensor('yes', true), boolTensor('no', false)]
    })
    const model = await settled(bytes)
    expect(kinds(model)).not.toContain('If')
    expect(model.remarks).toEqual(['Written out: 2 If with a condition that no image changes.'])
    await expectSame(bytes, model)
  })

  test('on the image stays, runs, and is refused for gradients by a sentence', async () => {
    const bytes = choosing(
      [call('ReduceSum', 'x', 'sum', { keepdims: 0 }), call('Greater', 'sum,zero', 'c')],
      [floatTensor('zero', [], [0])]
    )
    const model = await settled(bytes)
    expect(kinds(model)).toContain('If')
    const probed = await probeModel(model, runModel)
    expect(() => compileBackward({ model: probed, of: 'y', wrt: ['x'], composite: 'gradient', target: 'cpu' })).toThrow(
      /There is no gradient through If .*depends on the image/
    )
  })

  test('on the batch size stays', async () => {
    const bytes = choosing(
      [
        call('Shape', 'x', 'sizes'),
        call('Gather', 'sizes,axis', 'n'),
        call('Equal', 'n,two', 'c1'),
        call('Squeeze', 'c1', 'c')
      ],
      [intTensor('axis', [0]), intTensor('two', [2])]
    )
    expect(kinds(await settled(bytes))).toContain('If')
  })
})

describe('Loop', () => {
  const body = (condition: ReturnType<typeof call>[]) => ({
    graph: graph({
      nodes: [
        ...condition,
        call('Cast', 'i', 'f', { to: 1 }),
        call('Mul', 'a,x', 'm'),
        call('Add', 'm,f', 'a2'),
        call('Tanh', 'a2', 'row')
      ],
      inputs: [port('i', 'int64', []), port('go', 'bool', []), port('a', 'float32')],
      outputs: [port('again', 'bool', []), port('a2', 'float32'), port('row', 'float32')]
    })
  })
  const looping = (loop: ReturnType<typeof call>, tensors: ReturnType<typeof intTensor>[]) =>
    nestedModel({
      nodes: [loop, call('ReduceSum', 'rows,first', 'stacked', { keepdims: 0 }), call('Add', 'last,stacked', 'y')],
      inputs: image,
      outputs: answer,
      tensors: [intTensor('first', [0]), ...tensors]
    })

  test('with a known count is written out, carried and stacked values alike', async () => {
    const bytes = looping(call('Loop', 'three,yes,x', 'last,rows', { body: body([call('Identity', 'go', 'again')]) }), [
      intTensor('three', 3),
      boolTensor('yes', true)
    ])
    const model = await settled(bytes)
    expect(kinds(model)).not.toContain('Loop')
    expect(kinds(model).filter((kind) => kind === 'Tanh')).toHaveLength(3)
    await expectSame(bytes, model)
  })

  test('with a condition that counts is written out as far as it goes', async () => {
    const bytes = looping(call('Loop', ',yes,x', 'last,rows', { body: body([call('Less', 'i,one', 'again')]) }), [
      intTensor('one', 1),
      boolTensor('yes', true)
    ])
    const model = await settled(bytes)
    expect(kinds(model).filter((kind) => kind === 'Tanh')).toHaveLength(2)
    await expectSame(bytes, model)
  })

  test('over the image stays and is refused by a sentence', async () => {
    const condition = [call('ReduceSum', 'a', 'total', { keepdims: 0 }), call('Greater', 'total,zero', 'again')]
    const bytes = looping(call('Loop', 'three,yes,x', 'last,rows', { body: body(condition) }), [
      intTensor('three', 3),
      boolTensor('yes', true),
      floatTensor('zero', [], [0])
    ])
    const model = await settled(bytes)
    expect(kinds(model)).toContain('Loop')
    const probed = await probeModel(model, runModel)
    const compile = () => compileBackward({ model: probed, of: 'y', wrt: ['x'], composite: 'gradient', target: 'cpu' })
    expect(compile).toThrow(/There is no gradient through Loop .*how often it repeats its body depends on the image/)
    expect(await outputs(model)).toEqual(await outputs(parseModel(bytes)))
  })

  test('with more rounds than can be written out stays', async () => {
    const bytes = looping(call('Loop', 'many,yes,x', 'last,rows', { body: body([call('Identity', 'go', 'again')]) }), [
      intTensor('many', 1000),
      boolTensor('yes', true)
    ])
    expect(kinds(await settled(bytes))).toContain('Loop')
  })
})

test('Scan over the image is refused by a sentence', async () => {
  const body = graph({
    nodes: [call('Add', 's,r', 's2'), call('Identity', 's2', 'o')],
    inputs: [port('s', 'float32'), port('r', 'float32')],
    outputs: [port('s2', 'float32'), port('o', 'float32')]
  })
  const bytes = nestedModel({
    nodes: [
      call('ReduceSum', 'x,last', 's0', { keepdims: 0 }),
      call('Transpose', 'x', 'rows', { perm: [2, 0, 1] }),
      call('Scan', 's0,rows', 'y,all', { body: { graph: body }, num_scan_inputs: 1 })
    ],
    inputs: image,
    outputs: answer,
    tensors: [intTensor('last', [2])]
  })
  const probed = await probeModel(parseModel(bytes), runModel)
  const compile = () => compileBackward({ model: probed, of: 'y', wrt: ['x'], composite: 'gradient', target: 'cpu' })
  expect(compile).toThrow(/There is no gradient through Scan .*repeats its body over values of the image/)
})
