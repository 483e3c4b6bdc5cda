import type { MessagePortMain, ParentPort } from 'electron'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import type { InferenceChannel } from '@engine/runtime/inference-channel'
import { exitReason } from '@engine/runtime/node-channel'
import type { Grant } from './grants'
import { ToEngine, type EngineStart, type FromEngine, type InferenceEnvironment } from './engine-messages'

/** One page's port, as the engine serves it. */
export interface PagePort {
  /** The window the page is in; the same after it was loaded again. */
  readonly window: string
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
}

/** What main does for the engine. */
export interface MainLink {
  readonly start: EngineStart
  /** Starts an inference process with more in its environment. */
  spawnInference(env: InferenceEnvironment): Promise<InferenceChannel>
  /**
   * The path behind a token; with the use `regions` only of what was chosen as regions, which may be written. Throws Fault `not-found` for a
   * token main never gave out, `not-writable` for one of another use.
   */
  pathOf(grant: string, use?: 'regions'): string
  onPage(listener: (page: PagePort) => void): void
  /** Says how many jobs run or wait. */
  tellBusy(jobs: number): void
  /** Prints a report file. Rejects with Fault `not-writable`. */
  printPdf(order: PrintOrder): Promise<void>
}

type PrintOrder = Omit<Extract<FromEngine, { kind: 'print-pdf' }>, 'kind' | 'id'>

/** An inference process that was asked for: waiting for its port, then for its end. */
interface Awaited {
  give?: (channel: InferenceChannel) => void
  leave?: (reason: string) => void
}

/** Listens to main on the engine's side; resolves with the first message, which says where things are. */
export function linkToMain(parent: ParentPort): Promise<MainLink> {
  const paths = new Map<string, GrantedPath>()
  const inference = new InferenceDesk((message) => parent.postMessage(message))
  const printing = new PrintDesk((message) => parent.postMessage(message))
  const waitingPages: PagePort[] = []
  let pageListener: ((page: PagePort) => void) | undefined

  const welcome = (page: PagePort): void => void (pageListener ? pageListener(page) : waitingPages.push(page))

  return new Promise((resolve) => {
    const linked = (start: EngineStart): MainLink => ({
      start,
      spawnInference: (env) => inference.spawn(env),
      printPdf: (order) => printing.print(order),
      tellBusy: (jobs) => parent.postMessage({ kind: 'busy', jobs } satisfies FromEngine),
      pathOf: (grant, use) => lookUp(paths, grant, use),
      onPage: (listener) => {
        pageListener = listener
        for (const page of waitingPages.splice(0)) listener(page)
      }
    })

    parent.on('message', ({ data, ports }) => {
      const said = v.parse(ToEngine, data)
      switch (said.kind) {
        case 'start':
          resolve(linked(said.start))
          break
        case 'page':
          if (ports[0] !== undefined) welcome(pagePort(ports[0], said.window))
          break
        case 'grants':
          for (const { grant, ...granted } of said.grants) paths.set(grant, granted)
          parent.postMessage({ kind: 'granted', id: said.id } satisfies FromEngine)
          break
        case 'inference':
          if (ports[0] !== undefined) inference.arrive(said.id, ports[0])
          break
        case 'printed':
          printing.done(said.id, said.why)
          break
        case 'inference-exit':
          inference.leave(said.id, reasonOf(said.code, said.stderr))
          break
      }
    })
    parent.postMessage({ kind: 'ready' } satisfies FromEngine)
  })
}

/** Electron reports the signal that ended a process as its exit code. */
const signalNames: Readonly<Record<number, string>> = { 6: 'SIGABRT', 7: 'SIGBUS', 9: 'SIGKILL', 11: 'SIGSEGV' }

function reasonOf(code: number | null, stderr: string): string {
  return exitReason(code, code === null ? null : (signalNames[code] ?? null), stderr)
}

type GrantedPath = Omit<Grant, 'grant'>

function lookUp(paths: ReadonlyMap<string, GrantedPath>, grant: string, use?: 'regions'): string {
  const granted = paths.get(grant)
  if (granted === undefined) {
    throw new Fault('not-found', 'This file is not open any more.', { hint: 'Choose it again with File, Open files.' })
  }
  if (use === 'regions' && !granted.keepsRegions) {
    throw new Fault('not-writable', 'This file was opened to be read; no regions are written beside it.', {
      hint: 'Open it with Set, from a file… in the panel Regions.'
    })
  }

  return granted.path
}

function pagePort(port: MessagePortMain, window: string): PagePort {
  return {
    window,
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (event) => listener(event.data))
      port.start()
    },
    onClose: (listener) => void port.on('close', listener)
  }
}

/** The engine's half of printing: asks main, which alone has pages. */
class PrintDesk {
  readonly #say: (message: FromEngine) => void
  readonly #awaited = new Map<number, (why: string | null) => void>()
  #lastId = 0

  constructor(say: (message: FromEngine) => void) {
    this.#say = say
  }

  print(order: PrintOrder): Promise<void> {
    this.#lastId += 1
    const id = this.#lastId

    return new Promise((resolve, reject) => {
      this.#awaited.set(id, (why) => {
        if (why === null) resolve()
        else
          reject(
            new Fault('not-writable', `The PDF could not be written: ${why}.`, { hint: 'report.html holds the same.' })
          )
      })
      this.#say({ kind: 'print-pdf', id, ...order })
    })
  }

  done(id: number, why: string | null): void {
    this.#awaited.get(id)?.(why)
    this.#awaited.delete(id)
  }
}

/** The engine's half of starting inference processes: asks main, which alone may fork. */
class InferenceDesk {
  readonly #say: (message: FromEngine) => void
  readonly #awaited = new Map<number, Awaited>()
  #lastId = 0

  constructor(say: (message: FromEngine) => void) {
    this.#say = say
  }

  spawn(env: InferenceEnvironment): Promise<InferenceChannel> {
    this.#lastId += 1
    const id = this.#lastId

    return new Promise((resolve) => {
      this.#awaited.set(id, { give: resolve })
      this.#say({ kind: 'spawn-inference', id, env })
    })
  }

  arrive(id: number, port: MessagePortMain): void {
    const awaited = this.#awaited.get(id)
    if (awaited === undefined) return
    let gone: string | undefined
    const listeners: ((reason: string) => void)[] = []

    awaited.leave = (reason) => {
      gone = reason
      port.close()
      for (const listener of listeners) listener(reason)
    }
    awaited.give?.({
      post: (message) => port.postMessage(message),
      onMessage: (listener) => {
        port.on('message', (event) => listener(event.data))
        port.start()
      },
      onExit: (listener) => {
        if (gone === undefined) listeners.push(listener)
        else listener(gone)
      },
      kill: () => this.#say({ kind: 'kill-inference', id })
    })
  }

  leave(id: number, reason: string): void {
    this.#awaited.get(id)?.leave?.(reason)
    this.#awaited.delete(id)
  }
}
