import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Version of ONNX Runtime this program is built with; the libraries of another one cannot be joined to it. */
export const onnxRuntimeVersion = '1.30.0'

/** Names the folder with ONNX Runtime's CUDA libraries (docs/platforms.md says which, and where from). */
export const cudaFolderVariable = 'SALISCOPE_CUDA_FOLDER'

/** Name of that folder inside a workspace. */
const cudaFolderInWorkspace = 'cuda'

const runtimeLibrary = 'libonnxruntime.so.1'
const neededFiles = [runtimeLibrary, 'libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so']

/** A folder meant to hold ONNX Runtime's CUDA libraries, and what keeps it from being used. */
export interface CudaFolder {
  readonly path: string
  /** Plain phrase ("holds no libonnxruntime.so.1"); null when it can be used. */
  readonly problem: string | null
}

/** The CUDA folder the user named or put into the workspace; null when there is none, or no such build for the system. */
export function findCudaFolder(workspace: string | null = null, host: Host = process): CudaFolder | null {
  if (host.platform !== 'linux' || host.arch !== 'x64') return null
  const named = host.env[cudaFolderVariable]
  const path = named === undefined || named === '' ? inWorkspace(workspace) : resolve(named)
  return path === null ? null : { path, problem: problemOf(path) }
}

interface Host {
  readonly platform: string
  readonly arch: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Environment with which an inference process loads ONNX Runtime from that folder, and CUDA's own libraries beside it.
 * An unusable folder changes nothing: the processor must go on working.
 */
export function cudaEnvironment(
  folder: CudaFolder | null,
  env: Host['env'] = process.env
): Readonly<Record<string, string>> {
  if (folder === null || folder.problem !== null) return {}
  return { LD_LIBRARY_PATH: [folder.path, env.LD_LIBRARY_PATH].filter((part) => part).join(':') }
}

function inWorkspace(workspace: string | null): string | null {
  if (workspace === null) return null
  const path = join(workspace, cudaFolderInWorkspace)
  return existsSync(path) ? path : null
}

/** Another version would not load at all, and take the CPU with it: the version symbol is looked for in the library. */
function problemOf(path: string): string | null {
  if (!existsSync(path)) return 'does not exist'
  const present = new Set(readdirSync(path))
  const missing = neededFiles.find((name) => !present.has(name))
  if (missing !== undefined) return `holds no ${missing}`
  if (!readFileSync(join(path, runtimeLibrary)).includes(`VERS_${onnxRuntimeVersion}`))
    return `holds another version of ONNX Runtime than ${onnxRuntimeVersion}`
  return null
}
