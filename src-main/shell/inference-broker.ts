import { MessageChannelMain, utilityProcess, type UtilityProcess } from 'electron'
import type { InferenceEnvironment } from './engine-messages'

/** How an inference process ended; `stderr` is the last of what it said. */
export interface InferenceExit {
  readonly code: number | null
  readonly stderr: string
}

const keptStderr = 4096

/** Starts and kills inference processes for one engine process; only main may fork. */
export class InferenceBroker {
  readonly #entry: string
  readonly #processes = new Map<number, UtilityProcess>()

  constructor(entry: string) {
    this.#entry = entry
  }

  /** Forks the process `id` and hands `engine` one end of a port whose other end the process holds. */
  spawn(
    { id, env }: { readonly id: number; readonly env: InferenceEnvironment },
    engine: UtilityProcess,
    onExit: (exit: InferenceExit) => void
  ): void {
    const { port1, port2 } = new MessageChannelMain()
    const child = utilityProcess.fork(this.#entry, [], {
      serviceName: 'Saliscope inference',
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe']
    })
    let stderr = ''

    this.#processes.set(id, child)
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-keptStderr)
    })
    child.once('exit', (code) => {
      this.#processes.delete(id)
      onExit({ code, stderr })
    })

    child.postMessage('port', [port1])
    engine.postMessage({ kind: 'inference', id }, [port2])
  }

  /** Ends a process at once, also in the middle of a native call. */
  kill(id: number): void {
    stopNow(this.#processes.get(id))
  }

  /** The engine is gone: so are the processes that worked for it. */
  killAll(): void {
    for (const child of this.#processes.values()) stopNow(child)
    this.#processes.clear()
  }
}

/** SIGKILL rather than Electron's polite kill(): a native call does not listen. */
function stopNow(child: UtilityProcess | undefined): void {
  if (child?.pid === undefined) return
  try {
    process.kill(child.pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}
