import { existsSync, readdirSync } from 'node:fs'
import { type CudaFolder, findCudaFolder } from '@engine/runtime/cuda-folder'
import type { Provider } from '@engine/runtime/messages'

/** What of a machine decides which providers are worth trying unasked. */
export interface Machine {
  readonly platform: string
  /** Names of `/dev` and `/dev/dri`; empty elsewhere than on Linux. */
  readonly devices: readonly string[]
  /** ONNX Runtime's CUDA libraries are at hand. */
  readonly cuda: boolean
}

/**
 * The providers `auto` tries, best first; the CPU is what remains. On Linux only with a graphics processor in the machine:
 * a software Vulkan driver would pass every self-test and be a hundred times slower than the CPU. CoreML takes few operators and
 * sends the rest back and forth, so it is used on request only.
 */
export function automaticProviders({ platform, devices, cuda }: Machine): Provider[] {
  if (platform === 'win32') return ['dml', 'webgpu']
  if (platform === 'darwin') return ['webgpu']
  const nvidia = devices.some((name) => /^(nvidia\d+|dxg)$/.test(name))
  const graphics = nvidia || devices.some((name) => name.startsWith('renderD'))
  return [...(nvidia && cuda ? (['cuda'] as const) : []), ...(graphics ? (['webgpu'] as const) : [])]
}

/** This machine, with the CUDA folder the user has. */
export function thisMachine(folder: CudaFolder | null = findCudaFolder()): Machine {
  const { platform } = process
  return {
    platform,
    devices: platform === 'linux' ? [...listed('/dev'), ...listed('/dev/dri')] : [],
    cuda: folder !== null && folder.problem === null
  }
}

function listed(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
