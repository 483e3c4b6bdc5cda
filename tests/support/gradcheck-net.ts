import { expect } from 'vitest'
import { type CompiledGraph, type CompileRequest, compileBackward } from '@engine/compiler/compile'
import { asFault, type Fault } from '@engine/fault'
import type { ProbedModel } from '@engine/graph/model'
import { parseModel } from '@engine/graph/parse'
import { type AnyTensor, probeModel } from '@engine/graph/probe'
import { elementCount } from '@engine/tensor/tensor'
import { float32, openSession, runModel, runSession } from './gradcheck-ort'
import { drawValues, floatInput, floatOutput, floats, node, type TinyGraph, tinyModel } from './tiny-graphs'

export const weight = (name: string, dims: readonly number[]) =>
  floats(name, dims, drawValues(elementCount(dims), 'plain', name.length + dims.length))
export const probed = async (graph: TinyGraph): Promise<ProbedModel> =>
  probeModel(parseModel(tinyModel(graph)), runModel)
export const compiled = (model: ProbedModel, wanted: Partial<CompileRequest> = {}): CompiledGraph =>
  compileBackward({ model, of: 'y', wrt: ['x'], composite: 'gradient', target: 'cpu', ...wanted })

export async function run(
  graph: CompiledGraph,
  feeds: Readonly<Record<string, AnyTensor>>,
  outputs: readonly string[]
): Promise<Record<string, number[]>> {
  const session = await openSession(graph.source)
  const found = await runSession(session, feeds, outputs)
  await session.release()
  return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, Array.from(data as Float32Array)]))
}

export async function faultOf(action: () => unknown): Promise<Fault> {
  try {
    await action()
  } catch (thrown) {
    return asFault(thrown)
  }
  throw new Error('nothing was thrown')
}

/** A small net with a convolution, batch normalization, a residual, pooling and a dense end: [N, 1, 8, 8] to [N, 3]. */
export const net: TinyGraph = {
  nodes: [
    node('Conv', ['x', 'k1'], 'c1', { pads: [1, 1, 1, 1] }),
    node('BatchNormalization', ['c1', 'g', 'h', 'm', 'v'], 'n1'),
    node('Relu', ['n1'], 'r1'),
    node('Conv', ['r1', 'k2'], 'c2', { pads: [1, 1, 1, 1] }),
    node('BatchNormalization', ['c2', 'g', 'h', 'm', 'v'], 'n2'),
    node('Add', ['n2', 'r1'], 's'),
    node('Relu', ['s'], 'r2'),
    node('MaxPool', ['r2'], 'p', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
    node('GlobalAveragePool', ['p'], 'q'),
    node('Flatten', ['q'], 'f'),
    node('Gemm', ['f', 'w', 'b'], 'y', { transB: 1 })
  ],
  constants: [
    weight('k1', [4, 1, 3, 3]),
    weight('k2', [4, 4, 3, 3]),
    weight('g', [4]),
    weight('h', [4]),
    weight('m', [4]),
    floats('v', [4], [1, 2, 0.5, 1.5]),
    weight('w', [3, 4]),
    weight('b', [3])
  ],
  inputs: [floatInput('x', ['N', 1, 8, 8])],
  outputs: [floatOutput('y')]
}

export const image = (batch: number, seed = 1): AnyTensor =>
  float32(drawValues(batch * 64, 'plain', seed), [batch, 1, 8, 8])
export const oneHot = (batch: number, index: number, outputs = 3): AnyTensor =>
  float32(
    Float32Array.from({ length: batch * outputs }, (_, place) => (place % outputs === index ? 1 : 0)),
    [batch, outputs]
  )

export function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  const scale = Math.max(1e-6, ...expected.map(Math.abs))
  expect(found).toHaveLength(expected.length)
  for (const [index, value] of found.entries())
    expect(Math.abs(value - expected[index]) / scale, `element ${index}`).toBeLessThan(tolerance)
}
