import { join } from 'node:path'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { describeModel } from '@engine/compiler/describe'
import { layerAt, proposeLayers, type TargetLayer } from '@engine/graph/layers'
import type { ProbedModel } from '@engine/graph/model'
import { openModel } from '@engine/graph/open'
import { parseModel } from '@engine/graph/parse'
import { probeModel } from '@engine/graph/probe'
import { reshapedRoles } from '@engine/graph/reshaped-roles'
import { runModel } from '../../support/gradcheck-ort'
import { sharedFolder } from '../../support/golden'
import { drawValues, floatInput, floatOutput, floats, int64s, node, tinyModel } from '../../support/tiny-graphs'

const weight = (name: string, dims: readonly number[]) =>
  floats(
    name,
    dims,
    drawValues(
      dims.reduce((product, size) => product * size, 1),
      'plain',
      name.length
    )
  )

/** Patches of 2×2, a class token in front, one attention block with its residual sum, and the class token read out. */
function visionTransformer(readOut: 'class token' | 'mean'): Promise<ProbedModel> {
  const head =
    readOut === 'class token'
      ? [node('Gather', ['n2', 'zero'], 'cls', { axis: 1 })]
      : [node('ReduceMean', ['n2'], 'cls', { axes: [1], keepdims: 0 })]
  const norm = (from: string, to: string) => node('LayerNormalization', [from, 'one', 'nil'], to)
  const nodes = [
    node('Conv', ['x', 'patches'], 'p', { strides: [2, 2] }),
    node('Reshape', ['p', 'joined'], 'flat'),
    node('Transpose', ['flat'], 'tokens', { perm: [0, 2, 1] }),
    node('Shape', ['x'], 'sizes'),
    node('Gather', ['sizes', 'first'], 'n'),
    node('Concat', ['n', 'rest'], 'wide', { axis: 0 }),
    node('Expand', ['class', 'wide'], 'classes'),
    node('Concat', ['classes', 'tokens'], 'all', { axis: 1 }),
    node('Add', ['all', 'places'], 't0'),
    norm('t0', 'n1'),
    node('MatMul', ['n1', 'wq'], 'q'),
    node('Transpose', ['n1'], 'k', { perm: [0, 2, 1] }),
    node('MatMul', ['q', 'k'], 'scores'),
    node('Softmax', ['scores'], 'weights'),
    node('MatMul', ['weights', 'n1'], 'mixed'),
    node('Add', ['mixed', 't0'], 't1'),
    norm('t1', 'n2'),
    ...head,
    node('MatMul', ['cls', 'dense'], 'y')
  ]
  const constants = [
    weight('patches', [4, 1, 2, 2]),
    int64s('joined', [0, 4, -1]),
    int64s('first', [0]),
    int64s('rest', [1, 4]),
    int64s('zero', 0),
    weight('class', [1, 1, 4]),
    weight('places', [1, 13, 4]),
    weight('wq', [4, 4]),
    floats('one', [4], [1, 1, 1, 1]),
    floats('nil', [4], [0, 0, 0, 0]),
    weight('dense', [4, 2])
  ]
  const bytes = tinyModel({
    nodes,
    constants,
    inputs: [floatInput('x', ['N', 1, 6, 8])],
    outputs: [floatOutput('y')]
  })
  return probeModel(parseModel(bytes), runModel)
}

describe('tokens', () => {
  test('a class token: the normalised tokens before the last mixing, with their grid', async () => {
    const [first] = proposeLayers(await visionTransformer('class token'), 'y')
    expect(first).toEqual({
      tensor: 'n1',
      shape: [13, 4],
      title: 'Last features, 3 × 4, 4 channels',
      tokens: { grid: [3, 4], drop: 1, axis: 0 }
    })
  })

  test('the mean of all tokens: the last normalised ones', async () => {
    const [first] = proposeLayers(await visionTransformer('mean'), 'y')
    expect(first).toMatchObject({ tensor: 'n2', tokens: { grid: [3, 4], drop: 1 } })
  })

  test('any tensor can be asked for', async () => {
    const model = await visionTransformer('mean')
    expect(layerAt(model, 'p', 'y')).toEqual({ tensor: 'p', shape: [4, 3, 4], title: 'p' })
    expect(layerAt(model, 'flat', 'y')).toMatchObject({ shape: [4, 12], tokens: { grid: [3, 4], drop: 0, axis: 1 } })
    expect(layerAt(model, 'weights', 'y')).toBeUndefined()
    expect(layerAt(model, 'y', 'y')).toBeUndefined()
  })
})

describe('changes of shape', () => {
  const [batch, channel, other] = ['batch', 'channel', 'other'].map((kind) => ({ kind }) as { kind: 'batch' })
  const space = (axis: number) => ({ kind: 'space' as const, axis })
  const image = [batch, channel, space(0), space(1)]
  const tokens = { kind: 'tokens' as const, grid: [3, 4], drop: 0 }

  test.each([
    ['space joined', image, [7, 8, 3, 4], [7, 8, 12], [batch, channel, tokens]],
    ['tokens taken apart', [batch, tokens, channel], [7, 12, 8], [7, 3, 4, 8], [batch, space(0), space(1), channel]],
    [
      'tokens taken apart otherwise',
      [batch, tokens, channel],
      [7, 12, 8],
      [7, 2, 6, 8],
      [batch, other, other, channel]
    ],
    ['space joined out of order', [batch, space(1), space(0)], [7, 4, 3], [7, 12], [batch, other]],
    ['channels into heads', [batch, tokens, channel], [7, 12, 8], [7, 12, 2, 4], [batch, tokens, other, other]],
    ['axes of one dropped', [batch, channel, space(0), space(1)], [7, 8, 1, 1], [7, 8], [batch, channel]],
    ['windows', [batch, space(0), space(1)], [7, 4, 6], [7, 2, 2, 3, 2], [batch, space(0), other, space(1), other]]
  ] as const)('%s', (...[, roles, from, to, expected]) => {
    expect(reshapedRoles(roles, from, to)).toEqual(expected)
  })
})

const shared = sharedFolder()
const goldenFolder = shared === null ? null : join(shared, 'golden')

/** Golden networks whose CAM layer was chosen by hand. */
describe.skipIf(goldenFolder === null)('golden networks', () => {
  const cases =
    goldenFolder === null
      ? []
      : readdirSync(goldenFolder).filter((name) => existsSync(join(goldenFolder ?? '', name, 'case.json')))
  const models = cases.flatMap((name) => {
    const facts = JSON.parse(readFileSync(join(goldenFolder ?? '', name, 'case.json'), 'utf8')) as GoldenCase
    return facts.models.map((model) => [name, model.file, model.tensors.cam.tensor] as const)
  })

  test('there are some', () => expect(models.length).toBeGreaterThan(14))

  test.each(models)('%s/%s: %s is a layer, and its resolution is proposed', async (name, file, tensor) => {
    const model = await probeModel(openModel(join(goldenFolder ?? '', name, file)), runModel)
    const { layers, output } = describeModel(model)
    const golden = layerAt(model, tensor, output.logits)
    expect(golden?.tensor).toBe(tensor)
    expect(layers.map(placesOf)).toContainEqual(placesOf(golden as TargetLayer))
    // For the transformers the authors' own recommendation is one tensor, and it must be the first proposal.
    if (['vit', 'swin'].includes(name)) expect(layers[0].tensor).toBe(tensor)
  })
})

const placesOf = (layer: TargetLayer): readonly number[] => layer.tokens?.grid ?? layer.shape.slice(1)

interface GoldenCase {
  readonly models: readonly { readonly file: string; readonly tensors: { readonly cam: { readonly tensor: string } } }[]
}
