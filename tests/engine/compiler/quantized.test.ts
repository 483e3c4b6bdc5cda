import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compileBackward } from '@engine/compiler/compile'
import { describeModel } from '@engine/compiler/describe'
import { quantized } from '@engine/compiler/rules/quantized'
import { quantizedOfRuntime } from '@engine/compiler/rules/quantized-of-runtime'
import type { NewNode } from '@engine/graph/encode'
import { parseModel } from '@engine/graph/parse'
import { probeModel } from '@engine/graph/probe'
import { float32, openSession, runModel, runSession } from '../../support/gradcheck-ort'
import {
  expectStraightThrough,
  f32,
  grid,
  i8,
  micro,
  numbers,
  opsets,
  type Twin,
  u8
} from '../../support/straight-through'
import { floatInput, floatOutput, floats, node, tinyModel } from '../../support/tiny-graphs'

describe('QuantizeLinear and DequantizeLinear', () => {
  test('pass inside their range and stop outside, per tensor and per channel', async () => {
    const twin: Twin = {
      dims: [2, 3, 4, 4],
      constants: [
        ...grid('x', 0.01, u8('', 100)),
        floats('c_s', [3], [0.02, 0.005, 0.01]),
        { name: 'c_z', dims: [3], elementType: 'int8', values: Int8Array.of(0, 10, -20) },
        numbers('w', [2, 3, 3, 3], 'int8', 100),
        floats('w_s', [2], [0.004, 0.007]),
        { name: 'w_z', dims: [2], elementType: 'int8', values: Int8Array.of(0, 0) },
        f32('low', -1.005),
        f32('high', 1.555),
        floats('lows', [3, 1, 1], [-2.57, -0.6925, -1.085]),
        floats('highs', [3, 1, 1], [2.55, 0.5875, 1.475])
      ],
      quantised: [
        node('QuantizeLinear', ['x', 'x_s', 'x_z'], 'q'),
        node('DequantizeLinear', ['q', 'x_s', 'x_z'], 'd'),
        node('QuantizeLinear', ['d', 'c_s', 'c_z'], 'qc', { axis: 1 }),
        node('MaxPool', ['qc'], 'p', { kernel_shape: [2, 2], strides: [2, 2] }),
        node('DequantizeLinear', ['p', 'c_s', 'c_z'], 'dc', { axis: 1 }),
        node('DequantizeLinear', ['w', 'w_s', 'w_z'], 'wd', { axis: 0 }),
        node('Conv', ['dc', 'wd'], 'y', { pads: [1, 1, 1, 1] })
      ],
      twin: [
        node('Clip', ['x', 'low', 'high'], 'd'),
        node('Max', ['d', 'lows'], 'm'),
        node('Min', ['m', 'highs'], 'm2'),
        node('MaxPool', ['m2'], 'dc', { kernel_shape: [2, 2], strides: [2, 2] }),
        node('DequantizeLinear', ['w', 'w_s', 'w_z'], 'wd', { axis: 0 }),
        node('Conv', ['dc', 'wd'], 'y', { pads: [1, 1, 1, 1] })
      ]
    }
    await expectStraightThrough(twin)
  })

  test('a value that rounds to the end of the range passes, one that is clipped to it does not', async () => {
    const bytes = tinyModel({
      nodes: [node('QuantizeLinear', ['x', 's', 'z'], 'q'), node('DequantizeLinear', ['q', 's', 'z'], 'y')],
      constants: [f32('s', 1), u8('z', 3)],
      inputs: [floatInput('x', ['N', 8])],
      outputs: [floatOutput('y')]
    })
    const probed = await probeModel(parseModel(bytes), runModel)
    const compiled = compileBackward({ model: probed, of: 'y', wrt: ['x'], composite: 'gradient', target: 'cpu' })
    const session = await openSession(compiled.source)
    const x = float32(Float32Array.of(-3.4, -3.6, -2, 0, 252, 252.4, 252.6, 300), [1, 8])
    const start = float32(new Float32Array(8).fill(1), [1, 8])
    const found = await runSession(session, { x, [compiled.startInput]: start }, [compiled.outputs.gradients.x])
    expect([...(found[compiled.outputs.gradients.x].data as Float32Array)]).toEqual([1, 0, 1, 1, 1, 1, 0, 0])
  })
})

describe('operators between quantised tensors', () => {
  const quantise = node('QuantizeLinear', ['x', 'x_s', 'x_z'], 'q')
  const ends = [f32('low', -1.285), f32('high', 1.275)]
  const clipped = node('Clip', ['x', 'low', 'high'], 'd')
  const weights = [
    numbers('w', [4, 3, 3, 3], 'int8', 100),
    f32('w_s', 0.006),
    i8('w_z', 0),
    numbers('b', [4], 'int32', 900)
  ]

  test('QLinearConv with its ReLU in the range, QLinearAdd, pooling and QGemm', async () => {
    const twin: Twin = {
      dims: [1, 3, 5, 5],
      constants: [
        ...grid('x', 0.01, u8('', 128)),
        ...ends,
        ...weights,
        ...grid('c', 0.02, u8('', 0)),
        ...grid('a', 0.03, u8('', 20)),
        ...grid('g', 0.01, u8('', 30)),
        numbers('dense', [2, 4], 'int8', 100),
        f32('dense_s', 0.01),
        i8('dense_z', 5),
        numbers('shift', [2], 'int32', 5000),
        f32('b_s', 0.00006),
        f32('shift_s', 0.0001),
        f32('zero', -0.01),
        f32('c_high', 5.11),
        f32('a_low', -0.615),
        f32('a_high', 7.065),
        f32('g_low', -0.305),
        f32('g_high', 2.255)
      ],
      quantised: [
        quantise,
        node('QLinearConv', ['q', 'x_s', 'x_z', 'w', 'w_s', 'w_z', 'c_s', 'c_z', 'b'], 'c', { pads: [1, 1, 1, 1] }),
        micro('QLinearAdd', ['c', 'c_s', 'c_z', 'c', 'c_s', 'c_z', 'a_s', 'a_z'], 'a'),
        micro('QLinearGlobalAveragePool', ['a', 'a_s', 'a_z', 'g_s', 'g_z'], 'g'),
        node('Flatten', ['g'], 'f'),
        micro('QGemm', ['f', 'g_s', 'g_z', 'dense', 'dense_s', 'dense_z', 'shift'], 'y', { transB: 1 })
      ],
      twin: [
        clipped,
        node('DequantizeLinear', ['w', 'w_s', 'w_z'], 'wd'),
        node('DequantizeLinear', ['b', 'b_s'], 'bd'),
        node('Conv', ['d', 'wd', 'bd'], 'c0', { pads: [1, 1, 1, 1] }),
        node('Clip', ['c0', 'zero', 'c_high'], 'c'),
        node('Add', ['c', 'c'], 'a0'),
        node('Clip', ['a0', 'a_low', 'a_high'], 'a'),
        node('GlobalAveragePool', ['a'], 'g0'),
        node('Clip', ['g0', 'g_low', 'g_high'], 'g'),
        node('Flatten', ['g'], 'f'),
        node('DequantizeLinear', ['dense', 'dense_s', 'dense_z'], 'densed'),
        node('DequantizeLinear', ['shift', 'shift_s'], 'shiftd'),
        node('Gemm', ['f', 'densed', 'shiftd'], 'y', { transB: 1 })
      ]
    }
    await expectStraightThrough(twin)
  })

  test.each([
    [
      'QLinearMul by a row',
      micro('QLinearMul', ['q', 'x_s', 'x_z', 'row', 'row_s', 'row_z', 'o_s', 'o_z'], 'o'),
      [node('DequantizeLinear', ['row', 'row_s', 'row_z'], 'rd'), node('Mul', ['d', 'rd'], 'o')]
    ],
    ['QLinearSigmoid', micro('QLinearSigmoid', ['q', 'x_s', 'x_z', 'o_s', 'o_z'], 'o'), [node('Sigmoid', ['d'], 'o')]],
    [
      'QLinearLeakyRelu',
      micro('QLinearLeakyRelu', ['q', 'x_s', 'x_z', 'o_s', 'o_z'], 'o', { alpha: { float: 0.2 } }),
      [node('LeakyRelu', ['d'], 'o', { alpha: { float: 0.2 } })]
    ],
    [
      'QLinearSoftmax',
      micro('QLinearSoftmax', ['q', 'x_s', 'x_z', 'o_s', 'o_z'], 'o', { axis: -1, opset: 13 }),
      [node('Softmax', ['d'], 'o', { axis: -1 })]
    ],
    [
      'QLinearConcat',
      micro('QLinearConcat', ['o_s', 'o_z', 'q', 'x_s', 'x_z', 'q', 'x_s', 'x_z'], 'o', { axis: 1 }),
      [node('Concat', ['d', 'd'], 'o', { axis: 1 })]
    ],
    [
      'QLinearMatMul',
      node('QLinearMatMul', ['q', 'x_s', 'x_z', 'm', 'm_s', 'm_z', 'o_s', 'o_z'], 'o'),
      [node('DequantizeLinear', ['m', 'm_s', 'm_z'], 'md'), node('MatMul', ['d', 'md'], 'o')]
    ],
    [
      'QLinearAveragePool',
      micro('QLinearAveragePool', ['q', 'x_s', 'x_z', 'o_s', 'o_z'], 'o', { kernel_shape: [2, 2], pads: [1, 1, 0, 0] }),
      [node('AveragePool', ['d'], 'o', { kernel_shape: [2, 2], pads: [1, 1, 0, 0] })]
    ]
  ] as const)('%s', async (_what, own, twin) => {
    await expectStraightThrough(
      {
        dims: [2, 2, 3, 4],
        constants: [
          ...grid('x', 0.02, u8('', 128)),
          ...grid('o', 0.04, u8('', 120)),
          numbers('row', [4], 'uint8', 100),
          ...grid('row', 0.015, u8('', 110)),
          numbers('m', [4, 3], 'int8', 100),
          ...grid('m', 0.01, i8('', 3)),
          f32('low', -2.57),
          f32('high', 2.55)
        ],
        quantised: [quantise, own, node('DequantizeLinear', ['o', 'o_s', 'o_z'], 'y')],
        twin: [clipped, ...twin, node('Identity', ['o'], 'y')]
      },
      // Curved functions are read where the rounded numbers are: half a step of 0.02 away.
      { tolerance: 0.05 }
    )
  })

  test('DynamicQuantizeLinear with MatMulInteger and with ConvInteger', async () => {
    const scaled = (from: string, to: string, weight: string): NewNode[] => [
      node('Cast', [from], `${to}_f`, { to: 1 }),
      node('Mul', ['s', weight], `${to}_u`),
      node('Mul', [`${to}_f`, `${to}_u`], to)
    ]
    await expectStraightThrough({
      dims: [1, 3, 5, 5],
      constants: [...weights, numbers('m', [3, 2], 'int8', 100), f32('m_s', 0.01), i8('m_z', 4)],
      quantised: [
        { ...node('DynamicQuantizeLinear', ['x'], 'q'), outputs: ['q', 's', 'z'] },
        node('ConvInteger', ['q', 'w', 'z', 'w_z'], 'ci'),
        ...scaled('ci', 'cf', 'w_s'),
        { ...node('DynamicQuantizeLinear', ['cf'], 'q2'), outputs: ['q2', 's2', 'z2'] },
        node('MatMulInteger', ['q2', 'm', 'z2', 'm_z'], 'mi'),
        node('Cast', ['mi'], 'mf', { to: 1 }),
        node('Mul', ['s2', 'm_s'], 'unit'),
        node('Mul', ['mf', 'unit'], 'y')
      ],
      twin: [
        node('DequantizeLinear', ['w', 'w_s', 'w_z'], 'wd'),
        node('Conv', ['x', 'wd'], 'c'),
        node('DequantizeLinear', ['m', 'm_s', 'm_z'], 'md'),
        node('MatMul', ['c', 'md'], 'y')
      ]
    })
  })
})

describe('what is said of a quantised model', () => {
  const bytes = (own: NewNode) =>
    tinyModel({
      opsets,
      nodes: [node('QuantizeLinear', ['x', 's', 'z'], 'q'), own, node('DequantizeLinear', ['o', 's', 'z'], 'y')],
      constants: [
        f32('s', 0.02),
        u8('z', 128),
        { name: 'mask', dims: [], elementType: 'bool', values: Uint8Array.of(1) }
      ],
      inputs: [floatInput('x', ['N', 2, 4, 4])],
      outputs: [floatOutput('y')]
    })

  test('straight-through is a remark', async () => {
    const probed = await probeModel(parseModel(bytes(node('Identity', ['q'], 'o'))), runModel)
    expect(describeModel(probed).remarks.join()).toMatch(
      /quantised: gradients pass its 1 rounding step .*straight-through/
    )
  })

  test('an operator without a float twin is refused by a sentence', async () => {
    const own = micro('QLinearWhere', ['mask', 'q', 's', 'z', 'q', 's', 'z', 's', 'z'], 'o')
    const probed = await probeModel(parseModel(bytes(own)), runModel)
    expect(describeModel(probed).ops.find(({ op }) => op.includes('QLinearWhere'))?.rule).toBe(false)
    const compile = () => compileBackward({ model: probed, of: 'y', wrt: ['x'], composite: 'gradient', target: 'cpu' })
    expect(compile).toThrow(/QLinearWhere .*domain com.microsoft.* is no standard ONNX operator/)
  })

  test('channels last is refused by a sentence', async () => {
    const own = micro('QLinearGlobalAveragePool', ['q', 's', 'z', 's', 'z'], 'o', { channels_last: 1 })
    const probed = await probeModel(parseModel(bytes(own)), runModel)
    const compile = () => compileBackward({ model: probed, of: 'y', wrt: ['x'], composite: 'gradient', target: 'cpu' })
    expect(compile).toThrow(/does not cover this use: channels come last/)
  })
})

test('every quantised operator with a rule is used above', () => {
  const text = readFileSync(fileURLToPath(import.meta.url), 'utf8')
  const rules = [...Object.keys(quantized), ...Object.keys(quantizedOfRuntime)]
  expect(rules.filter((op) => !text.includes(`('${op}'`))).toEqual([])
})
