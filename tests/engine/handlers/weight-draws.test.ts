import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openModel } from '@engine/graph/open'
import { weightedLayers } from '@engine/graph/weights'
import {
  cascadeStages,
  hasFoldedBatchNorm,
  layersLeftOut,
  randomisedWeights
} from '@engine/handlers/randomised-weights'
import { readCard } from '@engine/handlers/card-file'
import { elementCount } from '@engine/tensor/tensor'
import { goldenFolder, readCase } from '../../support/gradcheck-golden'

const path = resolve('resources/sample/models/honest-1.onnx')
const model = openModel(path)
const card = readCard(path.replace('.onnx', '.card.json'), true)!
const stages = cascadeStages(model, card)
const layers = weightedLayers(model)
const weights = layers.flatMap((layer) => layer.weights.map((weight) => ({ layer, weight })))
/** The kernel with the most values. */
const largest = weights
  .filter(({ weight }) => weight.role === 'kernel')
  .reduce((best, next) => (elementCount(next.weight.dims) > elementCount(best.weight.dims) ? next : best))
const before = Float32Array.from(model.constants.get(largest.weight.name)!.values() as ArrayLike<number>)

const deviation = (values: Float32Array): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

describe('weights drawn anew', () => {
  const { fanIn } = largest.layer
  const { dims } = largest.weight
  const window = elementCount(dims.slice(2))
  test.each([
    ['torch', 1 / Math.sqrt(fanIn!)],
    ['glorot-uniform', Math.sqrt(6 / (fanIn! + dims[0] * window))]
  ] as const)('%s fills its interval evenly', (initialisation, bound) => {
    const values = randomisedWeights(model, stages, { seed: 3, initialisation })[largest.weight.name]
    expect(Math.max(...values)).toBeLessThanOrEqual(Math.fround(bound))
    expect(Math.max(...values)).toBeGreaterThan(0.97 * bound)
    expect(deviation(values) / (bound / Math.sqrt(3))).toBeCloseTo(1, 1)
  })

  test('a matched normal has the trained spread, a permutation the trained values in another order', () => {
    const normal = randomisedWeights(model, stages, { seed: 3, initialisation: 'matched-normal' })[largest.weight.name]
    expect(deviation(normal) / deviation(before)).toBeCloseTo(1, 1)
    const permuted = randomisedWeights(model, stages, { seed: 3, initialisation: 'permute' })[largest.weight.name]
    expect([...permuted].sort()).toEqual([...before].sort())
    expect([...permuted]).not.toEqual([...before])
    expect([...(model.constants.get(largest.weight.name)!.values() as Float32Array)]).toEqual([...before])
  })

  test.each(['torch', 'glorot-uniform', 'matched-normal', 'permute'] as const)(
    '%s resets normalisation to γ 1, β 0, μ 0, σ² 1 and gives a stage the same weights whatever else is drawn',
    (initialisation) => {
      const all = randomisedWeights(model, stages, { seed: 3, initialisation })
      const reset = { gamma: 1, variance: 1, beta: 0, mean: 0, slope: 0.25 }
      const fixed = weights.filter(({ weight }) => weight.role in reset)
      expect(fixed.length).toBeGreaterThan(10)
      for (const { weight } of fixed) {
        const expected = reset[weight.role as keyof typeof reset]
        expect(all[weight.name].every((value) => value === expected)).toBe(true)
      }
      const first = randomisedWeights(model, stages.slice(0, 1), { seed: 3, initialisation })
      for (const [name, values] of Object.entries(first)) expect(all[name]).toEqual(values)
      expect(randomisedWeights(model, stages, { seed: 4, initialisation })[largest.weight.name]).not.toEqual(
        all[largest.weight.name]
      )
    }
  )
})

describe('the cascade of a card', () => {
  const stage = (name: string, weights: readonly string[]): { name: string; weights: string[] } => ({
    name,
    weights: [...weights]
  })
  const [last, ...above] = card.cascade.toReversed()

  test('is refused where it names what is no weight, as names of another file would: nothing would be drawn anew', () => {
    const foreign = [stage('fc', ['module.fc.weight', 'module.fc.bias']), ...card.cascade.slice(1)]
    expect(() => cascadeStages(model, { cascade: foreign })).toThrow(
      'what is no weight of a layer that could be drawn anew: "module.fc.weight" and 1 more'
    )
  })

  test('says which layers it leaves out, whole or in part', () => {
    expect(layersLeftOut(model, card)).toEqual([])
    expect(layersLeftOut(model, { cascade: [] })).toEqual([])
    const kernel = last.weights.find((name) => name.endsWith('0.weight'))!
    const owners = (names: readonly string[]): string[] =>
      layers.filter((layer) => layer.weights.some(({ name }) => names.includes(name))).map(({ name }) => name)
    expect(layersLeftOut(model, { cascade: above })).toEqual(owners(last.weights))
    const rest = last.weights.filter((name) => name !== kernel)
    expect(layersLeftOut(model, { cascade: [...above, stage(last.name, rest)] })).toEqual(owners([kernel]))
  })
})

describe('normalisation that an exporter merged into convolutions', () => {
  const networks = readdirSync(goldenFolder).filter((id) => existsSync(join(goldenFolder, id, 'case.json')))
  const files = networks.flatMap((id) => readCase(id).models.map(({ file, bn }) => ({ id, file, bn })))

  test.each(files.filter(({ id, file }) => existsSync(join(goldenFolder, id, file))))(
    '$id/$file ($bn) is told from one that has its own',
    ({ id, file, bn }) => {
      const own = ['vit', 'swin', 'convnext', 'groupnorm2d', 'cnn3d_instnorm_prelu'].includes(id)
      // The newer exporter always merges; VGG never had any, and its file cannot tell.
      const expected = bn === 'separate' || own ? false : true
      expect(hasFoldedBatchNorm(openModel(join(goldenFolder, id, file)))).toBe(expected)
    }
  )

  test('is not suspected in the networks of the sample', () => {
    for (const id of ['honest-1', 'honest-dense', 'token', 'brain', 'contrast'])
      expect(hasFoldedBatchNorm(openModel(resolve(`resources/sample/models/${id}.onnx`)))).toBe(false)
  })
})
