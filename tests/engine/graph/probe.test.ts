import { describe, expect, test } from 'vitest'
import { asFault } from '@engine/fault'
import type { Dim } from '@engine/graph/model'
import { parseModel } from '@engine/graph/parse'
import { probeModel, type RunModel } from '@engine/graph/probe'
import { runModel } from '../../support/gradcheck-ort'
import { floatInput, floatOutput, floats, int64s, node, tinyModel } from '../../support/tiny-graphs'

const write = (dims: readonly Dim[] | undefined): string[] =>
  (dims ?? []).map(({ perBatch, fixed }) =>
    [perBatch === 0 ? '' : perBatch === 1 ? 'N' : `${perBatch}N`, fixed === 0 ? '' : String(fixed)]
      .filter(Boolean)
      .join('+')
  )

const pooled = {
  nodes: [
    node('Conv', ['x', 'k'], 'c', { pads: [1, 1, 1, 1] }),
    node('Shape', ['c'], 's'),
    node('Gather', ['s', 'first'], 'n'),
    node('Concat', ['n', 'rest'], 'wanted', { axis: 0 }),
    node('Reshape', ['c', 'wanted'], 'rows'),
    node('Transpose', ['rows'], 'turned', { perm: [1, 0] }),
    node('Greater', ['rows', 'zero'], 'mask'),
    node('Cast', ['mask'], 'half', { to: 10 }),
    node('Relu', ['rows'], 'y')
  ],
  constants: [
    floats('k', [2, 1, 3, 3], new Float32Array(18).fill(0.1)),
    int64s('first', [0]),
    int64s('rest', [-1]),
    floats('zero', [], [0])
  ],
  outputs: [floatOutput('y')]
}

describe('measured shapes', () => {
  test('sizes are functions of the batch', async () => {
    const model = await probeModel(
      parseModel(tinyModel({ ...pooled, inputs: [floatInput('x', ['batch', 1, 4, 5])] })),
      runModel
    )
    expect(model.batch).toBe('dynamic')
    expect(write(model.shapes.get('x'))).toEqual(['N', '1', '4', '5'])
    expect(write(model.shapes.get('c'))).toEqual(['N', '2', '4', '5'])
    expect(write(model.shapes.get('rows'))).toEqual(['N', '40'])
    expect(write(model.shapes.get('turned'))).toEqual(['40', 'N'])
    expect(write(model.shapes.get('k'))).toEqual(['2', '1', '3', '3'])
  })

  test('types, and integers that are the same for every batch', async () => {
    const model = await probeModel(
      parseModel(tinyModel({ ...pooled, inputs: [floatInput('x', ['batch', 1, 4, 5])] })),
      runModel
    )
    expect(['x', 's', 'n', 'mask', 'half', 'y'].map((name) => model.types.get(name))).toEqual([
      'float32',
      'int64',
      'int64',
      'bool',
      'float16',
      'float32'
    ])
    expect(model.integers.get('rest')).toEqual([-1])
    expect(model.integers.has('wanted')).toBe(false)
  })

  test('a batch fixed in the file is measured as it is', async () => {
    const model = await probeModel(
      parseModel(tinyModel({ ...pooled, inputs: [floatInput('x', [3, 1, 4, 5])] })),
      runModel
    )
    expect(model.batch).toBe(3)
    expect(write(model.shapes.get('rows'))).toEqual(['3', '40'])
    expect(model.integers.get('wanted')).toEqual([3, -1])
  })

  test('a batch that only looks free: the graph itself writes one row', async () => {
    const bytes = tinyModel({
      nodes: [node('Reshape', ['x', 'one'], 'y')],
      constants: [int64s('one', [1, -1])],
      inputs: [floatInput('x', ['N', 2, 3])],
      outputs: [floatOutput('y')]
    })
    const model = await probeModel(parseModel(bytes), runModel)
    expect(model.batch).toBe(1)
    expect(write(model.shapes.get('y'))).toEqual(['1', '6'])
  })

  test('a batch that only looks free: two do not run', async () => {
    const bytes = tinyModel({
      nodes: [node('Reshape', ['x', 'one'], 'y')],
      constants: [int64s('one', [1, 6])],
      inputs: [floatInput('x', ['N', 2, 3])],
      outputs: [floatOutput('y')]
    })
    expect((await probeModel(parseModel(bytes), runModel)).batch).toBe(1)
  })
})

describe('free image sizes', () => {
  const bytes = tinyModel({ ...pooled, inputs: [floatInput('x', ['N', 1, 'height', 'width'])] })

  test('take the size that is given', async () => {
    const model = await probeModel(parseModel(bytes), runModel, { inputShapes: { x: [1, 6, 7] } })
    expect(write(model.shapes.get('rows'))).toEqual(['N', '84'])
  })

  test('without one the axis is named', async () => {
    const thrown = await probeModel(parseModel(bytes), runModel).catch((error: unknown) => error)
    const fault = asFault(thrown)
    expect(fault.code).toBe('bad-parameter')
    expect(fault.message).toContain('"height"')
  })
})

test('a model that does not run keeps the fault of the run', async () => {
  const failing: RunModel = async () => Promise.reject(new Error('no kernel'))
  const bytes = tinyModel({
    opset: 6,
    nodes: [node('Relu', ['x'], 'y')],
    inputs: [floatInput('x', ['N', 2])],
    outputs: [floatOutput('y')]
  })
  const fault = asFault(await probeModel(parseModel(bytes), failing).catch((error: unknown) => error))
  expect(fault.code).toBe('unsupported-model')
  expect(fault.message).toContain('operator set 6')
})

test('the model is run twice, with the batch sizes one and two', async () => {
  const batches: number[] = []
  const counting: RunModel = async (source, feeds, outputs) => {
    batches.push(feeds.x.dims[0])
    return runModel(source, feeds, outputs)
  }
  await probeModel(parseModel(tinyModel({ ...pooled, inputs: [floatInput('x', ['N', 1, 4, 5])] })), counting)
  expect(batches).toEqual([1, 2])
})

test('broadcasting by attributes, of operator sets before 7, is refused with operator, node and set', async () => {
  const bytes = tinyModel({
    opset: 6,
    nodes: [{ ...node('Add', ['x', 'b'], 'y', { broadcast: 1, axis: 1 }), name: 'shift' }],
    constants: [floats('b', [2], [1, 2])],
    inputs: [floatInput('x', ['N', 2, 3])],
    outputs: [floatOutput('y')]
  })
  const fault = asFault(await probeModel(parseModel(bytes), runModel).catch((error: unknown) => error))
  expect([fault.code, fault.subject]).toEqual(['unsupported-model', 'Add'])
  expect(fault.message).toMatch(/Add \(node "shift", version 6\).*operator set 6/)
})

test('an operator ONNX Runtime has no kernel for is named, whatever the operator set', async () => {
  const bytes = tinyModel({
    opset: 22,
    nodes: [{ ...node('GlobalLpPool', ['x'], 'y'), name: 'pool' }],
    inputs: [floatInput('x', ['N', 2, 3])],
    outputs: [floatOutput('y')]
  })
  const fault = asFault(await probeModel(parseModel(bytes), runModel).catch((error: unknown) => error))
  expect([fault.code, fault.subject]).toEqual(['unsupported-model', 'GlobalLpPool'])
  expect(fault.message).toMatch(/GlobalLpPool \(node "pool", version 22\).*operator set 22/)
})

test('indices that depend on the numbers of the image are not taken for known', async () => {
  const model = await probeModel(
    parseModel(
      tinyModel({
        nodes: [
          node('ArgMax', ['x'], 'found', { axis: 1, keepdims: 0 }),
          node('Gather', ['x', 'found'], 'y', { axis: 1 })
        ],
        inputs: [floatInput('x', [1, 3])],
        outputs: [floatOutput('y')]
      })
    ),
    runModel
  )
  expect(model.integers.has('found')).toBe(false)
})
