import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { modelMetrics } from '@engine/criteria/model-metrics'
import { steadinessMetrics } from '@engine/criteria/steadiness-metrics'
import { encodeNpy } from '@engine/formats/raster/npy'
import { ModelShelf, type ModelEntry } from '@engine/handlers/model-shelf'
import { scoreSteadiness, scoreWithModel } from '@engine/handlers/score-with-model'
import { quietJob } from '@engine/job'
import { randomStream } from '@engine/tensor/random'
import { testHost } from '../../support/inference'
import { floatPort, floats, onnxFile } from '../../support/onnx-file'

/** Two logits that are linear in one grey image of 16 × 16: pixel weights in the upper left quarter, the negative of it, no offset. */
const side = 16
const weights = Float32Array.from({ length: side * side }, (_, index) =>
  Math.floor(index / side) < 8 && index % side < 8 ? 0.02 * (1 + (index % 3)) : 0
)

const host = testHost()
let folder: string
let model: ModelEntry
let input: Float32Array

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-score-'))
  const path = join(folder, 'linear.onnx')
  const both = [...weights, ...weights.map((weight) => -weight)]
  const graph = {
    nodes: [
      { opType: 'Conv', inputs: ['x', 'kernel'], outputs: ['c'] },
      { opType: 'Flatten', inputs: ['c'], outputs: ['y'] }
    ],
    constants: [floats('kernel', [2, 1, side, side], both)],
    inputs: [floatPort('x', ['N', 1, side, side])],
    outputs: [floatPort('y', ['N', 2])]
  }
  writeFileSync(path, onnxFile(graph))
  const shelf = new ModelShelf(host, 1)
  const { modelId } = await shelf.open(path, quietJob())
  model = shelf.require(modelId)
  const random = randomStream(3, 'input')
  input = Float32Array.from({ length: side * side }, () => random.uniform() + 0.2)
  writeFileSync(join(folder, 'x.npy'), encodeNpy(input, [1, 1, side, side]))
  writeFileSync(join(folder, 'gradient.npy'), encodeNpy(weights, [1, 1, side, side]))
  writeFileSync(join(folder, 'elsewhere.npy'), encodeNpy(weights.toReversed(), [side, side]))
  writeFileSync(join(folder, 'small.npy'), encodeNpy(new Float32Array(4), [2, 2]))
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const order = (params: Record<string, string> = {}, target = '0') => ({
  model,
  tensorPath: join(folder, 'x.npy'),
  target,
  seed: 1,
  params
})

async function score(id: string, map = 'gradient', params: Record<string, string> = {}): Promise<number> {
  const metric = modelMetrics.find((one) => one.id === id)!
  const found = await scoreWithModel(metric, { ...order(params), mapPath: join(folder, `${map}.npy`) }, quietJob())
  return found.value!
}

const logit = (x: Float32Array): number => x.reduce((sum, value, i) => sum + value * weights[i], 0)
/** Softmax of (l, −l). */
const probability = (x: Float32Array): number => 1 / (1 + Math.exp(-2 * logit(x)))

describe('metrics that ask the model again', () => {
  test('the gradient of a linear model has no infidelity, a map elsewhere has', async () => {
    expect(await score('infidelity')).toBeLessThan(1e-8)
    expect(await score('infidelity', 'elsewhere')).toBeGreaterThan(1e-4)
  })

  test('fidelity by hand: a quarter of the pixels, the hottest first, set to zero', async () => {
    const value = await score('fidelity', 'gradient', { percents: '25', replacement: 'zero' })
    // Removing the marked quarter leaves a logit of 0; the curve is a straight line from no fall to that one.
    expect(value).toBeCloseTo((probability(input) - 0.5) / 2, 5)
    expect(await score('fidelity', 'elsewhere', { percents: '25', replacement: 'zero' })).toBeCloseTo(0, 6)
  })

  test('AOPC is the mean fall over the steps, deletion the area under what is left', async () => {
    const params = { steps: '4', replacement: 'zero' }
    const [before, after] = [probability(input), 0.5]
    expect(await score('aopc', 'gradient', params)).toBeCloseTo((4 * (before - after)) / 5, 5)
    expect(await score('deletion', 'gradient', params)).toBeCloseTo((before + after) / 8 + (3 * after) / 4, 5)
    expect(await score('insertion', 'gradient', { steps: '4' })).toBeGreaterThan(
      await score('insertion', 'elsewhere', { steps: '4' })
    )
  })

  test('a kept map, and ROAD, by their definitions', async () => {
    const kept = probability(input.map((value, i) => value * weights[i]))
    expect(await score('average-drop')).toBeCloseTo((100 * (probability(input) - kept)) / probability(input), 4)
    expect(await score('average-increase')).toBe(0)
    const [combined, morf, lerf] = await Promise.all(
      ['combined', 'morf', 'lerf'].map((part) => score('road', 'gradient', { part, noise: '0' }))
    )
    expect(combined).toBeCloseTo((lerf - morf) / 2, 10)
    expect(combined).toBeGreaterThan(0)
  })

  test('the gradient of a linear model never moves; its product with the image does', async () => {
    const [sensitivity, lipschitz] = steadinessMetrics
    const ask = (metric: (typeof steadinessMetrics)[number], method: string) =>
      scoreSteadiness(metric, { ...order({ samples: '3' }), method }, quietJob())
    expect((await ask(sensitivity, 'gradient')).value).toBeCloseTo(0, 6)
    expect((await ask(lipschitz, 'gradient')).value).toBeCloseTo(0, 6)
    expect((await ask(sensitivity, 'input-x-gradient')).value).toBeGreaterThan(0.001)
    expect((await ask(lipschitz, 'input-x-gradient')).value).toBeLessThanOrEqual(0.06)
  })

  test('a map of another size, an unknown parameter and another input are refused', async () => {
    await expect(score('road', 'small')).rejects.toMatchObject({ code: 'geometry-mismatch' })
    await expect(score('infidelity', 'gradient', { steps: '3' })).rejects.toMatchObject({ code: 'usage' })
    const wrong = { ...order(), tensorPath: join(folder, 'small.npy'), mapPath: join(folder, 'small.npy') }
    await expect(scoreWithModel(modelMetrics[0], wrong, quietJob())).rejects.toMatchObject({
      code: 'geometry-mismatch'
    })
  })
})
