import { describe, expect, test } from 'vitest'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { asFault } from '@engine/fault'
import { numbersOf } from '@engine/graph/constant'
import { type GraphModel, joinParts, sourceOf } from '@engine/graph/model'
import { ModelProtoSchema } from '@engine/graph/onnx_pb'
import { parseModel } from '@engine/graph/parse'
import { replaceInitializers } from '@engine/graph/replace'
import { float32, openSession, runSession } from '../../support/gradcheck-ort'
import { floatInput, floatOutput, floats, int64s, node, tinyModel } from '../../support/tiny-graphs'

const made = { tensor: floats('', [1], [0.5]) }
const graph = {
  nodes: [
    node('Constant', [], 'constant', { value: { tensor: floats('', [2], [1, 2]) } }),
    node('ConstantOfShape', ['shape'], 'filled', { value: made }),
    node('Identity', ['raw'], 'renamed'),
    node('Add', ['x', 'raw'], 'a'),
    node('Mul', ['a', 'constant'], 'b'),
    node('Add', ['b', 'filled'], 'c'),
    node('Sub', ['c', 'renamed'], 'y')
  ],
  constants: [floats('raw', [2], [10, 20]), int64s('shape', [2])],
  inputs: [floatInput('x', ['N', 2])],
  outputs: [floatOutput('y')]
}

async function run(model: GraphModel): Promise<number[]> {
  const session = await openSession(sourceOf(model))
  const found = await runSession(session, { x: float32(Float32Array.of(1, 1), [1, 2]) }, ['y'])
  await session.release()
  return Array.from(found.y.data as Float32Array)
}

describe.each([8, 3])('weights of a file of IR version %i', (irVersion) => {
  const model = parseModel(
    tinyModel({ ...graph, irVersion, opset: irVersion === 3 ? 9 : 17, constantsAsInputs: irVersion === 3 })
  )

  test('as they are', async () => {
    expect(await run(model)).toEqual([(1 + 10) * 1 + 0.5 - 10, (1 + 20) * 2 + 0.5 - 20])
  })

  test.each([
    ['an initializer', { raw: Float32Array.of(3, 4) }, [(1 + 3) * 1 + 0.5 - 3, (1 + 4) * 2 + 0.5 - 4]],
    ['a Constant node', { constant: Float32Array.of(5, 6) }, [11 * 5 + 0.5 - 10, 21 * 6 + 0.5 - 20]],
    ['a ConstantOfShape node', { filled: Float32Array.of(7, 8) }, [11 + 7 - 10, 42 + 8 - 20]],
    ['a renamed weight alone', { renamed: Float32Array.of(1, 2) }, [11 + 0.5 - 1, 42 + 0.5 - 2]],
    [
      'several at once',
      { raw: Float32Array.of(0, 0), filled: Float32Array.of(1, 1), constant: Float32Array.of(2, 2) },
      [3, 3]
    ]
  ])('%s', async (_name, values, expected) => {
    const replaced = replaceInitializers(model, values)
    expect(await run(replaced)).toEqual(expected)
    for (const [name, data] of Object.entries(values))
      expect(numbersOf(replaced.constants.get(name)!)).toEqual(Array.from(data))
    expect(await run(model)).not.toEqual(expected)
  })
})

test('weights stored as a float list', async () => {
  const proto = fromBinary(ModelProtoSchema, tinyModel(graph))
  const [raw] = proto.graph!.initializer
  const listed = { ...raw, rawData: new Uint8Array(0), floatData: [30, 40] }
  proto.graph!.initializer[0] = listed
  const model = parseModel(toBinary(ModelProtoSchema, proto))
  expect(numbersOf(model.constants.get('raw')!)).toEqual([30, 40])
  expect(await run(replaceInitializers(model, { raw: Float32Array.of(10, 20) }))).toEqual(
    await run(parseModel(tinyModel(graph)))
  )
})

test('half-precision weights stay half precision', () => {
  const half = tinyModel({
    nodes: [node('Add', ['x', 'w'], 'y')],
    inputs: [floatInput('x', [2], 'float16')],
    outputs: [floatOutput('y')],
    constants: [{ ...floats('w', [2], [1, 2]), elementType: 'float16' }]
  })
  const replaced = replaceInitializers(parseModel(half), { w: Float32Array.of(0.1, -65504) })
  const weight = replaced.constants.get('w')!
  expect(weight.elementType).toBe('float16')
  expect(numbersOf(weight)).toEqual([0.0999755859375, -65504])
})

test('fields we do not know are kept', () => {
  const unknown = Uint8Array.of(0xc2, 0x3e, 0x02, 0x68, 0x69)
  const bytes = joinParts([tinyModel(graph), unknown])
  const replaced = replaceInitializers(parseModel(bytes), { raw: Float32Array.of(3, 4) })
  expect(Buffer.from(replaced.bytes).includes(Buffer.from(unknown))).toBe(true)
  expect(create(ModelProtoSchema).$typeName).toBe('onnx.ModelProto')
})

test('a wrong name and a wrong count are refused', () => {
  const model = parseModel(tinyModel(graph))
  const codeOf = (values: Record<string, Float32Array>): string => {
    try {
      replaceInitializers(model, values)
      return 'none'
    } catch (thrown) {
      return asFault(thrown).code
    }
  }
  expect(codeOf({ nothing: Float32Array.of(1) })).toBe('bad-parameter')
  expect(codeOf({ shape: Float32Array.of(1) })).toBe('bad-parameter')
  expect(codeOf({ raw: Float32Array.of(1) })).toBe('bad-parameter')
})
