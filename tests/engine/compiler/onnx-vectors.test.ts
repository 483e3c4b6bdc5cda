import { afterAll, describe, expect, test } from 'vitest'
import { type CompiledGraph, compileBackward } from '@engine/compiler/compile'
import { ruleFor } from '@engine/compiler/rules'
import { quantized } from '@engine/compiler/rules/quantized'
import { asFault, type Fault } from '@engine/fault'
import { isFloat } from '@engine/graph/element-types'
import { type ProbedModel, sizesAt, sourceOf } from '@engine/graph/model'
import { parseModel } from '@engine/graph/parse'
import { type AnyTensor, probeModel } from '@engine/graph/probe'
import { elementCount } from '@engine/tensor/tensor'
import { float32, openSession, runModel, runSession } from '../../support/gradcheck-ort'
import { type OnnxVector, readVectors } from '../../support/onnx-vectors'
import { slopeCheck } from '../../support/slope-check'
import { drawValues } from '../../support/tiny-graphs'

/*
 * The onnx package's own node tests: our edits of a graph (a backward pass behind it, outputs asked for) change no bit of
 * what it answers, and the gradient is the slope of the node. Random generators and the like have no rule and are refused.
 */
const { isWhole, vectors } = readVectors()

/** Their vectors all end in another type than float32. */
const withoutVector: readonly string[] = ['Cast', 'QuantizeLinear']

type Outcome = 'differentiated' | 'no kernel' | 'no path' | 'no rule' | 'other type' | 'use refused'
const outcomes = new Map<string, Outcome>()
const places = { kinks: 0, jumps: 0 }

async function probedOrFault(vector: OnnxVector): Promise<ProbedModel | Fault> {
  return probeModel(parseModel(vector.model), runModel).catch((thrown: unknown) => asFault(thrown))
}

/** The explained output, compiled, or the fault that refuses it. */
function compiledOrFault(model: ProbedModel, vector: OnnxVector, of: string): CompiledGraph | Fault {
  try {
    return compileBackward({ model, of, wrt: vector.wrt, composite: 'gradient', target: 'cpu' })
  } catch (thrown) {
    return asFault(thrown)
  }
}

function outcomeOf(fault: Fault, model: ProbedModel): Outcome {
  if (fault.code === 'bad-parameter') return 'no path'
  expect(fault.code).toBe('unsupported-op')
  expect(fault.hint).toMatch(/occlusion/)
  return model.nodes.some((item) => ruleFor(item) === undefined) ? 'no rule' : 'use refused'
}

async function check(vector: OnnxVector): Promise<Outcome> {
  const model = await probedOrFault(vector)
  if (!('nodes' in model)) {
    // ONNX Runtime cannot run the vector as it is either.
    const feeds = Object.fromEntries(vector.inputs.map(({ name, data, dims }) => [name, float32(data, dims)]))
    await expect(runModel({ parts: [vector.model], externalDataFolder: null }, feeds, [])).rejects.toThrow()
    return 'no kernel'
  }
  const of = model.outputs.find((output) => isFloat(model.types.get(output.name)))?.name
  if (of === undefined) return 'no path'
  if (model.types.get(of) !== 'float32') return 'other type'
  const compiled = compiledOrFault(model, vector, of)
  if (!('source' in compiled)) return outcomeOf(compiled, model)
  await compare({ vector, model, compiled, of })
  return 'differentiated'
}

interface Comparison {
  readonly vector: OnnxVector
  readonly model: ProbedModel
  readonly compiled: CompiledGraph
  readonly of: string
}

async function compare({ vector, model, compiled, of }: Comparison): Promise<void> {
  const feeds = Object.fromEntries(vector.inputs.map(({ name, data, dims }) => [name, float32(data, dims)]))
  const startDims = sizesAt(compiled.startShape, 1)
  const start = drawValues(elementCount(startDims), 'plain', 3)
  const [before, behind] = [
    await openSession(sourceOf(model), 'disabled'),
    await openSession(compiled.source, 'disabled')
  ]
  const names = model.outputs.map(({ name }) => name)
  const original = await runSession(before, feeds, names)
  const edited = await runSession(behind, { ...feeds, [compiled.startInput]: float32(start, startDims) }, [
    ...names,
    ...Object.values(compiled.outputs.gradients)
  ])
  for (const name of names) expect(bytesOf(edited[name]), `output ${name}`).toEqual(bytesOf(original[name]))
  const evaluate = async (): Promise<{ value: number; size: number }> => {
    const data = (await runSession(before, feeds, [of]))[of].data as Float32Array
    return data.reduce(
      (sum, value, index) => ({
        value: sum.value + value * start[index],
        size: sum.size + Math.abs(value * start[index])
      }),
      { value: 0, size: 0 }
    )
  }
  // Powers of 59 overflow, and rounding has no slopes (quantized.test.ts): there is nothing to compare with.
  const isSmooth = Number.isFinite((await evaluate()).value) && !model.nodes.some(({ opType }) => opType in quantized)
  for (const name of isSmooth ? vector.wrt : []) {
    const gradient = edited[compiled.outputs.gradients[name]].data as Float32Array
    const found = await slopeCheck({ values: feeds[name].data as Float32Array, gradient, evaluate, elements: 12 })
    expect(found.worst, `gradient of ${name}`).toBeLessThan(1)
    places.kinks += found.kinks
    places.jumps += found.jumps
  }
  await Promise.all([before.release(), behind.release()])
}

function bytesOf(tensor: AnyTensor): unknown {
  const { buffer, byteOffset, byteLength } = tensor.data as Float32Array
  return { dims: tensor.dims, bytes: Buffer.from(buffer, byteOffset, byteLength).toString('hex') }
}

describe('the onnx package’s own node tests', () => {
  test.each(vectors.map((vector) => ({ vector, name: vector.name })))('$name', async ({ vector }) => {
    outcomes.set(vector.name, await check(vector))
  })

  test('every operator that has a rule and a vector is differentiated in one of them at least', () => {
    // Only a run of the whole file knows.
    if (outcomes.size < vectors.length) return
    const single = vectors.filter(({ operators }) => operators.length === 1)
    const operatorsOf = (wanted: readonly OnnxVector[]): Set<string> =>
      new Set(wanted.flatMap(({ operators }) => operators))
    const differentiated = operatorsOf(single.filter(({ name }) => outcomes.get(name) === 'differentiated'))
    const ruled = [...operatorsOf(single)].filter((opType) => ruleFor({ opType, domain: '' }) !== undefined)
    expect(ruled.filter((opType) => !differentiated.has(opType))).toEqual(withoutVector)
  })

  afterAll(() => {
    if (!process.env.SALISCOPE_ONNX_COUNTS) return
    const counts: Partial<Record<Outcome, number>> = {}
    for (const outcome of outcomes.values()) counts[outcome] = (counts[outcome] ?? 0) + 1
    const refused = [...outcomes].filter(([, outcome]) => outcome !== 'differentiated')
    process.stderr.write(`${JSON.stringify({ isWhole, counts, ...places, refused })}\n`)
  })
})
