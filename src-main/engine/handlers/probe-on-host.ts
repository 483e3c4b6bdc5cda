import { Fault, asFault } from '@engine/fault'
import type { GraphModel, ModelSource, ProbedModel } from '@engine/graph/model'
import { joinParts } from '@engine/graph/model'
import { probeModel, type RunModel } from '@engine/graph/probe'
import { settleControlFlow } from '@engine/graph/rewriting/control-flow'
import { inlineFunctions } from '@engine/graph/rewriting/functions'
import { fixInputs, floatInput, widenInput } from '@engine/graph/rewriting/inputs'
import { singlePrecision } from '@engine/graph/rewriting/precision'
import type { Job } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import { elementTypes, type ModelSource as RuntimeSource, type RuntimeValue } from '@engine/runtime/messages'
import type { InputPlan } from './model-inputs'

export interface ProbeRequest {
  /** `[C, ...spatial]` for a model that leaves its input size open. */
  readonly inputSize?: readonly number[]
  /** Which input is the image and what the others are given; without one the first is the image. */
  readonly inputs?: InputPlan
  readonly threads: number
}

/**
 * Brings a model into the form the compiler takes (one float32 image with a batch axis; functions, settled branches
 * and loops written out) and measures it by running it in the inference process.
 * Throws Fault `bad-model`, `bad-card`, `bad-parameter` and what the host throws.
 */
export async function probeOnHost(
  model: GraphModel,
  host: InferenceHost,
  request: ProbeRequest,
  job: Job
): Promise<ProbedModel> {
  const run = runOnHost(model.origin.name, host, request.threads, job)
  const plan = request.inputs
  const image = plan?.image ?? model.inputs[0]?.name
  const size = plan?.size ?? request.inputSize
  const inputShapes = size === undefined || image === undefined ? {} : { [image]: size }
  try {
    const formed = image === undefined ? inlineFunctions(model) : withInputs(inlineFunctions(model), image, plan)
    return await probeModel(await settleControlFlow(formed, run, { inputShapes }), run, { inputShapes })
  } catch (thrown) {
    throw sizeAsked(thrown, model, image, size)
  }
}

function withInputs(model: GraphModel, image: string, plan: InputPlan | undefined): GraphModel {
  const fixed = fixInputs(model, image, plan?.others ?? new Map())
  const missing = plan?.missingAxis ?? null
  const wide = missing === null ? fixed : widenInput(fixed, image, missing)
  const float = floatInput(singlePrecision(wide, image), image)
  const first = float.inputs.filter(({ name }) => name === image)
  return { ...float, inputs: [...first, ...float.inputs.filter(({ name }) => name !== image)] }
}

/** A model with free axes that does not run at the assumed size: the axes are named, because the size may be at fault. */
function sizeAsked(
  thrown: unknown,
  model: GraphModel,
  image: string | undefined,
  size: readonly number[] | undefined
): unknown {
  const fault = asFault(thrown)
  const dims = model.inputs.find(({ name }) => name === image)?.dims ?? []
  const free = dims.flatMap((dim, axis) =>
    axis > 0 && typeof dim !== 'number' ? [`${axis}${dim === null ? '' : ` ("${dim}")`}`] : []
  )
  const isRun = fault.code === 'inference-failed' || fault.code === 'bad-model'
  if (!isRun || size === undefined || free.length === 0) return thrown
  return new Fault(
    'bad-card',
    `${model.origin.name} leaves ${free.length === 1 ? 'axis' : 'axes'} ${free.join(', ')} of its input "${image}" free and does not run at ${size.join(' × ')}.`,
    {
      subject: image,
      hint: 'Put the image size the model was made for into the model card: "input.size": [height, width].',
      cause: thrown
    }
  )
}

/** One run in a session of its own, without optimisations: it would take longer to optimise than to run. */
function runOnHost(name: string, host: InferenceHost, threads: number, job: Job): RunModel {
  return async (source, feeds, outputs) => {
    const options = { provider: 'cpu', threads, arena: false, optimisation: 'disabled' } as const
    const model = await host.open({ name, source: runtimeSource(source), options }, job)
    try {
      const given = Object.fromEntries(
        Object.entries(feeds).map(([key, { elementType, dims, data }]) => [key, value(elementType, dims, data)])
      )
      const result = await host.run(model, given, outputs, job)
      return Object.fromEntries(
        Object.entries(result.outputs).map(([key, { type, dims, data }]) => [
          key,
          { elementType: type, dims, data: data as Float32Array }
        ])
      )
    } finally {
      host.close(model)
    }
  }
}

/** A model of the graph layer as the inference process takes it. */
export function runtimeSource({ parts, externalDataFolder }: ModelSource): RuntimeSource {
  const bytes = joinParts(parts)
  return externalDataFolder === null
    ? { kind: 'bytes', bytes }
    : { kind: 'bytes', bytes, externalFolder: externalDataFolder }
}

function value(elementType: string, dims: readonly number[], data: ArrayBufferView): RuntimeValue {
  const type = elementTypes.find((known) => known === elementType) ?? 'float32'
  return { type, dims: [...dims], data }
}
