import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { ElementType, ModelSource } from '@engine/graph/model'
import { joinParts } from '@engine/graph/model'
import type { AnyTensor, RunModel } from '@engine/graph/probe'
import type { TypedValues } from '@engine/graph/element-types'

type Level = 'disabled' | 'all'

/** A session of ONNX Runtime over a model source, on the CPU with two threads. */
export async function openSession(source: ModelSource, level: Level = 'all'): Promise<InferenceSession> {
  const folder = source.externalDataFolder
  const bytes = joinParts(source.parts)
  return InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: level,
    // For a crafted graph a pool of threads costs more than the run.
    intraOpNumThreads: bytes.length < 100_000 ? 1 : 2,
    enableMemPattern: false,
    logSeverityLevel: 3,
    ...(folder === null ? {} : { extra: { session: { model_external_initializers_file_folder_path: folder } } })
  })
}

/** Runs an open session with tensors of ours. */
export async function runSession(
  session: InferenceSession,
  feeds: Readonly<Record<string, AnyTensor>>,
  outputs: readonly string[]
): Promise<Record<string, AnyTensor>> {
  const given = Object.fromEntries(
    Object.entries(feeds).map(([name, { elementType, data, dims }]) => [
      name,
      new OrtTensor(elementType as 'float32', data as Float32Array, [...dims])
    ])
  )
  const found = await session.run(given, [...outputs])
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => [
      name,
      { elementType: value.type as ElementType, dims: value.dims, data: value.data as TypedValues }
    ])
  )
}

/** One run in a session of its own: what the probe is lent. */
export const runModel: RunModel = async (source, feeds, outputs) => {
  const session = await openSession(source, 'disabled')
  try {
    return await runSession(session, feeds, outputs)
  } finally {
    await session.release()
  }
}

/** A float32 tensor for a run. */
export function float32(data: Float32Array, dims: readonly number[]): AnyTensor {
  return { elementType: 'float32', data, dims }
}
