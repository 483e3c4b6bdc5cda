import { afterAll, describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import { oneHot } from '@engine/attribution/target'
import { parseModel } from '@engine/graph/parse'
import { type ExplainableModel, type ExplainableOptions, makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { quietJob } from '@engine/job'
import { tensor } from '@engine/tensor/tensor'
import { threeTerms } from '../../support/analytic-model'
import { testHost } from '../../support/inference'
import { closedForm } from '../../support/closed-form-file'
import { floatPort, floats, type GraphPlan, integers, onnxFile, type PlannedNode } from '../../support/onnx-file'

const job = quietJob()
const host = testHost()
afterAll(() => host.dispose())

async function explain(
  plan: GraphPlan,
  more: Partial<ExplainableOptions> & { inputSize?: readonly number[] } = {}
): Promise<ExplainableModel> {
  const graph = parseModel(onnxFile(plan), { name: 'crafted.onnx', folder: null })
  const probed = await probeOnHost(graph, host, { threads: 1, inputSize: more.inputSize }, job)
  return makeExplainable(probed, host, { black: [0], white: [1], threads: 1, ...more })
}

const points = [
  [0.7, -1.3, 2.1],
  [0, 0.5, -1],
  [-2, 3, 0.25]
]
const three = tensor(Float32Array.from(points.flat()), [3, 1, 1, 3])
const values = points.map((point) => threeTerms.value(Float32Array.from(point)))
const gradients = points.flatMap((point) => threeTerms.gradient(Float32Array.from(point)))

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  expected.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 5))
}

describe('f = 5x + y² + sin z as an ONNX file', () => {
  it.each([
    ['a free batch and [N, 1]', 'N', [-1, 1]],
    ['a free batch and [N, 1, 1, 1]', 'N', [-1, 1, 1, 1]],
    ['a free batch and [N]', 'N', [-1]],
    ['a batch of one and [1, 1]', 1, [1, 1]],
    ['a batch of one and [1, 1, 1, 1]', 1, [1, 1, 1, 1]],
    ['a batch of two and [2, 1]', 2, [2, 1]]
  ] as const)('predicts and goes backward with %s', async (_what, batch, shape) => {
    const model = await explain(closedForm(batch, { shape }))
    const start = oneHot(0, 1)
    expectClose((await model.predict(three, 'logit', job)).data, values)
    const result = await model.backward(
      { input: three, start, composite: 'gradient', of: 'logit', wrt: ['input'] },
      job
    )
    expect(result.scores.shape).toEqual([3, 1])
    expectClose(result.scores.data, values)
    expect(result.gradients.get('input')?.shape).toEqual([3, 1, 1, 3])
    expectClose(result.gradients.get('input')?.data ?? [], gradients)
    model.close()
  })

  it('steps over a final sigmoid, and explains the output when asked', async () => {
    const model = await explain(closedForm('N', { shape: [-1, 1], head: 'Sigmoid' }))
    const sigmoid = values.map((value) => 1 / (1 + Math.exp(-value)))
    expectClose((await model.predict(three, 'logit', job)).data, values)
    expectClose((await model.predict(three, 'output', job)).data, sigmoid)
    const request = { input: three, start: oneHot(0, 1), composite: 'gradient' as const, wrt: ['input'] }
    const logit = await model.backward({ ...request, of: 'logit' }, job)
    const output = await model.backward({ ...request, of: 'output' }, job)
    expectClose(logit.gradients.get('input')?.data ?? [], gradients)
    expectClose(
      output.gradients.get('input')?.data ?? [],
      gradients.map((value, index) => value * sigmoid[Math.floor(index / 3)] * (1 - sigmoid[Math.floor(index / 3)]))
    )
    model.close()
  })

  it('integrated gradients through the whole chain are complete', async () => {
    const model = await explain(closedForm('N', { shape: [-1, 1] }))
    const context = {
      model,
      input: tensor(Float32Array.from(points[0]), [1, 1, 1, 3]),
      start: oneHot(0, 1),
      of: 'logit' as const,
      seed: 1,
      job
    }
    const result = await runExpression(context, parseExpression('integrated-gradients'))
    expectClose(result.map.data, [3.5, 1.69, Math.sin(2.1)])
    expect(Math.abs(Number(result.notes?.completenessDelta))).toBeLessThan(1e-5)
    model.close()
  })

  it('takes other weights without measuring again', async () => {
    const model = await explain(closedForm('N', { shape: [-1, 1] }))
    const other = model.withWeights({ five: Float32Array.of(-2) })
    const request = {
      input: three,
      start: oneHot(0, 1),
      composite: 'gradient' as const,
      of: 'logit' as const,
      wrt: ['input']
    }
    const changed = await other.backward(request, job)
    const kept = await model.backward(request, job)
    expectClose(
      changed.gradients.get('input')?.data ?? [],
      gradients.map((value, index) => (index % 3 === 0 ? -2 : value))
    )
    expectClose(kept.gradients.get('input')?.data ?? [], gradients)
    expect(() => model.withWeights({ six: Float32Array.of(1) })).toThrow('no weight "six"')
    other.close()
    model.close()
  })

  it('answers a cancelled job at once and works again afterwards', async () => {
    const model = await explain(closedForm('N', { shape: [-1, 1] }))
    await expect(model.predict(three, 'logit', quietJob(AbortSignal.abort()))).rejects.toMatchObject({
      code: 'cancelled'
    })
    expectClose((await model.predict(three, 'logit', job)).data, values)
    model.close()
  })
})

describe('sessions', () => {
  it('more variants than are kept open give the same answers again', async () => {
    const model = await explain(closedForm('N', { shape: [-1, 1], head: 'Sigmoid' }))
    const variants = (['gradient', 'guided-backprop', 'deconvolution'] as const).flatMap((composite) =>
      (['logit', 'output'] as const).map((of) => ({ composite, of }))
    )
    const all = (): Promise<number[][]> =>
      Promise.all(
        variants.map(async (variant) => {
          const result = await model.backward({ input: three, start: oneHot(0, 1), wrt: ['input'], ...variant }, job)
          return [...(result.gradients.get('input')?.data ?? [])]
        })
      )
    const first = await all()
    expectClose(first[0], gradients)
    expect(await all()).toEqual(first)
    model.close()
  })

  it('a job that opened a session and was cancelled does not take another one with it', async () => {
    const model = await explain(closedForm('N', { shape: [-1, 1] }))
    const stop = new AbortController()
    const request = {
      input: three,
      start: oneHot(0, 1),
      composite: 'gradient' as const,
      of: 'logit' as const,
      wrt: ['input']
    }
    const cancelled = model.backward(request, quietJob(stop.signal))
    const kept = model.backward(request, job)
    stop.abort()
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
    expectClose((await kept).gradients.get('input')?.data ?? [], gradients)
    model.close()
  })
})

describe('what cannot be explained', () => {
  const pooled = (head: PlannedNode[]): GraphPlan => ({
    nodes: [
      { opType: 'GlobalAveragePool', inputs: ['x'], outputs: ['p'] },
      { opType: 'Flatten', inputs: ['p'], outputs: ['q'] },
      ...head
    ],
    inputs: [floatPort('x', ['N', 2, 4, 4])],
    outputs: [floatPort('y', null)]
  })

  it('several inputs are refused by name', async () => {
    const plan = pooled([{ opType: 'Add', inputs: ['q', 'age'], outputs: ['y'] }])
    await expect(explain({ ...plan, inputs: [...plan.inputs, floatPort('age', ['N', 2])] })).rejects.toMatchObject({
      code: 'unsupported-model',
      message:
        'crafted.onnx cannot be explained: it takes 2 inputs, and beside the image "x" nothing says what "age" is.'
    })
  })

  it('an image as output is refused', async () => {
    const plan: GraphPlan = {
      nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }],
      inputs: [floatPort('x', ['N', 1, 4, 4])],
      outputs: [floatPort('y', null)]
    }
    await expect(explain(plan)).rejects.toMatchObject({ code: 'unsupported-model' })
  })

  it('an input of whole numbers is refused', async () => {
    const plan = pooled([{ opType: 'Identity', inputs: ['q'], outputs: ['y'] }])
    const asBytes: GraphPlan = {
      ...plan,
      nodes: [{ opType: 'Cast', inputs: ['bytes'], outputs: ['x'], attributes: { to: 1 } }, ...plan.nodes],
      inputs: [{ name: 'bytes', elementType: 'uint8', dims: ['N', 2, 4, 4] }]
    }
    await expect(explain(asBytes)).rejects.toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining('uint8') as string
    })
  })

  it('an open input size asks for the card and is used when given', async () => {
    const plan = {
      ...pooled([{ opType: 'Identity', inputs: ['q'], outputs: ['y'] }]),
      inputs: [floatPort('x', ['N', 2, 'H', 'W'])]
    }
    await expect(explain(plan)).rejects.toMatchObject({
      code: 'bad-parameter',
      hint: expect.stringContaining('model card') as string
    })
    const model = await explain(plan, { inputSize: [2, 6, 5] })
    expect(model.inputShape).toEqual([2, 6, 5])
    model.close()
  })

  it('a node without a rule stops the gradient but neither prediction nor occlusion', async () => {
    const plan = pooled([
      { opType: 'Reshape', inputs: ['q', 'matrices'], outputs: ['m'] },
      { opType: 'Det', inputs: ['m'], outputs: ['r'], name: 'the odd one' },
      { opType: 'Add', inputs: ['r', 'one'], outputs: ['y'] }
    ])
    const constants = [floats('one', [1], [1]), integers('matrices', [4], [0, 2, 1, 1])]
    const model = await explain({ ...plan, constants })
    const input = tensor(new Float32Array(32).fill(2), [1, 2, 4, 4])
    const context = { model, input, start: oneHot(1, 2), of: 'logit' as const, seed: 1, job }
    await expect(runExpression(context, parseExpression('gradient'))).rejects.toMatchObject({
      code: 'unsupported-op',
      message: expect.stringMatching(/Det.*the odd one.*17/) as string
    })
    const map = await runExpression(context, parseExpression('occlusion'), {
      'occlusion.window': '2,2,2',
      'occlusion.stride': '2,2,2',
      'occlusion.baseline': 1.5
    })
    expect(map.map.data.every((value) => value > 0)).toBe(true)
    model.close()
  })

  it('an array of another size is refused', async () => {
    const model = await explain(closedForm('N', { shape: [-1, 1] }))
    await expect(model.predict(tensor(new Float32Array(4), [1, 1, 2, 2]), 'logit', job)).rejects.toMatchObject({
      code: 'geometry-mismatch'
    })
    model.close()
  })
})

describe('providers', () => {
  it('auto is the CPU', async () => {
    const model = await explain(closedForm('N', { shape: [-1, 1] }), { provider: 'auto' })
    expect(model.provider).toEqual({ requested: 'auto', used: 'cpu', reason: null, difference: null })
  })

  it.each(['coreml', 'dml', 'cuda', 'webgpu'] as const)(
    '%s is used only when it gives what the CPU gives; else the record says why not',
    async (provider) => {
      const model = await explain(closedForm('N', { shape: [-1, 1] }), { provider })
      expect(model.provider.requested).toBe(provider)
      if (model.provider.used === 'cpu')
        expect(model.provider.reason).toMatch(new RegExp(`^${provider} .+the CPU is used\\.$`))
      else expect(model.provider.difference).toBeLessThan(1e-2)
      expectClose((await model.predict(three, 'logit', job)).data, values)
      model.close()
    }
  )
})
