import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Fault } from '@engine/fault'
import { numberAttribute, numbersAttribute, stringAttribute } from '@engine/graph/attributes'
import { numbersOf } from '@engine/graph/constant'
import { openModel } from '@engine/graph/open'
import { parseModel } from '@engine/graph/parse'
import { floatInput, floatOutput, floats, int64s, node, tinyModel } from '../../support/tiny-graphs'

function faultOf(action: () => unknown): Fault {
  try {
    action()
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}

const small = (): Uint8Array =>
  tinyModel({
    opset: 13,
    producer: 'bench',
    metadata: { labels: 'a,b' },
    nodes: [
      node('Constant', [], 'shape', { value: { tensor: int64s('', [2, 3]) } }),
      node('ConstantOfShape', ['shape'], 'made', { value: { tensor: floats('', [1], [0.25]) } }),
      node('Identity', ['made'], 'renamed'),
      node('Conv', ['x', 'k'], 'c', { strides: [2, 2], group: 1, auto_pad: 'SAME_UPPER' }),
      node('LeakyRelu', ['c'], 'y', { alpha: { float: 0.5 } })
    ],
    inputs: [floatInput('x', ['N', 1, 8, 8])],
    outputs: [floatOutput('y')],
    constants: [floats('k', [1, 1, 2, 2], [1, 2, 3, 4])]
  })

describe('a model as values', () => {
  const model = parseModel(small(), { name: 'small.onnx', folder: null })

  test('header, inputs and outputs', () => {
    expect(model.opset).toBe(13)
    expect(model.irVersion).toBe(8)
    expect(model.producer).toBe('bench')
    expect(model.metadata.get('labels')).toBe('a,b')
    expect(model.inputs).toEqual([{ name: 'x', elementType: 'float32', dims: ['N', 1, 8, 8] }])
    expect(model.outputs.map((output) => output.name)).toEqual(['y'])
  })

  test('nodes and their attributes', () => {
    const conv = model.nodes[3]
    expect([conv.opType, conv.inputs, conv.outputs, conv.index]).toEqual(['Conv', ['x', 'k'], ['c'], 3])
    expect(numbersAttribute(conv, 'strides')).toEqual([2, 2])
    expect(numberAttribute(conv, 'group', 7)).toBe(1)
    expect(numberAttribute(conv, 'missing', 7)).toBe(7)
    expect(stringAttribute(conv, 'auto_pad', 'NOTSET')).toBe('SAME_UPPER')
    expect(numberAttribute(model.nodes[4], 'alpha', 0)).toBe(0.5)
  })

  test('weights, however they are made', () => {
    const values = (name: string): number[] => numbersOf(model.constants.get(name)!)
    expect(values('k')).toEqual([1, 2, 3, 4])
    expect(values('shape')).toEqual([2, 3])
    expect(model.constants.get('made')?.dims).toEqual([2, 3])
    expect(values('made')).toEqual(Array(6).fill(0.25))
    expect(values('renamed')).toEqual(Array(6).fill(0.25))
  })

  test('old files that list weights among the inputs', () => {
    const old = parseModel(
      tinyModel({
        irVersion: 3,
        opset: 9,
        constantsAsInputs: true,
        nodes: [node('Gemm', ['x', 'w', 'b'], 'y')],
        inputs: [floatInput('x', [1, 3])],
        outputs: [floatOutput('y')],
        constants: [floats('w', [3, 2], [1, 2, 3, 4, 5, 6]), floats('b', [2], [0, 0])]
      })
    )
    expect(old.inputs.map((input) => input.name)).toEqual(['x'])
  })
})

test('a chain of 20,000 nodes does not exhaust the stack', () => {
  const count = 20_000
  const names = Array.from({ length: count + 1 }, (_, index) => (index === 0 ? 'x' : `t${index}`))
  const nodes = Array.from({ length: count }, (_, index) => node('Relu', [names[index]], names[index + 1]))
  const model = parseModel(
    tinyModel({ nodes, inputs: [floatInput('x', ['N', 2])], outputs: [floatOutput(names[count])] })
  )
  expect(model.nodes).toHaveLength(count)
})

describe('files that are no whole ONNX model', () => {
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['an empty file', new Uint8Array(0), /empty file/],
    ['a PyTorch checkpoint', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 8), /PyTorch checkpoint or another zip/],
    ['a pickle', Uint8Array.of(0x80, 2, 0x8a, 0x0a), /pickle/],
    ['Keras weights', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a), /HDF5/],
    [
      'a Git LFS pointer',
      new TextEncoder().encode('version https://git-lfs.example/spec/v1\noid sha256:00'),
      /Git LFS pointer/
    ],
    ['a text', new TextEncoder().encode('just some words'), /text file/],
    ['JSON', new TextEncoder().encode('{"a": 1}'), /JSON/],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a), /PNG/],
    ['noise', Uint8Array.from({ length: 400 }, (_, index) => (index * 73 + 190) % 256), /cannot be opened|damaged/],
    ['a model cut in the middle', small().subarray(0, 200), /damaged or incomplete/],
    ['a model cut at the end', small().subarray(0, small().length - 3), /damaged or incomplete/],
    ['a serialised tensor', Uint8Array.of(0x08, 0x02, 0x10, 0x01, 0x4a, 0x04, 0, 0, 0x80, 0x3f), /no graph|damaged/]
  ]

  test.each(cases)('%s', (_name, bytes, expected) => {
    const fault = faultOf(() => parseModel(bytes, { name: 'f.onnx', folder: null }))
    expect(fault.code).toBe('bad-model')
    expect(fault.message).toMatch(expected)
    expect(fault.message).toContain('f.onnx')
    expect(fault.hint).toBeTruthy()
  })

  test('no cut of a model is taken for one, or crashes the reader', () => {
    const whole = small()
    for (let length = 0; length < whole.length; length++) {
      expect(faultOf(() => parseModel(whole.subarray(0, length))).code, `cut at ${length}`).toBe('bad-model')
    }
  })

  test('a node that reads what nothing makes', () => {
    const bytes = tinyModel({
      nodes: [node('Relu', ['ghost'], 'y')],
      inputs: [floatInput('x', [1])],
      outputs: [floatOutput('y')]
    })
    expect(faultOf(() => parseModel(bytes)).message).toMatch(/reads "ghost"/)
  })

  test('an output that nothing makes', () => {
    const bytes = tinyModel({
      nodes: [node('Relu', ['x'], 'y')],
      inputs: [floatInput('x', [1])],
      outputs: [floatOutput('z')]
    })
    expect(faultOf(() => parseModel(bytes)).message).toMatch(/declares the output "z"/)
  })

  test('a weight with too few values', () => {
    const bytes = tinyModel({
      nodes: [node('Add', ['x', 'k'], 'y')],
      inputs: [floatInput('x', [4])],
      outputs: [floatOutput('y')],
      constants: [floats('k', [4], [1, 2])]
    })
    expect(faultOf(() => parseModel(bytes).constants.get('k')?.values()).message).toMatch(
      /holds 2 values where its shape needs 4/
    )
  })

  test('a missing file and a folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'saliscope-parse-'))
    expect(faultOf(() => openModel(join(folder, 'no.onnx'))).code).toBe('not-found')
    expect(faultOf(() => openModel(folder)).code).toBe('bad-model')
    writeFileSync(join(folder, 'yes.onnx'), small())
    expect(openModel(join(folder, 'yes.onnx')).origin).toEqual({ name: 'yes.onnx', folder })
  })
})
