import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { type CompiledGraph, compileBackward } from '@engine/compiler/compile'
import { describeModel } from '@engine/compiler/describe'
import { constantFromBytes, floatsOf } from '@engine/graph/constant'
import { type ProbedModel, sizesAt } from '@engine/graph/model'
import { openModel } from '@engine/graph/open'
import { probeModel } from '@engine/graph/probe'
import { replaceInitializers } from '@engine/graph/replace'
import { weightedLayers } from '@engine/graph/weights'
import { randomStream } from '@engine/tensor/random'
import { elementCount } from '@engine/tensor/tensor'
import { agreement, sharedFolder } from '../../support/gradcheck-golden'
import { float32, openSession, runModel, runSession } from '../../support/gradcheck-ort'
import { drawValues } from '../../support/tiny-graphs'

/*
 * Networks of the ONNX project and of ONNX Runtime's examples: opsets 8 and 9, IR version 3, batch fixed at 1, weights
 * made by ConstantOfShape nodes, Sum, LRN, Dropout, grouped convolution, outputs with trailing 1 × 1 axes.
 */
const lightFolder = join(sharedFolder ?? '', 'data/onnx+onnx/onnx/backend/test/data/light')
const mnist = join(sharedFolder ?? '', 'data/microsoft+onnxruntime-inference-examples/c_cxx/MNIST/mnist.onnx')
const mnistVectors = join(sharedFolder ?? '', 'data/microsoft+onnxjs/test/data/mnist/test_data_set_0')
const lights = sharedFolder === null ? [] : readdirSync(lightFolder).filter((file) => file.endsWith('.onnx'))

test.runIf(sharedFolder === null)(
  'NOTE: the shared data are not here, so the light_* networks and mnist.onnx are not checked',
  () => {
    expect(lights).toEqual([])
  }
)

test.runIf(sharedFolder !== null)('all nine light networks are checked', () => {
  expect(lights).toHaveLength(9)
})

/** Values of a stored TensorProto. */
function storedTensor(path: string): Float32Array {
  return floatsOf(
    constantFromBytes(readFileSync(path), { kind: 'initializer', index: 0 }, { name: basename(path), folder: null })
  )
}

/** Weights a trained network could have: He-scaled kernels, normalisations near identity. */
function withRandomWeights(model: ProbedModel): ProbedModel {
  const values: Record<string, Float32Array> = {}
  for (const layer of weightedLayers(model)) {
    for (const { role, name, dims } of layer.weights) {
      const random = randomStream(7, name)
      const draw = (): number => {
        if (role === 'kernel') return random.normal() * Math.sqrt(2 / (layer.fanIn ?? 1))
        return role === 'gamma' || role === 'variance' ? 0.75 + 0.5 * random.uniform() : 0.2 * random.normal()
      }
      values[name] = Float32Array.from({ length: elementCount(dims) }, draw)
    }
  }
  return replaceInitializers(model, values)
}

/**
 * A compiled model with an open session: gradient with regard to the input and the last proposed layer, and that layer.
 */
interface Explained {
  readonly model: ProbedModel
  readonly compiled: CompiledGraph
  readonly session: InferenceSession
  readonly input: string
  readonly layer: string
  readonly output: string
  readonly classes: number
}

async function openExplained(model: ProbedModel): Promise<Explained> {
  const input = model.inputs[0].name
  const { output, layers } = describeModel(model)
  const layer = layers[0].tensor
  const compiled = compileBackward({
    model,
    of: output.logits,
    wrt: [input, layer],
    composite: 'gradient',
    target: 'cpu',
    activations: [layer]
  })
  return {
    model,
    compiled,
    session: await openSession(compiled.source),
    input,
    layer,
    output: output.name,
    classes: output.classes
  }
}

async function run(
  { model, compiled, session, input, layer, output }: Explained,
  x: Float32Array,
  start: Float32Array
): Promise<Record<'scores' | 'logits' | 'gradient' | 'activation' | 'layerGradient', Float32Array>> {
  const { gradients, logits, activations } = compiled.outputs
  const feeds = {
    [input]: float32(x, sizesAt(model.shapes.get(input) ?? [], 1)),
    [compiled.startInput]: float32(start, sizesAt(compiled.startShape, 1))
  }
  const found = await runSession(session, feeds, [
    output,
    logits,
    gradients[input],
    gradients[layer],
    activations[layer]
  ])
  const data = (name: string): Float32Array => found[name].data as Float32Array
  return {
    scores: data(output),
    logits: data(logits),
    gradient: data(gradients[input]),
    activation: data(activations[layer]),
    layerGradient: data(gradients[layer])
  }
}

function inputSize(model: ProbedModel): number {
  return elementCount(sizesAt(model.shapes.get(model.inputs[0].name) ?? [], 1))
}

/**
 * Slope of the start-weighted logits along our gradient: as a central difference, relative to the gradient's own
 * length.
 */
async function relativeSlope(explained: Explained, x: Float32Array): Promise<number> {
  const start = drawValues(explained.classes, 'plain', 5)
  const { gradient } = await run(explained, x, start)
  const length = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0))
  const step = 0.02
  const along = async (sign: number): Promise<number> => {
    const moved = x.map((value, index) => value + (sign * step * gradient[index]) / length)
    return (await run(explained, moved, start)).logits.reduce((sum, value, index) => sum + value * start[index], 0)
  }
  return ((await along(1)) - (await along(-1))) / (2 * step * length)
}

describe.each(lights)('%s', (file) => {
  test('keeps its official output and gets a gradient and a layer for class activation maps', async () => {
    const explained = await openExplained(await probeModel(openModel(join(lightFolder, file)), runModel))
    const official = storedTensor(join(lightFolder, file.replace('.onnx', '_output_0.pb')))
    const start = Float32Array.from({ length: explained.classes }, (_, index) => (index === 3 ? 1 : 0))
    // The official outputs belong to an input of zeros.
    const found = await run(explained, new Float32Array(inputSize(explained.model)), start)
    await explained.session.release()
    expect(explained.classes).toBe(1000)
    expect(agreement(found.scores, official).relative).toBeLessThan(1e-5)
    expect(found.gradient.every(Number.isFinite)).toBe(true)
    expect(found.layerGradient.length).toBe(found.activation.length)
  })
})

/**
 * With its equal weights every gradient is flat, so the networks are tried with random ones too, all but the largest.
 */
const withWeights = lights.filter((file) => !/vgg19|alexnet|zfnet|resnet50/.test(file))

test.each(withWeights)('the gradient of %s with random weights is the slope of its logits', async (file) => {
  const model = withRandomWeights(await probeModel(openModel(join(lightFolder, file)), runModel))
  const explained = await openExplained(model)
  const slope = await relativeSlope(explained, drawValues(inputSize(model), 'plain', 3))
  await explained.session.release()
  expect(slope).toBeGreaterThan(0.97)
  expect(slope).toBeLessThan(1.03)
})

describe.runIf(sharedFolder !== null)('mnist.onnx', () => {
  test('keeps its official output, and its gradient is the slope of its logits', async () => {
    const explained = await openExplained(await probeModel(openModel(mnist), runModel))
    const x = storedTensor(join(mnistVectors, 'input_0.pb'))
    const start = drawValues(explained.classes, 'plain', 5)
    const found = await run(explained, x, start)
    const slope = await relativeSlope(explained, x)
    await explained.session.release()
    expect(agreement(found.scores, storedTensor(join(mnistVectors, 'output_0.pb'))).relative).toBeLessThan(1e-5)
    expect(slope).toBeGreaterThan(0.97)
    expect(slope).toBeLessThan(1.03)
  })
})
