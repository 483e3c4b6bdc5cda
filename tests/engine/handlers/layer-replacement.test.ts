import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import type { GivenParams } from '@engine/attribution/parameters'
import { type ExpressionResult, runExpression } from '@engine/attribution/run-expression'
import { oneHot } from '@engine/attribution/target'
import { withoutChannels } from '@engine/attribution/layer-places'
import { floatsOf } from '@engine/graph/constant'
import { openModel } from '@engine/graph/open'
import { parseModel } from '@engine/graph/parse'
import { type ExplainableModel, makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { quietJob } from '@engine/job'
import { stack, type Tensor } from '@engine/tensor/tensor'
import { readGoldenNpy, sharedFolder } from '../../support/golden'
import { testHost } from '../../support/inference'
import { classifierNodes, classifierWeights, smallClassifier } from '../../support/small-classifier'
import { drawValues, int64s, node } from '../../support/tiny-graphs'

const shared = sharedFolder()
const job = quietJob()
const crafted = testHost()
afterAll(() => crafted.dispose())

describe('a classifier whose end has no backward rule', () => {
  it('has no gradient, but the maps that need none; Ablation-CAM is its relative fall', async () => {
    const nodes = [
      ...classifierNodes('x').slice(0, -1),
      node('Gemm', ['f', 'dense', 'shift'], 'z', { transB: 1 }),
      node('Reshape', ['z', 'matrices'], 'm'),
      node('Det', ['m'], 'd'),
      node('Exp', ['d'], 'y')
    ]
    const bytes = smallClassifier({ nodes, constants: [...classifierWeights(3), int64s('matrices', [0, 3, 1, 1])] })
    const probed = await probeOnHost(parseModel(bytes), crafted, { threads: 1 }, job)
    const model = await makeExplainable(probed, crafted, { black: [0], white: [1], threads: 1 })
    const input = { data: drawValues(192, 'plain', 5), shape: [1, 3, 8, 8] }
    const context = { model, input, start: oneHot(1, 3), of: 'logit' as const, seed: 1, job }
    const run = (id: string): Promise<ExpressionResult> =>
      runExpression(context, parseExpression(id), { [`${id}.layer`]: 'r' })
    await expect(run('gradcam')).rejects.toMatchObject({ code: 'unsupported-op' })
    for (const id of ['eigencam', 'scorecam', 'randomcam']) {
      const { map } = await run(id)
      expect(map.shape).toEqual([1, 1, 8, 8])
      expect(new Set(map.data).size).toBeGreaterThan(1)
    }
    const { layer } = await run('ablationcam')
    const request = { input, start: oneHot(1, 3), composite: 'gradient' as const, of: 'logit' as const, wrt: [] }
    const read = await model.backward({ ...request, activations: ['r', 'z'] }, job)
    const [r, z] = ['r', 'z'].map((name) => read.activations.get(name)?.data ?? new Float32Array())
    const dense = floatsOf(probed.constants.get('dense')!)
    const score = (logit: number): number => Math.exp(logit)
    const weights = [0, 1, 2, 3].map((channel) => {
      const mean = r.subarray(channel * 64, (channel + 1) * 64).reduce((sum, value) => sum + value, 0) / 64
      return (score(z[1]) - score(z[1] - dense[4 + channel] * mean)) / score(z[1])
    })
    const expected = Array.from({ length: 64 }, (_, place) =>
      weights.reduce((sum, weight, channel) => sum + weight * r[channel * 64 + place], 0)
    )
    const largest = Math.max(...expected.map(Math.abs))
    expected.forEach((value, place) => expect(Math.abs((layer?.data[place] ?? 0) - value) / largest).toBeLessThan(1e-4))
    model.close()
  })
})

describe.skipIf(shared === null)('layers of the golden networks', () => {
  const host = testHost()
  afterAll(() => host.dispose())
  const folder = join(shared ?? '', 'golden')
  const inputOf = (id: string): Tensor => readGoldenNpy(join(folder, id, 'input.npy'))

  async function opened<Answer>(
    id: string,
    file: string,
    use: (model: ExplainableModel) => Promise<Answer>
  ): Promise<Answer> {
    const probed = await probeOnHost(openModel(join(folder, id, file)), host, { threads: 2 }, job)
    const model = await makeExplainable(probed, host, { black: [0], white: [1], threads: 2 })
    try {
      return await use(model)
    } finally {
      model.close()
    }
  }

  const explain = (
    model: ExplainableModel,
    expression: string,
    { target = 0, params = {}, input }: { target?: number; params?: GivenParams; input: Tensor }
  ): Promise<ExpressionResult> => {
    const start = oneHot(target, model.outputs)
    return runExpression({ model, input, start, of: 'logit', seed: 1, job }, parseExpression(expression), params)
  }

  // A residual network, one with dense connections, one with tokens and one volume: paths lead around some of their layers.
  it.each([
    ['resnet2d', 'model.onnx', '/m/layer2/layer2.0/relu1/Relu_output_0'],
    ['resnet2d', 'model_dynamo.onnx', 'relu_14'],
    ['densenet2d', 'model.onnx', '/m/features/norm5/BatchNormalization_output_0'],
    ['vit', 'model.onnx', '/m/encoder/layers/encoder_layer_2/ln_1/LayerNormalization_output_0'],
    ['swin', 'model.onnx', '/m/norm/LayerNormalization_output_0'],
    ['conv5fc3_3d', 'model.onnx', '/m/convolutions/convolutions.14/Relu_output_0']
  ])('%s %s: the layer’s own values put back give the scores of the whole', (id, file, layer) =>
    opened(id, file, async (model) => {
      const input = inputOf(id)
      const start = oneHot(0, model.outputs)
      const { activations, scores } = await model.backward(
        { input, start, composite: 'gradient', of: 'logit', wrt: [], activations: [layer] },
        job
      )
      const own = activations.get(layer)
      if (own === undefined) throw new Error('no activation')
      const twice = {
        data: Float32Array.from([...own.data, ...own.data.map((value) => value * 0.5)]),
        shape: [2, ...own.shape.slice(1)]
      }
      const found = await model.predictFrom({ layer, activation: twice, input, of: 'logit' }, job)
      expect(found.shape).toEqual([2, model.outputs])
      const largest = Math.max(...scores.data.map(Math.abs))
      for (let output = 0; output < model.outputs; output++) {
        expect(Math.abs(found.data[output] - scores.data[output])).toBeLessThan(1e-5 * Math.max(1, largest))
      }
      expect(found.data.slice(model.outputs)).not.toEqual(found.data.slice(0, model.outputs))
    })
  )

  it('FullGrad: gradient · input + Σ gradient · bias is the score of a network of linear pieces, merged or not', async () => {
    const input = inputOf('resnet2d')
    const [separate, folded] = [
      await opened('resnet2d', 'model.onnx', (model) => explain(model, 'fullgrad', { input })),
      await opened('resnet2d', 'model_folded.onnx', (model) => explain(model, 'fullgrad', { input }))
    ]
    const vgg = await opened('vgg2d', 'model.onnx', (model) => explain(model, 'fullgrad', { input: inputOf('vgg2d') }))
    for (const { notes } of [separate, folded, vgg])
      expect(Math.abs(Number(notes?.completenessDelta))).toBeLessThan(1e-5)
    expect(separate.notes?.layers).toBe(folded.notes?.layers)
    const scale = Math.max(...folded.map.data)
    separate.map.data.forEach((value, index) =>
      expect(Math.abs(value - folded.map.data[index]) / scale).toBeLessThan(1e-3)
    )
  })

  it('FullGrad layer by layer differs from channel by channel; a batch is treated row by row', () =>
    opened('vgg2d', 'model.onnx', async (model) => {
      const input = inputOf('vgg2d')
      const alone = await explain(model, 'fullgrad', { input })
      const layered = await explain(model, 'fullgrad', { input, params: { 'fullgrad.rescale': 'layer' } })
      expect(layered.map.data).not.toEqual(alone.map.data)
      const other = { data: input.data.map((value) => -value), shape: input.shape }
      const context = { model, start: oneHot(0, model.outputs), of: 'logit' as const, seed: 1, job }
      const { base } = parseExpression('fullgrad')
      const both = await base.attribute({ ...context, input: stack([other, input]) }, { rescale: 'channel' })
      const half = both.map.data.subarray(both.map.data.length / 2)
      half.forEach((value, index) => expect(value).toBeCloseTo(alone.map.data[index], 3))
    }))

  it('several layers of one network: a map of the input’s size from layers of several sizes', () =>
    opened('resnet2d', 'model.onnx', async (model) => {
      const layers = model.layers.map(({ tensor }) => tensor)
      expect(layers.length).toBeGreaterThan(1)
      const { map, notes, layer } = await explain(model, 'layercam', {
        input: inputOf('resnet2d'),
        params: { 'layercam.layer': layers.slice(0, 2).join(',') }
      })
      expect(map.shape).toEqual([1, 1, 64, 64])
      expect(notes?.layer).toBe(layers.slice(0, 2).join(','))
      expect(layer).toBeUndefined()
      expect(Math.max(...map.data)).toBeLessThanOrEqual(1)
      expect(Math.max(...map.data)).toBeGreaterThan(0.5)
    }))

  it('Score-CAM and Ablation-CAM of a volume, which no peer has', () =>
    opened('conv5fc3_3d', 'model.onnx', async (model) => {
      const input = inputOf('conv5fc3_3d')
      for (const id of ['scorecam', 'ablationcam']) {
        const { map, layer, notes } = await explain(model, id, { input, target: 1 })
        expect(map.shape).toEqual([1, 1, 21, 26, 23])
        expect(layer?.shape.slice(0, 2)).toEqual([1, 1])
        expect(notes?.channels).toBe(model.layers[0].shape[0])
        expect(layer?.data.some((value) => value !== 0)).toBe(true)
      }
    }))

  it('a channel of a volume switched off at the layer is a channel whose normalisation gives 0', () =>
    opened('conv5fc3_3d', 'model.onnx', async (model) => {
      const layer = '/m/convolutions/convolutions.14/Relu_output_0'
      const input = inputOf('conv5fc3_3d')
      const { activations } = await model.backward(
        { input, start: oneHot(1, 2), composite: 'gradient', of: 'logit', wrt: [], activations: [layer] },
        job
      )
      const own = activations.get(layer)
      if (own === undefined) throw new Error('no activation')
      const activation = withoutChannels(own, model.layer(layer), 5, 2)
      const found = await model.predictFrom({ layer, activation, input, of: 'logit' }, job)
      for (const [index, channel] of [5, 6].entries()) {
        const silent = ['weight', 'bias'].map((part): [string, Float32Array] => {
          const name = `m.convolutions.13.${part}`
          const values = floatsOf(model.model.constants.get(name)!).slice()
          values[channel] = 0
          return [name, values]
        })
        const other = model.withWeights(Object.fromEntries(silent))
        const expected = await other.predict(input, 'logit', job)
        other.close()
        for (const output of [0, 1]) expect(found.data[index * 2 + output]).toBeCloseTo(expected.data[output], 5)
      }
    }))
})
