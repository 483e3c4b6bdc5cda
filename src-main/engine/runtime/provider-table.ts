import type { Provider } from '@engine/runtime/messages'

/** How far a provider has been proved on a system, in the words of docs/platforms.md: on real hardware, in software, or not at all. */
export type Proof = 'tested' | 'emulated' | 'never run'

/** Systems ONNX Runtime's Node package is built for, as `platform-arch` of Node. */
export const systems = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'] as const
export type System = (typeof systems)[number]

export const systemTitles: Readonly<Record<System, string>> = {
  'linux-x64': 'Linux, x64',
  'linux-arm64': 'Linux, Arm',
  'win32-x64': 'Windows, x64',
  'win32-arm64': 'Windows, Arm',
  'darwin-arm64': 'macOS, Apple silicon'
}

export const providerTitles: Readonly<Record<Provider, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU'
}

/**
 * The one table of what has been proved where; the window and the command line show its words, and a test compares
 * docs/platforms.md with it. A provider that is missing for a system is not offered there by ONNX Runtime.
 */
export const providerTable: Readonly<Record<Provider, Partial<Readonly<Record<System, Proof>>>>> = {
  cpu: {
    'linux-x64': 'tested',
    'linux-arm64': 'never run',
    'win32-x64': 'never run',
    'win32-arm64': 'never run',
    'darwin-arm64': 'never run'
  },
  cuda: { 'linux-x64': 'tested' },
  dml: { 'win32-x64': 'never run', 'win32-arm64': 'never run' },
  coreml: { 'darwin-arm64': 'never run' },
  webgpu: {
    'linux-x64': 'tested',
    'win32-x64': 'never run',
    'win32-arm64': 'never run',
    'darwin-arm64': 'never run'
  }
}

/** The system of a Node platform and architecture; null where ONNX Runtime has no build. */
export function systemOf(platform: string, arch: string): System | null {
  return systems.find((system) => system === `${platform}-${arch}`) ?? null
}

/** The word for a provider on a system; null where it is not offered. */
export function proofOf(provider: Provider, system: System | null): Proof | null {
  return system === null ? null : (providerTable[provider][system] ?? null)
}
