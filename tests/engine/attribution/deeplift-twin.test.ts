import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openModel } from '@engine/graph/open'
import { sourceOf } from '@engine/graph/model'
import { DeepLiftTwin } from '../../support/deeplift-twin'
import { readGoldenNpy, sharedFolder } from '../../support/golden'
import { compiled, faultOf, image, net, probed, weight } from '../../support/gradcheck-net'
import { float32, openSession, runSession } from '../../support/gradcheck-ort'
import { floatInput, floatOutput, node, type TinyGraph } from '../../support/tiny-graphs'
import { agreement, type GoldenCase } from './golden-plan'

const shared = sharedFolder()

/** Networks whose max pooling captum computes against its own rule, with an export whose padding is stated in the file. */
const networks = [
  ['conv5fc3_3d', 'model_dynamo.onnx'],
  ['inception2d', 'model.onnx']
] as const

describe.skipIf(shared === null)(
  'the golden DeepLIFT of max pooling that overlaps, or reads a joined or padded tensor',
  () => {
    it.each(networks)('%s equals captum’s own defects, written down in float64', (id, file) => {
      const folder = join(shared ?? '', 'golden', id)
      const golden = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as GoldenCase
      const { tensors } = golden.models.find((one) => one.file === file) as unknown as {
        tensors: { logits: { tensor: string } }
      }
      const x = readGoldenNpy(join(folder, 'input.npy'))
      const input = { dims: x.shape, data: Float64Array.from(x.data) }
      for (const [stored, from] of [
        ['deeplift_zero', 0],
        ['deeplift_black', golden.input.black[0]]
      ] as const) {
        const baseline = { dims: x.shape, data: new Float64Array(x.data.length).fill(from) }
        const twin = new DeepLiftTwin(openModel(join(folder, file)), input, baseline)
        const found = Float32Array.from(twin.contributions(tensors.logits.tensor, golden.target))
        expect(agreement(found, readGoldenNpy(join(folder, golden.methods[stored].file)).data).relative).toBeLessThan(
          1e-5
        )
      }
    })
  }
)

/** Sum of the contributions, and the difference of the outputs they should make up. */
async function balance(graph: TinyGraph, maxima: 'captum' | 'rescale'): Promise<{ sum: number; difference: number }> {
  const model = await probed(graph)
  const made = compiled(model, { composite: { id: 'deeplift', maxima } })
  const [x, baseline] = [image(1, 1), image(1, 2)]
  const dims = made.startShape.map((dim) => dim.perBatch + dim.fixed)
  const start = float32(new Float32Array(dims.reduce((product, each) => product * each, 1)).fill(1), dims)
  const session = await openSession(made.source)
  const multipliers = made.outputs.gradients.x
  const feeds = { x, [made.baselineInput ?? '']: baseline, [made.startInput]: start }
  const found = await runSession(session, feeds, [multipliers, 'y'])
  const plain = await openSession(sourceOf(model))
  const before = await runSession(plain, { x: baseline }, ['y'])
  await Promise.all([session.release(), plain.release()])
  const total = (data: ArrayLike<number | bigint>): number =>
    Array.from(data, Number).reduce((sum, value) => sum + value, 0)
  const map = Array.from(found[multipliers].data, Number)
  return {
    sum: total(map.map((value, index) => value * (Number(x.data[index]) - Number(baseline.data[index])))),
    difference: total(found.y.data as Float32Array) - total(before.y.data as Float32Array)
  }
}

const small = (nodes: TinyGraph['nodes']): TinyGraph => ({
  nodes,
  constants: [weight('k', [2, 1, 3, 3]), ...(net.constants ?? [])],
  inputs: [floatInput('x', ['N', 1, 8, 8])],
  outputs: [floatOutput('y')]
})

describe('DeepLIFT: shares add up to the difference of the outputs', () => {
  it.each([
    ['a ReLU', small([node('Relu', ['x'], 'y')])],
    ['separate windows', small([node('MaxPool', ['x'], 'y', { kernel_shape: [2, 2], strides: [2, 2] })])],
    [
      'overlapping windows behind a ReLU',
      small([
        node('Conv', ['x', 'k'], 'c'),
        node('Relu', ['c'], 'r'),
        node('MaxPool', ['r'], 'y', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })
      ])
    ],
    [
      'a gate that depends on the image',
      small([node('Conv', ['x', 'k'], 'c'), node('Sigmoid', ['c'], 's'), node('Mul', ['c', 's'], 'y')])
    ],
    ['a global maximum', small([node('Conv', ['x', 'k'], 'c'), node('GlobalMaxPool', ['c'], 'y')])],
    ['a residual network', net]
  ])('%s', async (_, graph) => {
    const { sum, difference } = await balance(graph, 'rescale')
    expect(sum).toBeCloseTo(difference, 3)
  })

  it('but not with captum’s pooling right behind an activation', async () => {
    const behind = small([
      node('Relu', ['x'], 'r'),
      node('MaxPool', ['r'], 'y', { kernel_shape: [2, 2], strides: [2, 2] })
    ])
    const { sum, difference } = await balance(behind, 'captum')
    expect(Math.abs(sum - difference)).toBeGreaterThan(0.1)
  })

  it('softmax within the network is refused by name', async () => {
    const model = await probed(small([node('Softmax', ['x'], 'y', { axis: 3 })]))
    const fault = await faultOf(() => compiled(model, { composite: { id: 'deeplift', maxima: 'captum' } }))
    expect(fault.message).toMatch(/through Softmax.*DeepLIFT knows no multiplier/)
  })
})
