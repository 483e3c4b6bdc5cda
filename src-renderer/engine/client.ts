import * as v from 'valibot'
import {
  commands,
  events,
  Reply,
  type CommandName,
  type EventName,
  type EventPayload,
  type Input,
  type Output
} from '@shared/protocol'
import { enginePortMessage } from '@shared/shell-calls'
import { EngineEnded, EngineFault } from './fault'

export interface Progress {
  stage: string
  done: number
  total: number
}

export interface CallOptions {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
  /** Told of finished parts of the result, as the command's own schema describes them; whoever listens checks them. */
  onPartial?: (value: unknown) => void
}

/** The part of a MessagePort that is used; a test may hand in one end of a MessageChannel. */
export interface EnginePort {
  postMessage(message: unknown): void
  onmessage: ((event: MessageEvent) => void) | null
  start?(): void
}

interface Pending {
  command: CommandName
  settle: (output: unknown) => void
  fail: (reason: EngineFault) => void
  onProgress?: (progress: Progress) => void
  onPartial?: (value: unknown) => void
}

type Listener<K extends EventName> = (payload: EventPayload<K>) => void

const cancelled = (command: CommandName): EngineFault =>
  new EngineFault({ code: 'cancelled', message: `Stopped: ${command}.` })

/** Speaks the protocol of `@shared/protocol` over one port: typed calls with progress and cancel, and events. */
export class EngineClient {
  #port: EnginePort | null = null
  #queue: unknown[] = []
  #pending = new Map<number, Pending>()
  #listeners = new Map<EventName, Set<Listener<EventName>>>()
  #reconnectListeners = new Set<() => void>()
  #lastId = 0

  /** Takes a port into use. A second port means that the engine was started again: open calls fail with `internal`. */
  connect(port: EnginePort): void {
    const open = [...this.#pending.values()]

    const again = this.#port !== null
    if (this.#port !== null) {
      this.#port.onmessage = null
      this.#pending.clear()
      this.#queue = []
      for (const { fail, command } of open) {
        fail(
          new EngineEnded({
            code: 'internal',
            message: `The computation stopped unexpectedly during ${command} and was started again.`,
            hint: 'Try again; what was finished is kept.'
          })
        )
      }
    }

    this.#port = port
    port.onmessage = (event) => this.#receive(event.data)
    port.start?.()
    for (const message of this.#queue) port.postMessage(message)
    this.#queue = []
    if (again) for (const listener of this.#reconnectListeners) listener()
  }

  /** Listens to a new engine taking the place of one that ended; returns the function that stops it. */
  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener)

    return () => this.#reconnectListeners.delete(listener)
  }

  /** Calls the engine; waits for the port when it is not here yet. Rejects with an EngineFault. */
  call<K extends CommandName>(command: K, input: Input<K>, options: CallOptions = {}): Promise<Output<K>> {
    const { signal, onProgress, onPartial } = options
    if (signal?.aborted) return Promise.reject(cancelled(command))

    const id = ++this.#lastId

    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#pending.delete(id)
        this.#send({ kind: 'cancel', id })
        reject(cancelled(command))
      }
      const finish = (): void => signal?.removeEventListener('abort', cancel)

      this.#pending.set(id, {
        command,
        settle: (output) => {
          finish()
          resolve(output as Output<K>)
        },
        fail: (reason) => {
          finish()
          reject(reason)
        },
        ...(onProgress === undefined ? {} : { onProgress }),
        ...(onPartial === undefined ? {} : { onPartial })
      })
      signal?.addEventListener('abort', cancel, { once: true })
      this.#send({ kind: 'request', id, command, input })
    })
  }

  /** Listens to an event of the engine; returns the function that stops it. */
  on<K extends EventName>(event: K, listener: Listener<K>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners)
    listeners.add(listener as Listener<EventName>)

    return () => listeners.delete(listener as Listener<EventName>)
  }

  #send(message: unknown): void {
    if (this.#port === null) this.#queue.push(message)
    else this.#port.postMessage(message)
  }

  #receive(message: unknown): void {
    const parsed = v.safeParse(Reply, message)
    if (!parsed.success) return

    const reply = parsed.output
    if (reply.kind === 'event') return this.#emit(reply.event, reply.payload)

    const pending = this.#pending.get(reply.id)
    if (pending === undefined) return
    if (reply.kind === 'progress')
      return pending.onProgress?.({ stage: reply.stage, done: reply.done, total: reply.total })

    if (reply.kind === 'partial') return pending.onPartial?.(reply.value)

    this.#pending.delete(reply.id)
    if (reply.kind === 'fault') return pending.fail(new EngineFault(reply.fault))

    const output = v.safeParse(commands[pending.command].output as v.GenericSchema, reply.output)
    if (output.success) return pending.settle(output.output)
    pending.fail(
      new EngineFault({
        code: 'internal',
        message: `The engine's answer to ${pending.command} is not what was agreed: ${v.flatten(output.issues).root?.[0] ?? v.getDotPath(output.issues[0]) ?? 'unknown shape'}.`
      })
    )
  }

  #emit(event: string, payload: unknown): void {
    if (!Object.hasOwn(events, event)) return

    const name = event as EventName
    const parsed = v.safeParse(events[name] as v.GenericSchema, payload)
    if (!parsed.success) return
    for (const listener of this.#listeners.get(name) ?? []) listener(parsed.output as EventPayload<EventName>)
  }
}

const client = new EngineClient()

/** Calls the engine of this window. */
export const call: EngineClient['call'] = (command, input, options) => client.call(command, input, options)

/** Listens to an event of the engine of this window; returns the function that stops it. */
export const on: EngineClient['on'] = (event, listener) => client.on(event, listener)

/** Listens to a new engine taking the place of one that ended; returns the function that stops it. */
export const onReconnect: EngineClient['onReconnect'] = (listener) => client.onReconnect(listener)

/** Connects this window's client; `main.ts` does it when the shell posts the port, tests with a port of their own. */
export const connectEngine = (port: EnginePort): void => client.connect(port)

/** Takes the port from the message the preload script posts (a MessagePort cannot cross the context bridge). */
export function receiveEnginePort(target: Window): void {
  target.addEventListener('message', (event: MessageEvent) => {
    const [port] = event.ports
    if (event.source === target && event.data === enginePortMessage && port !== undefined) connectEngine(port)
  })
}
