import { compileBackward } from '@engine/compiler/compile'
import type { TargetId } from '@engine/compiler/targets/target'
import { type ModelSource, sizesAt } from '@engine/graph/model'
import { parseModel } from '@engine/graph/parse'
import { probeModel } from '@engine/graph/probe'
import { elementCount } from '@engine/tensor/tensor'
import { float32, openSession, runModel, runSession } from './gradcheck-ort'
import { drawValues, type Draw } from './tiny-graphs'

/** A differentiable input of the model under test. */
export interface CheckedInput {
  readonly dims: readonly number[]
  readonly draw?: Draw
  /** Values instead of drawn ones. */
  readonly values?: ArrayLike<number>
}

export interface GradCheck {
  readonly model: Uint8Array
  /** The same model in float64, to be differenced instead of `model` where ONNX Runtime has the kernels. */
  readonly twin?: Uint8Array
  readonly inputs: Readonly<Record<string, CheckedInput>>
  /** Tensor that is explained. */
  readonly of: string
  readonly target?: TargetId
  /** Batch size of the inputs; the first axis of the first input unless stated. */
  readonly batch?: number
  /** Step of the finite differences; a wide one for linear operators, a narrow one near kinks. */
  readonly step?: number
}

/**
 * How far our gradient is from the finite differences, relative to the largest of them (or to 1), and how large they
 * are.
 */
export interface GradCheckResult {
  readonly error: number
  readonly largest: number
  /**
   * Largest change of the explained tensor caused by appending the backward part, relative to its largest value (or to
   * 1); with a twin, float32 noise comes on top.
   */
  readonly forwardError: number
  /** Whether the differences were taken in float64. */
  readonly double: boolean
}

/** The model that is differenced: open, with float32 values in and numbers out. */
interface Forward {
  readonly double: boolean
  readonly explain: () => Promise<ArrayLike<number>>
  readonly release: () => Promise<void>
}

/** Opens the float64 twin, or the model itself where ONNX Runtime lacks a float64 kernel. */
async function openForward({ model, twin, of }: GradCheck, feeds: Feeds): Promise<Forward> {
  const source = (bytes: Uint8Array): ModelSource => ({ parts: [bytes], externalDataFolder: null })
  const wide = twin === undefined ? null : await openSession(source(twin), 'disabled').catch(() => null)
  const session = wide ?? (await openSession(source(model), 'disabled'))
  const explain = async (): Promise<ArrayLike<number>> => {
    const given = wide === null ? feeds : inDouble(feeds)
    return (await runSession(session, given, [of]))[of].data as ArrayLike<number>
  }
  return { double: wide !== null, explain, release: () => session.release() }
}

type Feeds = Record<string, ReturnType<typeof float32>>

function inDouble(feeds: Feeds): Feeds {
  const widened = Object.entries(feeds).map(([name, { data, dims }]) => {
    return [name, { elementType: 'float64' as const, data: Float64Array.from(data as Float32Array), dims }] as const
  })
  return Object.fromEntries(widened)
}

/**
 * Compares the compiled float32 gradient with five-point finite differences of the unmodified model, summed in float64.
 * The forward model runs in ONNX Runtime without optimisations, so the operator semantics tested against are those
 * users get, of every operator set.
 */
export async function gradcheck(check: GradCheck): Promise<GradCheckResult> {
  const { inputs, of, target = 'cpu', step = 0.02 } = check
  const model = await probeModel(parseModel(check.model), runModel)
  const names = Object.keys(inputs)
  const compiled = compileBackward({ model, of, wrt: names, composite: 'gradient', target })
  const feeds: Feeds = Object.fromEntries(names.map((name, index) => [name, inputFeed(inputs[name], index)]))
  const batch = check.batch ?? inputs[names[0]].dims[0] ?? 1
  const startDims = sizesAt(compiled.startShape, batch)
  const start = drawValues(elementCount(startDims), 'plain', 99)

  const forward = await openForward(check, feeds)
  const projected = async (): Promise<number> => dot(await forward.explain(), start)
  const before = await forward.explain()

  const backward = await openSession(compiled.source)
  const found = await runSession(backward, { ...feeds, [compiled.startInput]: float32(start, startDims) }, [
    compiled.outputs.logits,
    ...Object.values(compiled.outputs.gradients)
  ])
  const after = found[compiled.outputs.logits].data as Float32Array

  let [worst, largest] = [0, 0]
  for (const name of names) {
    const gradient = found[compiled.outputs.gradients[name]].data as Float32Array
    const values = feeds[name].data as Float32Array
    for (let index = 0; index < values.length; index++) {
      const numeric = await difference(values, { index, step }, projected)
      worst = Math.max(worst, Number.isFinite(gradient[index]) ? Math.abs(numeric - gradient[index]) : Infinity)
      largest = Math.max(largest, Math.abs(numeric))
    }
  }
  await Promise.all([forward.release(), backward.release()])
  const error = worst / Math.max(1, largest)
  return { error, largest, forwardError: maxDifference(before, after), double: forward.double }
}

function inputFeed(input: CheckedInput, index: number): ReturnType<typeof float32> {
  const count = elementCount(input.dims)
  const values =
    input.values === undefined ? drawValues(count, input.draw ?? 'plain', index + 1) : Float32Array.from(input.values)
  return float32(values, input.dims)
}

/** Five-point central difference, error of order step⁴. */
async function difference(
  values: Float32Array,
  { index, step }: { index: number; step: number },
  projected: () => Promise<number>
): Promise<number> {
  const centre = values[index]
  const at = async (shift: number): Promise<{ place: number; value: number }> => {
    values[index] = centre + shift
    return { place: values[index] - centre, value: await projected() }
  }
  const [outerLow, low, high, outerHigh] = [await at(-2 * step), await at(-step), await at(step), await at(2 * step)]
  values[index] = centre
  const near = (high.value - low.value) / (high.place - low.place)
  const wide = (outerHigh.value - outerLow.value) / (outerHigh.place - outerLow.place)
  return (4 * near - wide) / 3
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index]
  return sum
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [worst, largest] = [0, 1]
  for (let index = 0; index < a.length; index++) {
    worst = Math.max(worst, Math.abs(a[index] - b[index]))
    largest = Math.max(largest, Math.abs(a[index]))
  }
  return worst / largest
}
