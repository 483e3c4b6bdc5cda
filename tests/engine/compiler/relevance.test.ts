import { describe, expect, test } from 'vitest'
import type { RelevanceRequest } from '@engine/compiler/composite-request'
import type { AnyTensor } from '@engine/graph/probe'
import { compiled, expectClose, faultOf, image, net, oneHot, probed, run, weight } from '../../support/gradcheck-net'
import { float32 } from '../../support/gradcheck-ort'
import { floatInput, floatOutput, floats, node, type TinyGraph } from '../../support/tiny-graphs'

/** x (3) → W1 x + b1 → ReLU (4) → W2 h + b2 (2), written by hand. */
const w1 = [0.5, -1, 0.25, 1.5, 0.75, -0.5, -1.25, 0.5, 1, 0.25, -0.75, 0.6]
const b1 = [0.1, -0.25, 0.3, 0.05]
const w2 = [1, -0.5, 0.75, 0.4, -1, 0.8, 0.3, -0.6]
const b2 = [0.2, -0.1]
const twoLayers: TinyGraph = {
  nodes: [
    node('Gemm', ['x', 'w1', 'b1'], 'a', { transB: 1 }),
    node('Relu', ['a'], 'h'),
    node('Gemm', ['h', 'w2', 'b2'], 'y', { transB: 1 })
  ],
  constants: [floats('w1', [4, 3], w1), floats('b1', [4], b1), floats('w2', [2, 4], w2), floats('b2', [2], b2)],
  inputs: [floatInput('x', ['N', 3])],
  outputs: [floatOutput('y')]
}
const x = [0.8, -0.6, 1.1]

interface Dense {
  readonly x: readonly number[]
  readonly w: readonly number[]
  readonly b: readonly number[]
}
type Share = (x: number, w: number, z: number) => number

const outputs = ({ x: inputs, w, b }: Dense): number[] =>
  b.map((bias, j) => bias + inputs.reduce((sum, value, i) => sum + value * w[j * inputs.length + i], 0))

/** R_i = Σ_j share_ij R_j / (Σ_i share_ij + biasShare_j), the definition. */
function shared(
  layer: Dense,
  relevance: readonly number[],
  share: Share,
  biasShare: (b: number, z: number) => number
): number[] {
  const z = outputs(layer)
  const at = (i: number, j: number): number => share(layer.x[i], layer.w[j * layer.x.length + i], z[j])
  const sums = z.map((value, j) => biasShare(layer.b[j], value) + layer.x.reduce((sum, _, i) => sum + at(i, j), 0))
  return layer.x.map((_, i) =>
    z.reduce((sum, _value, j) => sum + (sums[j] === 0 ? 0 : (at(i, j) * relevance[j]) / sums[j]), 0)
  )
}

const pos = (value: number): number => Math.max(0, value)
const neg = (value: number): number => Math.min(0, value)
const none = (): number => 0
const lower: Dense = { x, w: w1, b: b1 }
const upper: Dense = { x: outputs(lower).map(pos), w: w2, b: b2 }
const start = [1, 0]
const both = (share: Share, bias: (b: number, z: number) => number): number[] =>
  shared(lower, shared(upper, start, share, bias), share, bias)
const alphaBeta = (layer: Dense, relevance: readonly number[]): number[] => {
  const positive = shared(layer, relevance, (a, w) => pos(a * w), pos)
  const negative = shared(layer, relevance, (a, w) => neg(a * w), neg)
  return positive.map((value, i) => 2 * value - negative[i])
}
const boosted = (value: number, z: number): number => value + 0.25 * (z > 0 ? pos(value) : neg(value))

/** Relevance of the input, and what biases took. */
async function relevance(
  graph: TinyGraph,
  composite: RelevanceRequest,
  feeds: Record<string, AnyTensor>,
  begin: AnyTensor
) {
  const made = compiled(await probed(graph), { composite })
  const [map, taken] = [made.outputs.gradients.x, made.outputs.taken]
  const found = await run(made, { ...feeds, [made.startInput]: begin }, taken === null ? [map] : [map, taken])
  return { map: found[map], taken: taken === null ? [0] : found[taken] }
}

const ofTwoLayers = (composite: RelevanceRequest) =>
  relevance(
    twoLayers,
    composite,
    { x: float32(Float32Array.from(x), [1, 3]) },
    float32(Float32Array.from(start), [1, 2])
  )

describe('rules on a net of two layers equal their definitions', () => {
  test.each([
    [
      'lrp-epsilon',
      both(
        (a, w) => a * w,
        (b) => b
      )
    ],
    ['lrp-zplus', both((a, w) => pos(a * w), none)],
    ['excitation-backprop', both((a, w) => pos(a * w), pos)],
    ['lrp-gamma', both((a, w, z) => boosted(a * w, z), boosted)],
    ['lrp-alpha2-beta1', alphaBeta(lower, alphaBeta(upper, start))],
    ['lrp-wsquare', both((_, w) => w * w, none)],
    ['lrp-flat', both(() => 1, none)],
    [
      'lrp-epsilon-plus-flat',
      shared(
        lower,
        shared(
          upper,
          start,
          (a, w) => a * w,
          (b) => b
        ),
        () => 1,
        none
      )
    ]
  ] as const)('%s', async (id, expected) => {
    const { map, taken } = await ofTwoLayers({ id, epsilon: 1e-9 })
    expectClose(map, expected, 2e-5)
    // What began as 1 is in the map or was taken by biases.
    if (id !== 'lrp-alpha2-beta1') expect(map.reduce((sum, value) => sum + value, taken[0])).toBeCloseTo(1, 4)
  })

  test('z+ without biases and the rules that look at weights only conserve relevance', async () => {
    for (const id of ['lrp-zplus', 'lrp-wsquare', 'lrp-flat'] as const) {
      const { map, taken } = await ofTwoLayers({ id, epsilon: 1e-9 })
      expect(map.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4)
      expect(taken).toEqual([0])
    }
  })

  test('beginning with the logit multiplies the map by it', async () => {
    const one = await ofTwoLayers({ id: 'lrp-epsilon' })
    const logit = await ofTwoLayers({ id: 'lrp-epsilon', start: 'logit' })
    const [score] = outputs(upper)
    expectClose(
      logit.map,
      one.map.map((value) => value * score)
    )
  })
})

describe('canonizers', () => {
  const inner: TinyGraph = {
    ...net,
    nodes: [
      node('BatchNormalization', ['x', 'g1', 'h1', 'm1', 'v1'], 'n0'),
      node('Conv', ['n0', 'k1'], 'c1', { pads: [1, 1, 1, 1] }),
      node('Relu', ['c1'], 'r1'),
      node('BatchNormalization', ['r1', 'g', 'h', 'm', 'v'], 'n1'),
      node('Relu', ['n1'], 'r2'),
      node('Conv', ['r2', 'k2'], 'c2', { pads: [1, 1, 1, 1] }),
      node('Relu', ['c2'], 'r3'),
      node('GlobalAveragePool', ['r3'], 'q'),
      node('Flatten', ['q'], 'f'),
      node('MatMul', ['f', 'wt'], 'p'),
      node('Add', ['p', 'b'], 'y')
    ],
    constants: [
      ...(net.constants ?? []).filter(({ name }) => name !== 'w'),
      weight('wt', [4, 3]),
      floats('g1', [1], [1.5]),
      floats('h1', [1], [0.3]),
      floats('m1', [1], [0.2]),
      floats('v1', [1], [2])
    ]
  }

  test.each(['lrp-epsilon', 'lrp-epsilon-plus', 'lrp-epsilon-alpha2-beta1', 'lrp-zplus'] as const)(
    '%s: normalizations before and behind a convolution, a bias by addition: nothing is lost but to biases',
    async (id) => {
      const { map, taken } = await relevance(inner, { id }, { x: image(1) }, oneHot(1, 1))
      if (id !== 'lrp-epsilon-alpha2-beta1') expect(map.reduce((sum, value) => sum + value, taken[0])).toBeCloseTo(1, 3)
      expect(map.some((value) => Math.abs(value) > 1e-4)).toBe(true)
    }
  )

  test('merging two normalizations and a bias gives what the merged network gives', async () => {
    const scale = (value: number, variance: number): number => value / Math.sqrt(variance + 1e-5)
    const factor = scale(1.5, 2)
    const k1 = Array.from(weight('k1', [4, 1, 3, 3]).values as Float32Array)
    const first: TinyGraph = {
      ...inner,
      nodes: [node('BatchNormalization', ['x', 'g1', 'h0', 'm0', 'v1'], 'n0'), node('Conv', ['n0', 'k1'], 'y')],
      constants: [...(inner.constants ?? []), floats('h0', [1], [0]), floats('m0', [1], [0])]
    }
    const merged: TinyGraph = {
      ...first,
      nodes: [node('Conv', ['x', 'k0'], 'y')],
      constants: [
        floats(
          'k0',
          [4, 1, 3, 3],
          k1.map((value) => value * factor)
        )
      ]
    }
    const begin = float32(new Float32Array(4 * 36).fill(0.5), [1, 4, 6, 6])
    for (const id of ['lrp-epsilon', 'lrp-epsilon-plus', 'lrp-epsilon-alpha2-beta1', 'lrp-gamma'] as const) {
      const [apart, together] = [first, merged].map((graph) => relevance(graph, { id }, { x: image(1) }, begin))
      expectClose((await apart).map, (await together).map)
    }
  })

  test('a residual sum shares by contribution: the whole of relevance arrives once', async () => {
    const { map, taken } = await relevance(net, { id: 'lrp-epsilon', epsilon: 1e-6 }, { x: image(1) }, oneHot(1, 1))
    expect(map.reduce((sum, value) => sum + value, taken[0])).toBeCloseTo(1, 3)
  })

  test('the rows of a batch are shared apart, and so is what biases take', async () => {
    const both2 = await relevance(net, { id: 'lrp-epsilon-plus-flat' }, { x: image(2) }, oneHot(2, 1))
    const second = float32((image(2).data as Float32Array).slice(64), [1, 1, 8, 8])
    const alone = await relevance(net, { id: 'lrp-epsilon-plus-flat' }, { x: second }, oneHot(1, 1))
    expectClose(both2.map.slice(64), alone.map)
    expectClose(both2.taken.slice(1), alone.taken)
  })
})

describe('gates and what relevance cannot go through', () => {
  const dense = (nodes: TinyGraph['nodes']): TinyGraph => ({
    nodes: [node('MatMul', ['x', 'w'], 'a'), ...nodes],
    constants: [floats('w', [3, 3], w1.slice(0, 9)), floats('one', [], [1]), floats('root', [], [Math.SQRT2])],
    inputs: [floatInput('x', ['N', 3])],
    outputs: [floatOutput('y')]
  })
  const silu = dense([node('Sigmoid', ['a'], 's'), node('Mul', ['a', 's'], 'y')])
  const gelu = dense([
    node('Div', ['a', 'root'], 'd'),
    node('Erf', ['d'], 'e'),
    node('Add', ['e', 'one'], 'g'),
    node('Mul', ['a', 'g'], 'y')
  ])
  const feeds = { x: float32(Float32Array.from(x), [1, 3]) }
  const begin = float32(Float32Array.of(1, -0.5, 2), [1, 3])

  test.each([
    ['SiLU', silu],
    ['GELU', gelu]
  ])('%s: the signal takes all', async (_, graph) => {
    const gated = await relevance(graph, { id: 'lrp-epsilon' }, feeds, begin)
    const linear = await relevance({ ...dense([node('Identity', ['a'], 'y')]) }, { id: 'lrp-epsilon' }, feeds, begin)
    expectClose(gated.map, linear.map)
  })

  test.each([
    ['a product of two signals', [node('Mul', ['a', 'x'], 'y')], /through Mul \(node "y", opset 17.*both depend/],
    ['softmax', [node('Softmax', ['a'], 'y', { axis: 1 })], /through Softmax \(node "y"/],
    [
      'layer normalization',
      [node('LayerNormalization', ['a', 'one3'], 'y', { axis: 1 })],
      /through LayerNormalization \(node "y"/
    ],
    [
      'attention',
      [node('Transpose', ['a'], 't', { perm: [1, 0] }), node('MatMul', ['a', 't'], 'y')],
      /MatMul.*both factors/
    ]
  ] as const)('%s is refused by name, with what would work', async (_, nodes, words) => {
    const graph = dense(nodes as TinyGraph['nodes'])
    const model = await probed({ ...graph, constants: [...(graph.constants ?? []), floats('one3', [3], [1, 1, 1])] })
    const fault = await faultOf(() => compiled(model, { composite: { id: 'lrp-epsilon' } }))
    expect(fault.code).toBe('unsupported-op')
    expect(fault.message).toMatch(words)
    expect(fault.hint).toMatch(/gradient|occlusion/)
  })
})
