import { fork, type ChildProcess } from 'node:child_process'
import { memoryLimitNotice, memoryLimitReason } from '@engine/runtime/guard-thread'
import type { InferenceChannel, SpawnInference } from '@engine/runtime/inference-channel'

export interface ForkOptions {
  /** Extra arguments for Node itself, such as a loader when the entry is TypeScript. */
  readonly execArgv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const keptStderr = 4096

/** Starts inference processes as children of this one: `entry` is the built `inference-process.js` (or its source with a loader). */
export function forkInference(entry: string, options: ForkOptions = {}): SpawnInference {
  return () =>
    new Promise((resolve) => {
      const child = fork(entry, [], {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: [...(options.execArgv ?? [])],
        env: { ...process.env, ...options.env }
      })
      resolve(channelOf(child))
    })
}

function channelOf(child: ChildProcess): InferenceChannel {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptStderr)
  })
  let gone: string | null = null
  const exitListeners: ((reason: string) => void)[] = []

  const leave = (reason: string): void => {
    if (gone !== null) return
    gone = reason
    for (const listener of exitListeners) listener(reason)
  }
  // `close` comes after the last of stderr, `exit` may come before it.
  child.on('close', (code, signal) => leave(exitReason(code, signal, stderr)))
  child.on('error', (error) => leave(error.message))

  return {
    post: (message) => {
      // A message to a process that has just died is lost; its `close` event says so.
      if (child.connected) child.send(message as object, () => undefined)
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      if (gone === null) exitListeners.push(listener)
      else listener(gone)
    },
    kill: () => void child.kill('SIGKILL')
  }
}

/** A process stopped by a signal reports 128 plus its number from a shell, and the bare number from Electron. */
const signalOfCode: ReadonlyMap<number, string> = new Map(
  [
    [6, 'SIGABRT'],
    [7, 'SIGBUS'],
    [9, 'SIGKILL'],
    [11, 'SIGSEGV']
  ].flatMap(([code, name]): [number, string][] => [
    [Number(code), String(name)],
    [Number(code) + 128, String(name)]
  ])
)

/** Why a process ended, as the end of "The computation …". */
export function exitReason(code: number | null, signal: string | null, stderr: string): string {
  if (stderr.includes(memoryLimitNotice)) return memoryLimitReason
  if (/out of memory|bad_alloc|cannot allocate/i.test(stderr)) return 'ran out of memory'
  switch (signal ?? signalOfCode.get(code ?? 0)) {
    case undefined:
      return `ended with exit code ${code ?? 'unknown'}`
    case 'SIGKILL':
      return 'was stopped by the system, probably out of memory'
    case 'SIGSEGV':
    case 'SIGBUS':
      return 'crashed (memory access error)'
    case 'SIGABRT':
      return 'crashed (aborted)'
    default:
      return `was stopped (${signal ?? 'by a signal'})`
  }
}
