import { vi } from 'vitest'
import { serveInference } from '@engine/runtime/inference-server'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import { runCommandLine } from '../../src-main/cli/run'

/**
 * An inference "process" inside the test itself: the same server over the same messages, without the seconds a child of
 * its own takes to start. It cannot be killed in the middle of a run.
 */
export const inProcess: SpawnInference = () => {
  let toHost: (message: unknown) => void = () => undefined
  let toServer: (message: unknown) => void = () => undefined
  serveInference({
    post: (message) => setImmediate(() => toHost(structuredClone(message))),
    onMessage: (listener) => (toServer = listener)
  })
  return Promise.resolve({
    post: (message) => {
      // The guard ends the whole process when memory runs low: here that would be the test itself.
      if ((message as { kind: string }).kind !== 'guard') setImmediate(() => toServer(structuredClone(message)))
    },
    onMessage: (listener) => (toHost = listener),
    onExit: () => undefined,
    kill: () => undefined
  })
}

export interface CommandEnd {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process with an in-process inference, and catches what it prints. */
export async function commandLine(args: readonly string[]): Promise<CommandEnd> {
  let [stdout, stderr] = ['', '']
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true))
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true))
  try {
    return { status: await runCommandLine(args, { threads: 2, spawn: inProcess }), stdout, stderr }
  } finally {
    out.mockRestore()
    err.mockRestore()
  }
}
