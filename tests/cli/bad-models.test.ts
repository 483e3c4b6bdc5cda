import { describe, expect, test } from 'vitest'
import { encodeNpy } from '@engine/formats/raster/npy'
import { TensorProto_DataType as DataType } from '@engine/graph/onnx_pb'
import { commandLine } from '../support/in-process'
import { modelFolder } from '../support/model-folder'
import { boolTensor, call, floatTensor, graph, inDomain, mapsPort, nestedModel, port } from '../support/nested-graphs'
import { classifierNodes, classifierWeights, smallClassifier } from '../support/small-classifier'
import { drawValues, floatInput, floats, int64s, node } from '../support/tiny-graphs'

const { path, file, attribute } = modelFolder('refused')

const image = [port('x', 'float32', ['N', 3, 8, 8])]
const answer = [port('y', 'float32', ['N', 3])]
/** A small classifier over a tensor `h` that further nodes make of `x`. */
const behind = (
  nodes: Parameters<typeof nestedModel>[0]['nodes'],
  tensors: Parameters<typeof nestedModel>[0]['tensors'] = []
) =>
  nestedModel({
    nodes: [...nodes, call('GlobalAveragePool', 'h', 'g'), call('Flatten', 'g', 'y')],
    inputs: image,
    outputs: answer,
    tensors,
    domains: ['com.microsoft']
  })

describe('a model whose gradient cannot be made says so in one sentence, with what would work', () => {
  const body = graph({
    nodes: [
      call('Mul', 'a,x', 'a2'),
      call('ReduceSum', 'a2', 'total', { keepdims: 0 }),
      call('Greater', 'total,zero', 'again')
    ],
    inputs: [port('i', 'int64', []), port('go', 'bool', []), port('a', 'float32')],
    outputs: [port('again', 'bool', []), port('a2', 'float32')]
  })

  test.each([
    [
      'an operator without a rule',
      behind(
        [call('Det', 'x', 'd'), call('Unsqueeze', 'd,ends', 'h')],
        [{ ...boolTensor('ends', true), dataType: DataType.INT64, dims: [2n], int32Data: [], int64Data: [2n, 3n] }]
      ),
      4,
      /There is no backward rule for Det .*occlusion/s
    ],
    [
      'an operator of another domain',
      behind([inDomain('com.microsoft', call('Inverse', 'x', 'h'))]),
      4,
      /Inverse .*domain com.microsoft.* is no standard ONNX operator.*occlusion/s
    ],
    [
      'a loop over the image',
      behind(
        [call('Loop', ',yes,x', 'h', { body: { graph: body } })],
        [boolTensor('yes', true), floatTensor('zero', [], [1e30])]
      ),
      4,
      /no gradient through Loop .*how often it repeats its body depends on the image.*occlusion/s
    ],
    [
      'a choice',
      behind([call('Greater', 'x,zero', 'b'), call('Cast', 'b', 'h', { to: 1 })], [floatTensor('zero', [], [0])]),
      4,
      /depends on the image only through Greater .*no gradient/s
    ]
  ] as const)('%s', async (name, bytes, status, words) => {
    const found = await attribute(bytes, name.replaceAll(' ', '-'))
    expect(found.stderr).toMatch(words)
    expect(found.status).toBe(status)
    const seen = await commandLine(['inspect', path(`${name.replaceAll(' ', '-')}.onnx`)])
    expect(seen.stdout).toMatch(/gradient methods do not work: /)
  })

  test('and the methods that need none work all the same', async () => {
    const bytes = behind([inDomain('com.microsoft', call('Inverse', 'x', 'h'))])
    const model = file('inverse.onnx', bytes)
    const tensor = file('inverse.npy', encodeNpy(drawValues(192, 'plain', 4), [1, 3, 8, 8]))
    const args = ['--param', 'occlusion.window=3,4,4', '--param', 'occlusion.stride=3,4,4', '--out', path('occluded')]
    const found = await commandLine([
      'attribute',
      '--model',
      model,
      '--tensor',
      tensor,
      '--method',
      'occlusion',
      ...args
    ])
    expect(found.status).toBe(0)
  })
})

describe('what is no image classifier is refused with the reason', () => {
  const ports = (dims: readonly (number | string)[], elementType: 'float32' | 'int64' = 'float32') => [
    floatInput('x', dims, elementType)
  ]
  test.each([
    [
      'whole numbers',
      smallClassifier({
        nodes: [node('Cast', ['x'], 'f0', { to: 1 }), ...classifierNodes('f0')],
        inputs: ports(['N', 3, 8, 8], 'int64')
      }),
      /"x" takes int64 numbers .*no gradient/
    ],
    [
      'a row of features',
      smallClassifier({
        nodes: [node('MatMul', ['x', 'm'], 'y')],
        constants: [floats('m', [5, 3], drawValues(15, 'plain', 1))],
        inputs: ports(['N', 5])
      }),
      /"x" has 2 axes, which is no image/
    ],
    [
      'a signal',
      smallClassifier({
        nodes: [node('ReduceMean', ['x'], 'y', { axes: [2], keepdims: 0 })],
        constants: [],
        inputs: ports(['N', 3, 50])
      }),
      /"x" has 3 axes, which is no image/
    ],
    [
      'a segmentation',
      smallClassifier({ nodes: [node('Conv', ['x', 'kernel'], 'y')], outputs: [floatInput('y', ['N', 4, 6, 6])] }),
      /image of 6 × 6/
    ],
    [
      'several inputs',
      smallClassifier({
        nodes: [
          ...classifierNodes('x').slice(0, -1),
          node('Gemm', ['f', 'dense', 'shift'], 'z', { transB: 1 }),
          node('Mul', ['z', 'age'], 'y')
        ],
        inputs: [floatInput('age', ['N', 1]), ...ports(['N', 3, 8, 8])]
      }),
      /takes 2 inputs, and beside the image "x" nothing says what "age" is.*otherInputs/s
    ]
  ] as const)('%s', async (name, bytes, words) => {
    const own = name.replaceAll(' ', '-')
    const found = await attribute(bytes, own)
    expect(found.stderr).toMatch(words)
    expect(found.status).toBe(4)
    const seen = await commandLine(['inspect', path(`${own}.onnx`)])
    expect(seen.status).toBe(0)
    expect(seen.stdout).toMatch(new RegExp(`not a classifier: .*${words.source}`, words.flags))
  })

  test('scores in a map, as scikit-learn exports them', async () => {
    const zip = inDomain('ai.onnx.ml', call('ZipMap', 'p', 'y', { classlabels_int64s: [0, 1, 2] }))
    const bytes = nestedModel({
      nodes: [call('GlobalAveragePool', 'x', 'g'), call('Flatten', 'g', 'p'), zip],
      inputs: image,
      outputs: [mapsPort('y')],
      domains: ['ai.onnx.ml']
    })
    const found = await attribute(bytes, 'zipmap')
    expect(found.stderr).toMatch(/scores come as a sequence or a map, not as a tensor.*zipmap/s)
    expect(found.status).toBe(4)
  })

  test('--input-name names the image, and a wrong name is refused', async () => {
    const bytes = smallClassifier({
      nodes: [
        ...classifierNodes('x').slice(0, -1),
        node('Gemm', ['f', 'dense', 'shift'], 'z', { transB: 1 }),
        node('ReduceMean', ['old'], 'o', { axes: [1, 2, 3], keepdims: 0 }),
        node('Unsqueeze', ['o', 'one'], 'o2'),
        node('Mul', ['z', 'o2'], 'y')
      ],
      constants: [...classifierWeights(3), int64s('one', [1])],
      inputs: [floatInput('old', ['N', 3, 8, 8]), floatInput('x', ['N', 3, 8, 8])]
    })
    const model = file('two-images.onnx', bytes)
    const named = await commandLine(['inspect', model, '--input-name', 'x'])
    expect(named.stdout).toMatch(/beside the image "x" nothing says what "old" is/)
    const wrong = await commandLine(['inspect', model, '--input-name', 'z'])
    expect(wrong.stderr).toMatch(/has no input "z".*"old", "x"/s)
    expect(wrong.status).toBe(2)
  })
})
