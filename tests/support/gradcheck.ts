import { compileBackward } from '@engine/compiler/compile'
import type { TargetId } from '@engine/compiler/targets/target'
import { sizesAt, sourceOf } from '@engine/graph/model'
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
  /** Largest change of the explained tensor caused by appending the backward part. */
  readonly forwardError: number
}

/**
 * Compares the compiled float32 gradient with five-point finite differences of the unmodified model, summed in float64.
 * The forward model runs in ONNX Runtime without optimisations, so the operator semantics tested against are those
 * users get, of every operator set.
 */
export async function gradcheck({
  model: bytes,
  inputs,
  of,
  target = 'cpu',
  batch: stated,
  step = 0.02
}: GradCheck): Promise<GradCheckResult> {
  const model = await probeModel(parseModel(bytes), runModel)
  const names = Object.keys(inputs)
  const compiled = compileBackward({ model, of, wrt: names, composite: 'gradient', target })
  const feeds = Object.fromEntries(names.map((name, index) => [name, inputFeed(inputs[name], index)]))
  const batch = stated ?? inputs[names[0]].dims[0] ?? 1
  const startDims = sizesAt(compiled.startShape, batch)
  const start = drawValues(elementCount(startDims), 'plain', 99)

  const forward = await openSession(sourceOf(model), 'disabled')
  const explain = async (): Promise<Float32Array> => (await runSession(forward, feeds, [of]))[of].data as Float32Array
  const projected = async (): Promise<number> => dot(await explain(), start)
  const before = await explain()

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
  return { error: worst / Math.max(1, largest), largest, forwardError: maxDifference(before, after) }
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

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index]
  return sum
}

function maxDifference(a: Float32Array, b: Float32Array): number {
  let worst = 0
  for (let index = 0; index < a.length; index++) worst = Math.max(worst, Math.abs(a[index] - b[index]))
  return worst
}
