import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileBackward } from '@engine/compiler/compile'
import type { CompositeId } from '@engine/compiler/composites'
import { findLogits, scoreOutput } from '@engine/graph/logits'
import { proposeLayers } from '@engine/graph/layers'
import type { ProbedModel } from '@engine/graph/model'
import { openModel } from '@engine/graph/open'
import { probeModel } from '@engine/graph/probe'
import {
  agreement,
  type GoldenCase,
  goldenFolder,
  type GoldenTolerance,
  readCase,
  readGoldenArray,
  sharedFolder
} from '../../support/gradcheck-golden'
import { float32, openSession, runModel, runSession } from '../../support/gradcheck-ort'

const networks = ['resnet2d', 'densenet2d', 'inception2d', 'vgg2d', 'mobilenetv3'].filter((id) =>
  existsSync(join(goldenFolder, id))
)

test.runIf(sharedFolder === null)(
  'NOTE: the shared golden set is not here, only the network in the repository is checked',
  () => {
    expect(networks).toEqual(['densenet2d'])
  }
)

const composites: Readonly<Record<string, CompositeId>> = {
  gradient: 'gradient',
  guided_backprop: 'guided-backprop',
  deconvnet: 'deconvolution'
}

interface Explanation {
  readonly of: string
  readonly composite: CompositeId
  readonly input: string
}

/** The compiled map of a stored input, and the explained tensor. */
async function explain(
  model: ProbedModel,
  golden: GoldenCase,
  { of, composite, input }: Explanation
): Promise<{ map: Float32Array; scores: Float32Array }> {
  const name = model.inputs[0].name
  const compiled = compileBackward({ model, of, wrt: [name], composite, target: 'cpu' })
  const session = await openSession(compiled.source)
  const x = readGoldenArray(join(goldenFolder, golden.id, input))
  const start = Float32Array.from({ length: x.dims[0] * golden.n_outputs }, (_, index) =>
    index % golden.n_outputs === golden.target ? 1 : 0
  )
  const feeds = {
    [name]: float32(x.data, x.dims),
    [compiled.startInput]: float32(start, [x.dims[0], golden.n_outputs])
  }
  const found = await runSession(session, feeds, [compiled.outputs.gradients[name], compiled.outputs.logits])
  await session.release()
  return {
    map: found[compiled.outputs.gradients[name]].data as Float32Array,
    scores: found[compiled.outputs.logits].data as Float32Array
  }
}

function expectAgreement(golden: GoldenCase, found: Float32Array, file: string, tolerance: GoldenTolerance): void {
  const { relative, pearson } = agreement(found, readGoldenArray(join(goldenFolder, golden.id, file)).data)
  expect(relative, `${golden.id} ${file}`).toBeLessThanOrEqual(tolerance.max_abs_over_max)
  expect(pearson, `${golden.id} ${file}`).toBeGreaterThanOrEqual(tolerance.pearson_min)
}

/** Networks of later batches whose operators have rules already: three spatial axes, attention, other normalizations. */
const further = [
  'efficientnet',
  'convnext',
  'vit',
  'swin',
  'groupnorm2d',
  'resnet3d',
  'conv5fc3_3d',
  'conv4fc3_3d_leaky',
  'cnn3d_instnorm_prelu'
].filter((id) => existsSync(join(goldenFolder, id)))

test.each(further)('the gradient of every export of %s', async (id) => {
  const golden = readCase(id)
  for (const { file, tensors } of golden.models) {
    const model = await probeModel(openModel(join(goldenFolder, id, file)), runModel)
    const { map } = await explain(model, golden, {
      of: tensors.logits.tensor,
      composite: 'gradient',
      input: 'input.npy'
    })
    expectAgreement(golden, map, golden.methods.gradient.file, golden.methods.gradient.tolerance)
  }
})

describe.each(networks)('%s', (id) => {
  const golden = readCase(id)
  let checked = 0

  test.each(golden.models.map((model) => [model.file, model] as const))('%s', async (file, about) => {
    const model = await probeModel(openModel(join(goldenFolder, id, file)), runModel)
    const output = scoreOutput(model) ?? ''
    const logits = findLogits(model, output)
    expect(logits).toEqual({ tensor: about.tensors.logits.tensor, output: 'output', head: golden.head })
    for (const [method, composite] of Object.entries(composites)) {
      const { file: expected, tolerance } = golden.methods[method]
      const { map, scores } = await explain(model, golden, { of: logits.tensor, composite, input: 'input.npy' })
      expectAgreement(golden, map, expected, tolerance)
      const logitsReference = readGoldenArray(join(goldenFolder, id, golden.methods.logits.file)).data
      expect(agreement(scores, logitsReference).relative).toBeLessThan(1e-4)
      checked += 1
    }
    const batch = await explain(model, golden, { of: logits.tensor, composite: 'gradient', input: golden.batch.input })
    expectAgreement(golden, batch.map, golden.batch.gradient, golden.methods.gradient.tolerance)
    const probability = golden.methods.gradient_prob
    if (probability !== undefined) {
      const { map } = await explain(model, golden, { of: output, composite: 'gradient', input: 'input.npy' })
      expectAgreement(golden, map, probability.file, probability.tolerance)
    }
    expect(probability === undefined).toBe(golden.head === 'none')
  })

  test('every export was checked with every composite', () => {
    expect(checked).toBe(golden.models.length * Object.keys(composites).length)
  })
})

/** densenet2d's stored layer is the BatchNormalization; the proposal is the ReLU behind it. */
const relu = { densenet2d: '/m/relu/Relu_output_0' } as Readonly<Record<string, string>>

test.each(networks)('the last proposed layer of %s is the one class activation maps were stored for', async (id) => {
  const golden = readCase(id)
  for (const { file, tensors } of golden.models) {
    const model = await probeModel(openModel(join(goldenFolder, id, file)), runModel)
    const [last] = proposeLayers(model, tensors.logits.tensor)
    expect(last.tensor).toBe(relu[id] ?? tensors.cam.tensor)
  }
})
