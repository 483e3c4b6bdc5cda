import { fileURLToPath } from 'node:url'
import { forkInference } from '@engine/runtime/node-channel'
import { InferenceHost, type HostOptions } from '@engine/runtime/inference-host'
import type { SpawnInference } from '@engine/runtime/inference-channel'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** Starts the inference process from its TypeScript source, with more in its environment. */
export function spawnFromSourceWith(env: Readonly<Record<string, string>>): SpawnInference {
  return forkInference(path('../../src-main/inference-process.ts'), {
    execArgv: ['--import', import.meta.resolve('tsx')],
    env: { TSX_TSCONFIG_PATH: path('../../tsconfig.engine.json'), ...env }
  })
}

/** Starts the inference process from its TypeScript source: tests need no build. */
export const spawnFromSource = spawnFromSourceWith({})

/** A host for tests; call `dispose` in `afterAll`. */
export function testHost(options: Partial<HostOptions> = {}): InferenceHost {
  return new InferenceHost({ spawn: spawnFromSource, ...options })
}
