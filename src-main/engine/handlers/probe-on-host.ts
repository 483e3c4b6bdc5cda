import type { GraphModel, ModelSource, ProbedModel } from '@engine/graph/model'
import { joinParts } from '@engine/graph/model'
import { probeModel, type RunModel } from '@engine/graph/probe'
import type { Job } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import { elementTypes, type ModelSource as RuntimeSource, type RuntimeValue } from '@engine/runtime/messages'

export interface ProbeRequest {
  /** `[C, ...spatial]` for a model that leaves its input size open. */
  readonly inputSize?: readonly number[]
  readonly threads: number
}

/** Measures a model by running it in the inference process. Throws Fault `bad-model`, `bad-parameter` and what the host throws. */
export function probeOnHost(
  model: GraphModel,
  host: InferenceHost,
  request: ProbeRequest,
  job: Job
): Promise<ProbedModel> {
  const [input] = model.inputs
  const inputShapes = request.inputSize === undefined || input === undefined ? {} : { [input.name]: request.inputSize }
  return probeModel(model, runOnHost(model.origin.name, host, request.threads, job), { inputShapes })
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
