import { expect } from 'vitest'
import { compileBackward } from '@engine/compiler/compile'
import type { NewConstant, NewNode } from '@engine/graph/encode'
import { sourceOf } from '@engine/graph/model'
import { parseModel } from '@engine/graph/parse'
import { probeModel } from '@engine/graph/probe'
import { elementCount } from '@engine/tensor/tensor'
import { float32, openSession, runModel, runSession } from './gradcheck-ort'
import { drawValues, floatInput, floatOutput, floats, node, tinyModel } from './tiny-graphs'

/** Seeded numbers of an integer type. */
export const numbers = (
  name: string,
  dims: readonly number[],
  elementType: 'uint8' | 'int8' | 'int32',
  span = 40
): NewConstant => {
  const drawn = drawValues(elementCount(dims), 'plain', name.length + 3)
  const around = elementType === 'uint8' ? 128 : 0
  const values = Array.from(drawn, (value) => Math.round((value / 2) * span) + around)
  const arrays = { uint8: Uint8Array, int8: Int8Array, int32: Int32Array } as const
  return { name, dims, elementType, values: arrays[elementType].from(values) }
}
export const u8 = (name: string, value: number): NewConstant => ({
  name,
  dims: [],
  elementType: 'uint8',
  values: Uint8Array.of(value)
})
export const i8 = (name: string, value: number): NewConstant => ({
  name,
  dims: [],
  elementType: 'int8',
  values: Int8Array.of(value)
})
export const f32 = (name: string, value: number): NewConstant => floats(name, [], [value])

export interface Twin {
  /** Nodes and constants of the quantised model, from `x` to the float `y`. */
  readonly quantised: readonly NewNode[]
  /** The same computation in floats, with Clip half a step beyond where the quantised one saturates. */
  readonly twin: readonly NewNode[]
  readonly constants: readonly NewConstant[]
  readonly dims: readonly number[]
}

export const opsets = [{ domain: 'com.microsoft', version: 1 }]
const model = (nodes: readonly NewNode[], { constants, dims }: Twin) =>
  tinyModel({
    opset: 17,
    opsets,
    nodes,
    constants: constants.filter(({ name }) => nodes.some((each) => each.inputs.includes(name))),
    inputs: [floatInput('x', ['N', ...dims.slice(1)])],
    outputs: [floatOutput('y')]
  })

/**
 * The straight-through gradient of the quantised model against five-point differences of its float twin, and its scores
 * before and after the backward part is there. The largest difference relative to the largest slope.
 */
async function compare(twin: Twin): Promise<{ error: number; largest: number; moved: number; apart: number }> {
  const probed = await probeModel(parseModel(model(twin.quantised, twin)), runModel)
  const compiled = compileBackward({ model: probed, of: 'y', wrt: ['x'], composite: 'gradient', target: 'cpu' })
  // On the input's own grid, so that its rounding moves nothing across a kink.
  const values = drawValues(elementCount(twin.dims), 'plain', 21).map((value) => Math.round(value * 50) / 50)
  const x = float32(values, twin.dims)
  const forward = await openSession(sourceOf(probed))
  const before = (await runSession(forward, { x }, ['y'])).y
  const start = drawValues(before.data.length, 'plain', 5)
  const backward = await openSession(compiled.source)
  const found = await runSession(backward, { x, [compiled.startInput]: float32(start, before.dims) }, [
    compiled.outputs.logits,
    compiled.outputs.gradients.x
  ])
  const gradient = found[compiled.outputs.gradients.x].data as Float32Array
  const after = found[compiled.outputs.logits].data as Float32Array
  const smooth = await openSession(sourceOf(parseModel(model(twin.twin, twin))), 'disabled')
  const value = async (index: number, step: number): Promise<number> => {
    const moved = Float32Array.from(values)
    moved[index] += step
    const { data } = (await runSession(smooth, { x: float32(moved, twin.dims) }, ['y'])).y
    return start.reduce((sum, weight, place) => sum + weight * (data as Float32Array)[place], 0)
  }
  let [error, largest] = [0, 0]
  const h = 0.001
  for (const index of values.keys()) {
    const [a, b, c, d] = [
      await value(index, -2 * h),
      await value(index, -h),
      await value(index, h),
      await value(index, 2 * h)
    ]
    const slope = (a - 8 * b + 8 * c - d) / (12 * h)
    error = Math.max(error, Math.abs(slope - gradient[index]))
    largest = Math.max(largest, Math.abs(slope))
  }
  const twinScores = (await runSession(smooth, { x }, ['y'])).y.data as Float32Array
  const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
    Math.max(...Array.from(a, (each, index) => Math.abs(each - b[index])))
  return {
    error: error / largest,
    largest,
    moved: distance(before.data as Float32Array, after),
    apart: distance(after, twinScores)
  }
}

export async function expectStraightThrough(twin: Twin, { tolerance = 2e-3, apart = 0.2 } = {}): Promise<void> {
  const found = await compare(twin)
  expect(found.largest).toBeGreaterThan(0.05)
  expect(found.error).toBeLessThan(tolerance)
  expect(found.moved).toBe(0)
  // The twin really is one: its scores lie within rounding of the quantised model's.
  expect(found.apart).toBeLessThan(apart)
}

export const grid = (name: string, scale: number, zero: NewConstant): NewConstant[] => [
  f32(`${name}_s`, scale),
  { ...zero, name: `${name}_z` }
]
export const micro = (opType: string, inputs: readonly string[], output: string, attributes = {}): NewNode => ({
  ...node(opType, inputs, output, attributes),
  domain: 'com.microsoft'
})
