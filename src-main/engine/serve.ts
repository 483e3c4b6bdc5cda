import * as v from 'valibot'
import { Fault, asFault } from '@engine/fault'
import { type Job, jobController } from '@engine/job'
import type { Engine } from '@engine/engine'
import { mainWindow } from '@shared/drawing'
import { type CommandName, type Reply, Request, commands } from '@shared/protocol'

/** One end of the wire to a client; messages are structured clones. */
export interface ClientPort {
  /** The window the client is in: two windows are two writers. Told by the shell, never by the page. */
  readonly window?: string
  onClose?(listener: () => void): void
  post(reply: Reply): void
  onMessage(listener: (message: unknown) => void): void
}

/** Progress is told at most this often per request; the first and the last always. */
const progressIntervalMs = 50

/**
 * Answers a client: parses every request against the protocol, runs the handler, sends progress, then a result or a
 * fault. A cancelled request is answered at once, whatever the handler still does. A window that goes leaves its drawings.
 */
export function serve(engine: Engine, port: ClientPort): void {
  const running = new Map<number, AbortController>()
  engine.onEvent((event, payload) => port.post({ kind: 'event', event, payload }))
  const leave = engine.enter(port.window ?? mainWindow)
  port.onClose?.(leave)

  port.onMessage((message) => {
    const parsed = v.safeParse(Request, message)
    // What is no request has no id to answer to: dropping it is the only safe reply.
    if (!parsed.success) return
    const request = parsed.output
    if (request.kind === 'cancel') {
      running.get(request.id)?.abort()
      return
    }
    const controller = jobController()
    running.set(request.id, controller)
    void answer(engine, request, { port, controller }).finally(() => running.delete(request.id))
  })
}

async function answer(
  engine: Engine,
  request: { id: number; command: string; input: unknown },
  { port, controller }: { port: ClientPort; controller: AbortController }
): Promise<void> {
  const { id } = request
  try {
    const name = commandName(request.command)
    const input = inWindow(name, parseInput(name, request.input), port.window ?? mainWindow)
    const job: Job = {
      signal: controller.signal,
      partial: (value) => {
        if (!controller.signal.aborted) port.post({ kind: 'partial', id, value })
      },
      progress: throttled((stage, done, total) => port.post({ kind: 'progress', id, stage, done, total }))
    }
    const output = await Promise.race([engine.call(name, input, job), whenAborted(controller.signal)])
    port.post({ kind: 'result', id, output })
  } catch (thrown) {
    port.post({ kind: 'fault', id, fault: asFault(thrown).report() })
  }
}

function commandName(name: string): CommandName {
  if (!Object.hasOwn(commands, name)) throw new Fault('usage', `There is no command "${name}".`)
  return name as CommandName
}

function parseInput(name: CommandName, input: unknown): never {
  const parsed = v.safeParse(commands[name].input, input)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    throw new Fault('usage', `"${name}" was asked with a wrong ${v.getDotPath(issue) ?? 'input'}: ${issue.message}`)
  }
  // The union of all inputs cannot be named for a command known only at run time; `call` takes exactly this value.
  return parsed.output as never
}

/** Which window draws is not for the page to say: two windows with one name would be one writer. */
function inWindow(name: CommandName, input: never, window: string): never {
  return name.startsWith('drawing.') ? ({ ...(input as object), window } as never) : input
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Fault('cancelled', 'Stopped on request.')), { once: true })
  })
}

function throttled(report: Job['progress']): Job['progress'] {
  let last = 0
  return (stage, done, total) => {
    const now = performance.now()
    if (done < total && now - last < progressIntervalMs) return
    last = now
    report(stage, done, total)
  }
}
