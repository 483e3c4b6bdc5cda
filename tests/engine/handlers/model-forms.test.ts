import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { oneHot } from '@engine/attribution/target'
import { asFault } from '@engine/fault'
import { encodeNpy } from '@engine/formats/raster/npy'
import type { ElementType } from '@engine/graph/model'
import { ModelShelf } from '@engine/handlers/model-shelf'
import { quietJob } from '@engine/job'
import { elementCount, tensor, type Tensor } from '@engine/tensor/tensor'
import { testHost } from '../../support/inference'
import { inProcess } from '../../support/in-process'
import { classifierNodes, classifierWeights, smallClassifier } from '../../support/small-classifier'
import { drawValues, floatInput, int64s, node } from '../../support/tiny-graphs'

const job = quietJob()
const host = testHost({ spawn: inProcess })
const shelf = new ModelShelf(host, 1)
let folder = ''
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'saliscope-forms-'))))
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const cardOf = (input: object, more: object = {}) => ({
  version: 1,
  name: 'small',
  input: {
    name: 'x',
    layout: 'NCHW',
    size: [8, 8],
    channels: 3,
    values: { from: 'none' },
    mean: [0],
    std: [1],
    range: [-2, 2],
    ...input
  },
  outputs: [{ name: 'y', kind: 'logit', activation: 'softmax', labels: ['a', 'b', 'c'] }],
  ...more
})

interface Explained {
  readonly scores: readonly number[]
  readonly gradient: readonly number[]
  readonly shape: readonly number[]
  readonly remarks: readonly string[]
  readonly layers: readonly string[]
}

/** Opens a file with an optional card, and explains output 1 of one drawn image given channels first. */
async function explain(bytes: Uint8Array, card?: object, image?: Tensor): Promise<Explained> {
  const name = `m${Math.random().toString(36).slice(2)}`
  const path = join(folder, `${name}.onnx`)
  writeFileSync(path, bytes)
  if (card !== undefined) writeFileSync(join(folder, `${name}.card.json`), JSON.stringify(card))
  const { modelId, gradient } = await shelf.open(path, job)
  expect(gradient.works).toBe(true)
  const entry = shelf.require(modelId)
  const model = await entry.explainable(job)
  const input = image ?? picture(model.inputShape)
  const found = await model.backward(
    { input, start: oneHot(1, model.outputs), composite: 'gradient', of: 'logit', wrt: ['input'] },
    job
  )
  const own = found.gradients.get('input') as Tensor
  const scores = [...found.scores.data]
  expect([...(await model.predict(input, 'logit', job)).data]).toEqual(scores.map((score) => expect.closeTo(score, 3)))
  return {
    scores,
    gradient: [...own.data],
    shape: own.shape,
    remarks: entry.description.remarks,
    layers: entry.description.layers.map(({ tensor: layer }) => layer)
  }
}

function picture(shape: readonly number[]): Tensor {
  return tensor(drawValues(elementCount(shape), 'plain', 11), [1, ...shape])
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length)
  return Math.max(...a.map((value, index) => Math.abs(value - b[index]))) / Math.max(...b.map(Math.abs))
}

let plain: Explained
beforeAll(async () => {
  plain = await explain(smallClassifier(), cardOf({}))
})

describe('precision', () => {
  test.each([
    ['float16', 4e-3, 'half-precision'],
    ['float64', 1e-6, 'double precision']
  ] as const)('a %s model takes float32 images and gives float32 gradients', async (elementType, tolerance, said) => {
    const bytes = smallClassifier({
      constants: classifierWeights(3, elementType),
      inputs: [floatInput('x', ['N', 3, 8, 8], elementType)],
      outputs: [floatInput('y', ['N', 3], elementType)]
    })
    const found = await explain(bytes, cardOf({}))
    expect(largestDifference(found.gradient, plain.gradient)).toBeLessThan(tolerance)
    expect(largestDifference(found.scores, plain.scores)).toBeLessThan(tolerance)
    expect(found.remarks.join()).toContain(said)
  })

  test('float16 weights behind a Cast leave the input as it is', async () => {
    const bytes = smallClassifier({
      nodes: [
        node('Cast', ['x'], 'half', { to: 10 }),
        ...classifierNodes('half').slice(0, -1),
        node('Gemm', ['f', 'dense', 'shift'], 'z', { transB: 1 }),
        node('Cast', ['z'], 'y', { to: 1 })
      ],
      constants: classifierWeights(3, 'float16')
    })
    const found = await explain(bytes, cardOf({}))
    expect(largestDifference(found.gradient, plain.gradient)).toBeLessThan(4e-3)
    expect(found.remarks).toEqual([])
  })

  test('bfloat16 is refused by a sentence', async () => {
    const bytes = smallClassifier({ inputs: [floatInput('x', ['N', 3, 8, 8], 'bfloat16' as ElementType)] })
    await expect(explain(bytes, cardOf({}))).rejects.toThrow(/takes bfloat16 numbers/)
  })
})

describe('layout', () => {
  test('channels last, as tf2onnx writes it: the map comes back in the image’s layout', async () => {
    const bytes = smallClassifier({
      nodes: [
        node('Transpose', ['x'], 'first', { perm: [0, 3, 1, 2] }),
        node('Conv', ['first', 'kernel'], 'c', { pads: [1, 1, 1, 1] }),
        node('Transpose', ['c'], 'last', { perm: [0, 2, 3, 1] }),
        node('Add', ['last', 'offset'], 'b'),
        node('Relu', ['b'], 'r'),
        node('ReduceMean', ['r'], 'f', { axes: [1, 2], keepdims: 0 }),
        node('MatMul', ['f', 'turned'], 'm'),
        node('Add', ['m', 'shift'], 'y')
      ],
      constants: [...classifierWeights(3), turned()],
      inputs: [floatInput('x', ['N', 8, 8, 3])]
    })
    const found = await explain(bytes, cardOf({ layout: 'NHWC' }))
    expect(found.shape).toEqual([1, 3, 8, 8])
    expect(largestDifference(found.gradient, plain.gradient)).toBeLessThan(1e-5)
    expect(found.layers).toEqual(['r'])
  })

  test.each([
    ['no batch axis', [3, 8, 8], 3, 'no batch axis'],
    ['no batch axis and no card', [3, 8, 8], null, 'no batch axis'],
    ['a free size that the card fixes', ['N', 3, 'height', 'width'], 3, ''],
    ['a batch of two', [2, 3, 8, 8], 3, '']
  ] as const)('%s', async (_what, dims, channels, said) => {
    const batchless = dims.length === 3
    const bytes = smallClassifier({
      nodes: batchless
        ? [
            node('Unsqueeze', ['x', 'zero'], 'one'),
            ...classifierNodes('one').slice(0, -1),
            node('Gemm', ['f', 'dense', 'shift'], 'z', { transB: 1 }),
            node('Squeeze', ['z', 'zero'], 'y')
          ]
        : classifierNodes('x'),
      constants: [...classifierWeights(3), int64s('zero', [0])],
      inputs: [floatInput('x', dims)],
      outputs: [floatInput('y', batchless ? [3] : [dims[0], 3])]
    })
    const found = await explain(bytes, channels === null ? undefined : cardOf({ channels }))
    expect(found.shape).toEqual([1, 3, 8, 8])
    expect(largestDifference(found.gradient, plain.gradient)).toBeLessThan(1e-5)
    expect(found.remarks.join()).toContain(said)
  })

  test('no channel axis: [N, H, W] of a grey image', async () => {
    const grey = { channels: 1 }
    const own = smallClassifier({ constants: classifierWeights(1), inputs: [floatInput('x', ['N', 1, 8, 8])] })
    const flat = smallClassifier({
      nodes: [node('Unsqueeze', ['x', 'one'], 'wide'), ...classifierNodes('wide')],
      constants: [...classifierWeights(1), int64s('one', [1])],
      inputs: [floatInput('x', ['N', 8, 8])]
    })
    const [expected, found] = [await explain(own, cardOf(grey)), await explain(flat, cardOf(grey))]
    expect(found.shape).toEqual([1, 1, 8, 8])
    expect(largestDifference(found.gradient, expected.gradient)).toBeLessThan(1e-6)
  })
})

/** The dense layer's weight as MatMul takes it. */
function turned() {
  const dense = classifierWeights(3)[2].values as Float32Array
  const values = Float32Array.from({ length: 12 }, (_, index) => dense[(index % 3) * 4 + Math.floor(index / 3)])
  return { name: 'turned', dims: [4, 3], elementType: 'float32' as const, values }
}

describe('several inputs', () => {
  /** Logits times a factor, plus a row: `age` and `row` stand beside the image and come first in the file. */
  const bytes = smallClassifier({
    nodes: [
      ...classifierNodes('x').slice(0, -1),
      node('Gemm', ['f', 'dense', 'shift'], 'z', { transB: 1 }),
      node('Mul', ['z', 'age'], 'm'),
      node('Cast', ['row'], 'row_f', { to: 1 }),
      node('Add', ['m', 'row_f'], 'y')
    ],
    inputs: [floatInput('age', ['N', 1]), floatInput('row', ['N', 3], 'int64'), floatInput('x', ['N', 3, 8, 8])]
  })
  const expectFixed = (found: Explained): void => {
    expect(
      largestDifference(
        found.gradient,
        plain.gradient.map((value) => 2 * value)
      )
    ).toBeLessThan(1e-5)
    const scores = plain.scores.map((score, index) => 2 * score + [5, 6, 7][index])
    expect(largestDifference(found.scores, scores)).toBeLessThan(1e-5)
    expect(found.remarks).toEqual(['The inputs "age", "row" beside the image are fixed by the model card.'])
  }

  test('the others are given by the card as numbers and lists', async () => {
    expectFixed(await explain(bytes, cardOf({}, { otherInputs: { age: 2, row: [5, 6, 7] } })))
  })

  test('or as a file beside the model', async () => {
    writeFileSync(join(folder, 'row.npy'), encodeNpy(Float32Array.of(5, 6, 7), [1, 3]))
    expectFixed(await explain(bytes, cardOf({}, { otherInputs: { age: [[2]], row: 'row.npy' } })))
  })

  test('two images at once are each given the same others', async () => {
    const path = join(folder, 'two.onnx')
    writeFileSync(path, bytes)
    writeFileSync(
      join(folder, 'two.card.json'),
      JSON.stringify(cardOf({}, { otherInputs: { age: 2, row: [5, 6, 7] } }))
    )
    const { modelId } = await shelf.open(path, job)
    const model = await shelf.require(modelId).explainable(job)
    const one = picture(model.inputShape)
    const both = tensor(Float32Array.from([...one.data, ...one.data]), [2, 3, 8, 8])
    const scores = [...(await model.predict(both, 'logit', job)).data]
    expect(scores.slice(3)).toEqual(scores.slice(0, 3))
  })

  test.each([
    ['nothing', {}, 'unsupported-model', /beside the image "x" nothing says what "age" and "row" are/],
    [
      'too few numbers',
      { age: 1, row: [1, 2] },
      'bad-card',
      /gives 2 numbers for the model input "row", but it takes 3/
    ],
    ['an unknown name', { sex: 1 }, 'bad-card', /"sex", which is no input beside the image/],
    ['a path', { age: 1, row: '../row.npy' }, 'bad-card', /no .npy file beside the model/]
  ] as const)('%s is refused', async (_what, otherInputs, code, words) => {
    const fault = asFault(await explain(bytes, cardOf({}, { otherInputs })).catch((thrown: unknown) => thrown))
    expect([fault.code, fault.message]).toEqual([code, expect.stringMatching(words)])
    expect(fault.hint).toMatch(/otherInputs|inputs are|Give a number/)
  })
})

describe('several outputs', () => {
  const bytes = smallClassifier({
    nodes: [...classifierNodes('x'), node('Neg', ['y'], 'z')],
    outputs: [floatInput('y', ['N', 3]), floatInput('z', ['N', 3])]
  })
  const second = [{ name: 'z', kind: 'logit', activation: 'none', labels: ['a', 'b', 'c'] }]

  test('the card says which one is explained', async () => {
    const found = await explain(bytes, { ...cardOf({}), outputs: second })
    expect(
      largestDifference(
        found.gradient,
        plain.gradient.map((value) => -value)
      )
    ).toBeLessThan(1e-6)
    expect(found.remarks.join()).toContain('"z" is explained')
  })

  test('one the model does not have is refused', async () => {
    const outputs = [{ ...second[0], name: 'w' }]
    await expect(explain(bytes, { ...cardOf({}), outputs })).rejects.toThrow(/names the output "w"/)
  })
})
