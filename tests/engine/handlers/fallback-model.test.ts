import { afterAll, describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import { oneHot } from '@engine/attribution/target'
import { Fault } from '@engine/fault'
import { parseModel } from '@engine/graph/parse'
import { channelsLast } from '@engine/handlers/channels-last'
import { type ExplainableModel, makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { quietJob } from '@engine/job'
import {
  type Feeds,
  InferenceHost,
  type ModelRequest,
  type OpenModel,
  type RunResult
} from '@engine/runtime/inference-host'
import type { Backend } from '@engine/runtime/messages'
import { tensor } from '@engine/tensor/tensor'
import { closedForm } from '../../support/closed-form-file'
import { spawnFromSource } from '../../support/inference'
import { onnxFile } from '../../support/onnx-file'

const job = quietJob()
type Trouble = (rows: number, host: InferenceHost) => Fault | 'other results' | null

/** The CPU under WebGPU's name, with a trouble of its own: no graphics processor is needed to fail like one. */
class TroubledHost extends InferenceHost {
  trouble: Trouble = () => null
  readonly rowsSeen: number[] = []
  private readonly troubled = new Set<string>()

  override backends(): Promise<readonly Backend[]> {
    return Promise.resolve([{ name: 'webgpu', bundled: true }])
  }

  override async open(request: ModelRequest, ...rest: [typeof job]): Promise<OpenModel> {
    const options = { ...request.options, provider: 'cpu' as const }
    const model = await super.open({ ...request, options }, ...rest)
    if (request.options.provider === 'webgpu') this.troubled.add(model.id)
    return model
  }

  override async run(model: OpenModel, feeds: Feeds, ...rest: [readonly string[], typeof job]): Promise<RunResult> {
    if (!this.troubled.has(model.id)) return super.run(model, feeds, ...rest)
    const rows = Math.max(...Object.values(feeds).map(({ dims }) => dims[0]))
    this.rowsSeen.push(rows)
    const trouble = this.trouble(rows, this)
    if (trouble instanceof Fault) throw trouble
    const result = await super.run(model, feeds, ...rest)
    if (trouble === null) return result
    const outputs = Object.entries(result.outputs).map(([name, value]) => [
      name,
      { ...value, data: (value.data as Float32Array).map((one) => 1.5 * one) }
    ])
    return { ...result, outputs: Object.fromEntries(outputs) as RunResult['outputs'] }
  }
}

const host = new TroubledHost({ spawn: spawnFromSource })
afterAll(() => host.dispose())

/** A model on the provider, which has no trouble yet. */
async function troubled(): Promise<{ model: ExplainableModel; said: string[] }> {
  host.trouble = () => null
  host.unusable.clear()
  host.rowsSeen.length = 0
  const said: string[] = []
  const parsed = parseModel(onnxFile(closedForm('N', { shape: [-1, 1] })), { name: 'crafted.onnx', folder: null })
  const probed = await probeOnHost(parsed, host, { threads: 1 }, job)
  const model = await makeExplainable(probed, host, {
    black: [0],
    white: [1],
    threads: 1,
    provider: 'webgpu',
    rows: 8,
    onProviderChange: (sentence) => said.push(sentence)
  })
  return { model, said }
}

const outOfMemory = new Fault('out-of-memory', 'There is not enough memory to run crafted.onnx.')
const eight = tensor(
  Float32Array.from({ length: 24 }, (_, index) => Math.sin(index)),
  [8, 1, 1, 3]
)
const start = oneHot(0, 1)
const gradientOf = async (model: ExplainableModel): Promise<number[]> => {
  const request = { input: eight, start, composite: 'gradient', of: 'logit', wrt: ['input'] } as const
  return [...((await model.backward(request, job)).gradients.get('input')?.data ?? [])]
}
/** f = 5x + y² + sin z. */
const truth = Array.from({ length: 8 }, (_, row) => [5, 2 * eight.data[3 * row + 1], Math.cos(eight.data[3 * row + 2])])
const expectTruth = (found: number[]): void =>
  truth.flat().forEach((value, index) => expect(found[index]).toBeCloseTo(value, 5))

describe('a provider in trouble', () => {
  it('is used as long as it is well', async () => {
    const { model, said } = await troubled()
    expectTruth(await gradientOf(model))
    expect(model.provider).toMatchObject({ requested: 'webgpu', used: 'webgpu', reason: null })
    expect(host.rowsSeen).toContain(8)
    expect(said).toEqual([])
  })

  it('out of memory: half the rows, and half of those', async () => {
    const { model, said } = await troubled()
    host.trouble = (rows) => (rows > 2 ? outOfMemory : null)
    expectTruth(await gradientOf(model))
    expect(model.rows).toBe(2)
    expect(model.provider).toMatchObject({
      used: 'webgpu',
      reason:
        'webgpu ran out of memory; 4 rows at once from here on. webgpu ran out of memory; 2 rows at once from here on.'
    })
    expect(said).toHaveLength(2)
    expect(said[0]).toBe('crafted.onnx: webgpu ran out of memory; 4 rows at once from here on.')
  })

  it('out of memory with a single row: the CPU, with its own rows', async () => {
    const { model } = await troubled()
    host.trouble = () => outOfMemory
    expectTruth(await gradientOf(model))
    expect(model.rows).toBe(8)
    expect(model.provider).toMatchObject({ requested: 'webgpu', used: 'cpu' })
    expect(model.provider.reason).toMatch(/webgpu ran out of memory; the CPU is used\.$/)
    // What it had to step over is seen through a wrapper too.
    expect(channelsLast(model).provider.used).toBe('cpu')
  })

  it('that crashes is left, and named', async () => {
    const { model, said } = await troubled()
    host.trouble = (_rows, { unusable }) => {
      unusable.set('webgpu', 'crashed (aborted)')
      return new Fault('inference-failed', 'The computation of crafted.onnx crashed (aborted), also after a restart.')
    }
    expectTruth(await gradientOf(model))
    expect(said).toEqual([
      'crafted.onnx: webgpu ended the computation (it crashed (aborted)) and stays off in this session; the CPU is used.'
    ])
  })

  it('whose kernel refuses is left for the CPU', async () => {
    const { model } = await troubled()
    host.trouble = () => new Fault('inference-failed', 'ONNX Runtime stopped while running crafted.onnx: no kernel.')
    const scores = await model.predict(eight, 'logit', job)
    expect(scores.shape).toEqual([8, 1])
    expect(model.provider.reason).toBe(
      'webgpu stopped (ONNX Runtime stopped while running crafted.onnx: no kernel); the CPU is used.'
    )
  })

  it('that answers differently for another composite is left before its map is used', async () => {
    const { model } = await troubled()
    host.trouble = () => 'other results'
    const context = {
      model,
      input: tensor(eight.data.slice(0, 3), [1, 1, 1, 3]),
      start,
      of: 'output' as const,
      seed: 1
    }
    const loadTensor = (): never => expect.fail('nothing to load')
    const map = await runExpression({ ...context, loadTensor, job }, parseExpression('gradient'))
    truth[0].forEach((value, index) => expect(map.map.data[index]).toBeCloseTo(value, 5))
    expect(model.provider).toMatchObject({ used: 'cpu' })
    expect(model.provider.reason).toMatch(/^webgpu gives other results than the CPU for gradient .+the CPU is used\.$/)
  })

  it('a fault of the request is the request’s, not the provider’s', async () => {
    const { model } = await troubled()
    const wrong = tensor(new Float32Array(4), [1, 1, 2, 2])
    await expect(model.predict(wrong, 'logit', job)).rejects.toMatchObject({ code: 'geometry-mismatch' })
    expect(model.provider.used).toBe('webgpu')
  })
})
