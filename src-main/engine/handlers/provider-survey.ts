import { asFault, type Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import { tensorOf } from '@engine/runtime/batches'
import { cudaFolderVariable, type CudaFolder } from '@engine/runtime/cuda-folder'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import { InferenceHost } from '@engine/runtime/inference-host'
import { type Provider, providers } from '@engine/runtime/messages'
import { type System, proofOf, providerTitles, systemOf, systemTitles } from '@engine/runtime/provider-table'
import type { ProviderList } from '@shared/vocabulary'

export type ProviderLine = ProviderList['providers'][number]

/** y = Conv(x), kernel 3 × 3 of ones, padding 1, x and y [1, 1, 3, 3]: made with tests/support/onnx-file.ts. */
const sumOfNeighbours =
  'CAhCAhAROqEBCicKAXgKAXcSAXkaAWMiBENvbnYqEQoEcGFkc0ABQAFAAUABoAEHOgASB2NyYWZ0ZWQqMwgBCAEIAwgDEAFCAXdKJAAAgD8AAIA/AACAPwAA' +
  'gD8AAIA/AACAPwAAgD8AAIA/AACAP1obCgF4EhYKFAgBEhAKAggBCgIIAQoCCAMKAggDYhsKAXkSFgoUCAESEAoCCAEKAggBCgIIAwoCCAM='
/** For x of ones: how many neighbours a cell has. */
const neighbours = [4, 6, 4, 6, 9, 6, 4, 6, 4]

interface Survey {
  readonly spawn: SpawnInference
  readonly cudaFolder: CudaFolder | null
  readonly job: Job
}

/** This machine's system; null where ONNX Runtime has no build. */
export function thisSystem(): System | null {
  return systemOf(process.platform, process.arch)
}

export function systemTitle(system: System | null): string {
  return system === null ? `${process.platform}, ${process.arch}` : systemTitles[system]
}

/**
 * Tries every provider on one convolution, each in an inference process of its own: one that crashes takes nothing with it.
 * Throws `cancelled`, and what starting the CPU throws.
 */
export async function surveyProviders(survey: Survey): Promise<ProviderLine[]> {
  const system = thisSystem()
  const lines: ProviderLine[] = []
  for (const provider of providers) {
    const proof = proofOf(provider, system)
    const found = proof === null ? notOffered(provider, system) : await tryProvider(provider, survey)
    lines.push({ id: provider, title: providerTitles[provider], proof, ...found })
  }
  return lines
}

type Found = Pick<ProviderLine, 'state' | 'reason'>

function notOffered(provider: Provider, system: System | null): Found {
  return {
    state: 'not offered',
    reason: `ONNX Runtime does not offer ${providerTitles[provider]} on ${systemTitle(system)}.`
  }
}

async function tryProvider(provider: Provider, { spawn, cudaFolder, job }: Survey): Promise<Found> {
  if (provider === 'cuda') {
    const missing = cudaMissing(cudaFolder)
    if (missing !== null) return { state: 'not installed', reason: missing }
  }
  const host = new InferenceHost({ spawn })
  try {
    const found = await sumsOnes(provider, host, job)
    const right = found.every((value, index) => Math.abs(value - neighbours[index]) < 1e-4)
    return right
      ? { state: 'works', reason: null }
      : { state: 'wrong results', reason: `A sum of ones gave ${[...found].join(', ')}.` }
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'cancelled') throw fault
    return refused(fault, host.unusable.get(provider))
  } finally {
    host.dispose()
  }
}

async function sumsOnes(provider: Provider, host: InferenceHost, job: Job): Promise<Float32Array> {
  const bytes = new Uint8Array(Buffer.from(sumOfNeighbours, 'base64'))
  const options = { provider, threads: 1, arena: false, optimisation: 'basic' } as const
  const model = await host.open({ name: 'a convolution', source: { kind: 'bytes', bytes }, options }, job)
  const x = { type: 'float32', dims: [1, 1, 3, 3], data: new Float32Array(9).fill(1) } as const
  const { outputs } = await host.run(model, { x: { ...x, dims: [...x.dims] } }, ['y'], job)
  return tensorOf('y', outputs.y).data
}

function refused(fault: Fault, crash: string | undefined): Found {
  if (crash !== undefined) return { state: 'crashes', reason: `The inference process ${crash}.` }
  return { state: 'does not start', reason: fault.message }
}

function cudaMissing(folder: CudaFolder | null): string | null {
  if (folder === null) {
    return `ONNX Runtime's CUDA libraries are not here; docs/platforms.md says which go into the folder that ${cudaFolderVariable} names.`
  }
  return folder.problem === null ? null : `The folder named for CUDA ${folder.problem}.`
}
