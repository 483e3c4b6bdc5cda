import { linkSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create, toBinary } from '@bufbuild/protobuf'
import { beforeEach, describe, expect, test } from 'vitest'
import { asFault } from '@engine/fault'
import { numbersOf } from '@engine/graph/constant'
import { joinParts, sourceOf } from '@engine/graph/model'
import {
  AttributeProto_AttributeType as AttributeType,
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType as DataType
} from '@engine/graph/onnx_pb'
import { openModel } from '@engine/graph/open'
import { parseModel } from '@engine/graph/parse'
import { replaceInitializers } from '@engine/graph/replace'
import { float32, openSession, runSession } from '../../support/gradcheck-ort'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-external-'))
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(Float32Array.of(9, 1, 2, 3).buffer))
})

interface Location {
  readonly location: string
  readonly offset?: string
  readonly length?: string
}

const external = ({ location, offset = '4', length = '12' }: Location) => ({
  name: 'w',
  dims: [3n],
  dataType: DataType.FLOAT,
  dataLocation: TensorProto_DataLocation.EXTERNAL,
  externalData: [
    { key: 'location', value: location },
    { key: 'offset', value: offset },
    { key: 'length', value: length }
  ]
})

type Graph = NonNullable<Parameters<typeof create<typeof ModelProtoSchema>>[1]>['graph']

function write(graph: Graph): string {
  const shape = { dim: [{ value: { case: 'dimValue' as const, value: 3n } }] }
  const info = (name: string) => ({
    name,
    type: { value: { case: 'tensorType' as const, value: { elemType: DataType.FLOAT, shape } } }
  })
  const model: ModelProto = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    graph: { name: 'g', input: [info('x')], output: [info('y')], ...graph } as Graph
  })
  const path = join(folder, 'model.onnx')
  writeFileSync(path, toBinary(ModelProtoSchema, model))
  return path
}

const add = { opType: 'Add', input: ['x', 'w'], output: ['y'] }
const initializer = (location: Location): Graph => ({ node: [add], initializer: [external(location)] }) as Graph

const codeOf = (action: () => unknown): string => {
  try {
    action()
    return 'read'
  } catch (thrown) {
    return asFault(thrown).code
  }
}

describe('weights in a file beside the model', () => {
  test('are read when asked for, and by the session', async () => {
    const model = openModel(write(initializer({ location: 'weights.bin' })))
    expect(model.hasExternalData).toBe(true)
    expect(numbersOf(model.constants.get('w')!)).toEqual([1, 2, 3])
    const session = await openSession(sourceOf(model))
    const { y } = await runSession(session, { x: float32(Float32Array.of(1, 1, 1), [3]) }, ['y'])
    expect(Array.from(y.data as Float32Array)).toEqual([2, 3, 4])
  })

  test('can be replaced; the new ones lie inside', async () => {
    const model = replaceInitializers(openModel(write(initializer({ location: 'weights.bin' }))), {
      w: Float32Array.of(5, 6, 7)
    })
    expect(model.hasExternalData).toBe(false)
    const session = await openSession(sourceOf(model))
    const { y } = await runSession(session, { x: float32(new Float32Array(3), [3]) }, ['y'])
    expect(Array.from(y.data as Float32Array)).toEqual([5, 6, 7])
  })
})

describe('refused locations', () => {
  test.each([
    ['a parent folder', '../weights.bin'],
    ['an absolute path', '/etc/hostname'],
    ['a Windows path', 'C:\\weights.bin'],
    ['a subfolder', 'inner/weights.bin'],
    ['this folder', '.'],
    ['the parent itself', '..'],
    ['nothing', ''],
    ['a missing file', 'absent.bin'],
    ['a folder', 'inner']
  ])('%s', (_name, location) => {
    mkdirSync(join(folder, 'inner'))
    writeFileSync(join(folder, 'inner', 'weights.bin'), new Uint8Array(16))
    expect(codeOf(() => openModel(write(initializer({ location }))))).toBe('external-weights')
  })

  test('a symbolic link', () => {
    symlinkSync(join(folder, 'weights.bin'), join(folder, 'link.bin'))
    expect(codeOf(() => openModel(write(initializer({ location: 'link.bin' }))))).toBe('external-weights')
  })

  test('a hard link, under either of its names', () => {
    linkSync(join(folder, 'weights.bin'), join(folder, 'second.bin'))
    expect(codeOf(() => openModel(write(initializer({ location: 'second.bin' }))))).toBe('external-weights')
    expect(codeOf(() => openModel(write(initializer({ location: 'weights.bin' }))))).toBe('external-weights')
  })

  test.each([
    ['behind the end', '8', '12'],
    ['a negative offset', '-4', '12'],
    ['a negative length', '0', '-1'],
    ['no number', 'x', '12']
  ])('%s', (_name, offset, length) => {
    expect(codeOf(() => openModel(write(initializer({ location: 'weights.bin', offset, length }))))).toBe(
      'external-weights'
    )
  })

  test('a model that came without a file', () => {
    const { bytes } = openModel(write(initializer({ location: 'weights.bin' })))
    expect(codeOf(() => parseModel(bytes))).toBe('external-weights')
  })

  test('the file disappears between opening and reading', () => {
    const model = openModel(write(initializer({ location: 'weights.bin' })))
    linkSync(join(folder, 'weights.bin'), join(folder, 'later.bin'))
    expect(codeOf(() => model.constants.get('w')?.values())).toBe('external-weights')
  })
})

describe('every place a tensor can hide in', () => {
  const bad = external({ location: '../secret.bin' })
  const attribute = { name: 'value', type: AttributeType.TENSOR, t: bad }
  const constant = { opType: 'Constant', output: ['w'], attribute: [attribute] }
  const branch = { name: 'b', node: [constant], output: [{ name: 'w' }] }
  const inner = {
    opType: 'If',
    input: ['c'],
    output: ['z'],
    attribute: [{ name: 'then_branch', type: AttributeType.GRAPH, g: branch }]
  }
  const outer = {
    opType: 'If',
    input: ['c'],
    output: ['y'],
    attribute: [
      { name: 'then_branch', type: AttributeType.GRAPH, g: { name: 'o', node: [inner], output: [{ name: 'z' }] } }
    ]
  }
  const flag = { name: 'c', dims: [], dataType: DataType.BOOL, rawData: Uint8Array.of(1) }

  test.each([
    ['a Constant node', { node: [constant, add] }],
    [
      'a list of tensors',
      { node: [{ ...constant, attribute: [{ name: 'values', type: AttributeType.TENSORS, tensors: [bad] }] }, add] }
    ],
    [
      'a sparse attribute',
      {
        node: [
          {
            ...constant,
            attribute: [{ name: 'sparse_value', type: AttributeType.SPARSE_TENSOR, sparseTensor: { values: bad } }]
          },
          add
        ]
      }
    ],
    ['a nested subgraph', { node: [outer], initializer: [flag] }],
    [
      'an initializer of a subgraph',
      {
        node: [
          {
            ...outer,
            attribute: [
              {
                name: 'else_branch',
                type: AttributeType.GRAPH,
                g: { name: 's', initializer: [bad], output: [{ name: 'w' }] }
              }
            ]
          }
        ],
        initializer: [flag]
      }
    ],
    ['a sparse initializer', { node: [{ ...add, input: ['x', 'x'] }], sparseInitializer: [{ values: bad }] }]
  ])('%s', (_name, graph) => {
    expect(codeOf(() => openModel(write(graph as Graph)))).toBe('external-weights')
  })

  test('a function of the model', () => {
    const path = write({ node: [{ ...add, input: ['x', 'x'] }] } as Graph)
    const functions = toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, { functions: [{ name: 'f', domain: 'd', output: ['w'], node: [constant] }] })
    )
    writeFileSync(path, joinParts([openModel(path).bytes, functions]))
    expect(codeOf(() => openModel(path))).toBe('external-weights')
  })
})
