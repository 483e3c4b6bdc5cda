import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { create, toBinary } from '@bufbuild/protobuf'
import { beforeAll, describe, expect, test } from 'vitest'
import { ModelProtoSchema, TensorProto_DataLocation, TensorProto_DataType as DataType } from '@engine/graph/onnx_pb'
import { modelFolder } from '../support/model-folder'
import { call, port } from '../support/nested-graphs'
import { classifierNodes, classifierWeights, smallClassifier } from '../support/small-classifier'
import { drawValues, floatInput, floats, int64s, node } from '../support/tiny-graphs'

const { path, file, attribute } = modelFolder('odd')

const image = [port('x', 'float32', ['N', 3, 8, 8])]
const answer = [port('y', 'float32', ['N', 3])]

describe('sizes that cannot be fixed', () => {
  const bytes = smallClassifier({
    nodes: [
      node('Conv', ['x', 'kernel', 'offset'], 'c', { pads: [1, 1, 1, 1] }),
      node('Flatten', ['c'], 'f'),
      node('Gemm', ['f', 'dense', 'shift'], 'y', { transB: 1 })
    ],
    constants: [
      ...classifierWeights(3).filter(({ name }) => name !== 'dense'),
      floats('dense', [3, 256], drawValues(768, 'plain', 2))
    ],
    inputs: [floatInput('x', ['N', 3, 'height', 'width'])]
  })

  test('name the axes and what to put in the card', async () => {
    const found = await attribute(bytes, 'free')
    expect(found.stderr).toMatch(
      /axes 2 \("height"\), 3 \("width"\) of its input "x" free and does not run at 3 × 224 × 224.*"input.size"/s
    )
    expect(found.status).toBe(3)
  })

  test('and work once the card states them', async () => {
    const input = {
      name: 'x',
      layout: 'NCHW',
      size: [8, 8],
      channels: 3,
      values: { from: 'none' },
      mean: [0],
      std: [1],
      range: [-2, 2]
    }
    const outputs = [{ name: 'y', kind: 'logit', activation: 'softmax', labels: ['a', 'b', 'c'] }]
    const card = file('free8.json', JSON.stringify({ version: 1, name: 'free', input, outputs }))
    expect(await attribute(bytes, 'free8', ['--card', card])).toMatchObject({ status: 0 })
  })
})

describe('numbers that are none', () => {
  const broken = (value: number) => {
    const weights = classifierWeights(3)
    const dense = weights[2].values as Float32Array
    dense[5] = value
    return smallClassifier({ constants: weights })
  }

  test.each([
    [NaN, /weight "dense" of .*NaN/],
    [Infinity, /weight "dense" of .*an infinite value/]
  ])('%s in the weights', async (value, words) => {
    const found = await attribute(broken(value), `weights-${value}`)
    expect(found.stderr).toMatch(words)
    expect(found.status).toBe(3)
  })

  test('NaN in the output', async () => {
    const nodes = [
      ...classifierNodes('x').slice(0, -1),
      node('Gemm', ['f', 'dense', 'shift'], 'z', { transB: 1 }),
      node('Sub', ['z', 'far'], 'minus'),
      node('Sqrt', ['minus'], 'y')
    ]
    const found = await attribute(
      smallClassifier({ nodes, constants: [...classifierWeights(3), floats('far', [], [1e6])] }),
      'nan'
    )
    expect(found.stderr).toMatch(/answers with NaN \(not a number\) for output 0/)
    expect(found.status).toBe(6)
  })

  test.each([
    ['does not see the image', [node('Mul', ['f', 'nil'], 'f2')], [floats('nil', [], [0])]],
    ['is saturated', [node('Add', ['f', 'deep'], 'f1'), node('Relu', ['f1'], 'f2')], [floats('deep', [], [-1e6])]]
  ] as const)('a constant output: the model %s', async (name, nodes, constants) => {
    const bytes = smallClassifier({
      nodes: [
        ...classifierNodes('x').slice(0, -1),
        ...nodes,
        node('Gemm', ['f2', 'dense', 'shift'], 'y', { transB: 1 })
      ],
      constants: [...classifierWeights(3), ...constants]
    })
    const found = await attribute(bytes, name.replaceAll(' ', '-'))
    expect(found.status).toBe(0)
    expect(found.stderr).toMatch(/gradient map is zero everywhere: the explained output does not change with the image/)
    expect(found.recipe()).toMatchObject({ maps: [{ flat: [true] }] })
  })

  test('an output made of weights alone', async () => {
    const bytes = smallClassifier({
      nodes: [
        node('Shape', ['x'], 's'),
        node('Gather', ['s', 'first'], 'n'),
        node('Concat', ['n', 'three'], 'rows', { axis: 0 }),
        node('Expand', ['shift', 'rows'], 'y')
      ],
      constants: [...classifierWeights(3), int64s('first', [0]), int64s('three', [3])]
    })
    const found = await attribute(bytes, 'weights-alone')
    expect(found.status).toBe(0)
    expect(found.stderr).toMatch(/zero everywhere/)
  })
})

describe('weights outside the file are only read from beside it', () => {
  const external = (location: string): Uint8Array =>
    toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, {
        irVersion: 8n,
        opsetImport: [{ version: 17n }],
        graph: {
          name: 'g',
          node: [call('GlobalAveragePool', 'x', 'g'), call('Flatten', 'g', 'f'), call('Mul', 'f,w', 'y')],
          input: image,
          output: answer,
          initializer: [
            {
              name: 'w',
              dims: [3n],
              dataType: DataType.FLOAT,
              dataLocation: TensorProto_DataLocation.EXTERNAL,
              externalData: [{ key: 'location', value: location }]
            }
          ]
        }
      })
    )
  beforeAll(() => {
    mkdirSync(path('elsewhere'))
    file('elsewhere/w.bin', new Uint8Array(Float32Array.of(1, 2, 3).buffer))
    file('w.bin', new Uint8Array(Float32Array.of(1, 2, 3).buffer))
    symlinkSync(path('w.bin'), path('link.bin'))
  })

  test.each([
    ['an absolute path', '/etc/hostname', /not a plain file name/],
    ['a path upwards', '../w.bin', /not a plain file name/],
    ['a folder', 'elsewhere/w.bin', /not a plain file name/],
    ['a symbolic link', 'link.bin', /symbolic link/],
    ['a missing file', 'none.bin', /not beside the model/]
  ])('%s', async (name, location, words) => {
    const found = await attribute(external(location), name.replaceAll(' ', '-'))
    expect(found.stderr).toMatch(words)
    expect(found.status).toBe(3)
  })

  test('a file beside the model', async () => {
    expect(await attribute(external('w.bin'), 'beside')).toMatchObject({ status: 0 })
  })
})

test('several targets and a contrast: one map each, the contrast is the difference', async () => {
  const found = await attribute(smallClassifier(), 'contrast', ['--target', '0,2,2-0'])
  expect(found.status).toBe(0)
  const map = (target: string) => {
    const bytes = readFileSync(path('contrast-out', `target-${target}`, 'gradient.npy'))
    return new Float32Array(
      bytes.buffer.slice(bytes.byteOffset + bytes.length - 192 * 4, bytes.byteOffset + bytes.length)
    )
  }
  const [first, second, difference] = ['0', '2', '2-0'].map(map)
  const largest = Math.max(...difference.map(Math.abs))
  expect(largest).toBeGreaterThan(0.01)
  for (const [index, value] of difference.entries())
    expect(Math.abs(value - (second[index] - first[index]))).toBeLessThan(1e-5 * largest)
})
