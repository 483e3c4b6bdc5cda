import { join } from 'node:path'
import { app, MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron'
import * as v from 'valibot'
import type { Granted, ShellEvent } from '@shared/shell-calls'
import { FromEngine, type EngineStart, type ToEngine } from './engine-messages'
import type { Grant, GrantTable } from './grants'
import { InferenceBroker } from './inference-broker'
import { printDocument } from './print-document'
import { RestartBudget } from './restart-budget'
import type { WorkspacePlace } from './workspace-place'

export interface EngineHostOptions {
  /** Folder of `engine-process.js` and `inference-process.js`. */
  readonly entryFolder: string
  readonly start: EngineStart
  readonly grants: GrantTable
  readonly workspacePlace: WorkspacePlace
  /** Told how many jobs the engine runs or has waiting. */
  readonly onBusy: (jobs: number) => void
}

/** One running engine process. */
interface EngineLife {
  readonly process: UtilityProcess
  readonly inference: InferenceBroker
  /** Settles when the engine listens; never, when it ends before. */
  readonly ready: Promise<void>
}

/** The system's word for what went wrong; never a path. */
const printFailure = (thrown: unknown): string => (thrown as { code?: string }).code ?? 'the page could not be printed'

const restartedSentence =
  'The computation stopped unexpectedly and was restarted. What was shown as saved is safe; what was open is opened again.'
const changedSentence = 'Another workspace is open; what was open in it is opened again.'
const stoppedSentence = 'The computation keeps stopping and stays off. Close Saliscope and open it again.'

/** Keeps the engine process running, joins it to the pages, and starts inference processes on its behalf. */
export class EngineHost {
  #options: EngineHostOptions
  readonly #budget = new RestartBudget({ restarts: 3, withinMs: 60_000 })
  readonly #acknowledgements = new Map<number, () => void>()
  /** Our windows, and how often each was joined to an engine. */
  readonly #pages = new Map<WebContents, number>()
  #life: EngineLife
  #stopping = false
  /** The engine ends because another workspace is to be opened. */
  #changing = false
  #lastId = 0

  constructor(options: EngineHostOptions) {
    this.#options = options
    this.#life = this.#begin()
  }

  /** Gives `page` a port to the engine, now and after each reload. */
  attachPage(page: WebContents): void {
    this.#pages.set(page, 0)
    page.on('did-finish-load', () => void this.#joinPage(page))
    page.once('destroyed', () => this.#pages.delete(page))
  }

  /** Tokens for paths the user chose; the engine knows them by the time the promise settles. */
  async grant(paths: readonly string[], use: { keepsRegions?: boolean } = {}): Promise<Granted[]> {
    const granted = paths.map((path) => this.#options.grants.issue(path, use))
    if (granted.length > 0) await this.#tellGrants(this.#options.grants.of(granted))

    return granted
  }

  /** Ends the engine; the next one opens this workspace, now and at the next start. */
  useWorkspace(folder: string): void {
    const { start, workspacePlace } = this.#options
    workspacePlace.keep(folder)
    this.#options = { ...this.#options, start: { ...start, workspaceFolder: folder } }
    this.#changing = true
    this.#life.process.kill()
  }

  /** Ends engine and inference for good. */
  stop(): void {
    this.#stopping = true
    this.#life.inference.killAll()
    this.#life.process.kill()
  }

  #begin(): EngineLife {
    const { entryFolder, start, grants } = this.#options
    const process = utilityProcess.fork(join(entryFolder, 'engine-process.js'), [], {
      serviceName: 'Saliscope engine',
      stdio: app.isPackaged ? 'ignore' : 'inherit'
    })
    const inference = new InferenceBroker(join(entryFolder, 'inference-process.js'))
    const ready = new Promise<void>((resolve) => {
      process.on('message', (message: unknown) => {
        const said = v.parse(FromEngine, message)
        if (said.kind === 'ready') resolve()
        else this.#answer(said, { process, inference, ready })
      })
    })

    process.once('exit', () => this.#ended(inference))
    this.#say(process, { kind: 'start', start })
    this.#say(process, { kind: 'grants', id: 0, grants: grants.all() })

    return { process, inference, ready }
  }

  #answer(said: Exclude<FromEngine, { kind: 'ready' }>, { process, inference }: EngineLife): void {
    switch (said.kind) {
      case 'granted':
        this.#acknowledgements.get(said.id)?.()
        this.#acknowledgements.delete(said.id)
        break
      case 'spawn-inference':
        inference.spawn({ id: said.id, env: said.env }, process, (exit) =>
          this.#say(process, { kind: 'inference-exit', id: said.id, ...exit })
        )
        break
      case 'kill-inference':
        inference.kill(said.id)
        break
      case 'busy':
        this.#options.onBusy(said.jobs)
        break
      case 'print-pdf':
        printDocument(said).then(
          () => this.#say(process, { kind: 'printed', id: said.id, why: null }),
          (thrown: unknown) => this.#say(process, { kind: 'printed', id: said.id, why: printFailure(thrown) })
        )
        break
    }
  }

  #ended(inference: InferenceBroker): void {
    inference.killAll()
    this.#options.onBusy(0)
    // Whoever waits for the dead engine goes on: the new one is given the whole table before anything else.
    for (const acknowledge of this.#acknowledgements.values()) acknowledge()
    this.#acknowledgements.clear()
    if (this.#stopping) return

    const sentence = this.#changing ? changedSentence : restartedSentence
    if (!this.#changing && !this.#budget.spend(Date.now())) {
      this.#notify({ kind: 'engine-stopped', sentence: stoppedSentence })
      return
    }

    this.#changing = false
    this.#life = this.#begin()
    this.#notify({ kind: 'engine-restarted', sentence })
    for (const page of this.#pages.keys()) void this.#joinPage(page)
  }

  async #joinPage(page: WebContents): Promise<void> {
    const { process, ready } = this.#life
    const join = (this.#pages.get(page) ?? 0) + 1
    this.#pages.set(page, join)
    await ready
    // Overtaken by a reload or another engine: that one hands over the port.
    if (this.#pages.get(page) !== join || page.isDestroyed()) return

    const { port1, port2 } = new MessageChannelMain()
    this.#say(process, { kind: 'page', window: `window ${page.id}` }, port1)
    page.postMessage('shell:engine-port', null, [port2])
  }

  #tellGrants(grants: readonly Grant[]): Promise<void> {
    this.#lastId += 1
    const id = this.#lastId

    return new Promise((resolve) => {
      this.#acknowledgements.set(id, resolve)
      this.#say(this.#life.process, { kind: 'grants', id, grants: [...grants] })
    })
  }

  #say(process: UtilityProcess, message: ToEngine, port?: Electron.MessagePortMain): void {
    process.postMessage(message, port === undefined ? [] : [port])
  }

  #notify(event: ShellEvent): void {
    for (const page of this.#pages.keys()) if (!page.isDestroyed()) page.send('shell:event', event)
  }
}
