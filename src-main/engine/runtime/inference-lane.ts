import { Fault } from '@engine/fault'
import { runsOf } from '@engine/runtime/gradient-path'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import { type CallLimits, type Outcome, ProcessLife, type Question } from '@engine/runtime/process-life'

/** Added to the limit of the first call: the process has to start and load ONNX Runtime. */
const startSeconds = 60

export interface LaneOptions {
  readonly spawn: SpawnInference
  readonly runLimitSeconds: number
  readonly memoryLimitBytes: number
  readonly mostSessions: number
  /** How a session is opened again in a process that does not have it; throws when its model was closed. */
  readonly openingOf: (session: string, name: string) => Question & { kind: 'open' }
  /** Told how many seconds a session took to open. */
  readonly onOpened: (seconds: number) => void
  /** Told of a process that died while nothing was asked of it, when the next one is about to start. */
  readonly onIdleDeath: (model: string, reason: string) => void
}

/** What is asked of a lane. */
export interface LaneCall {
  /** What is being worked on, for messages. */
  readonly name: string
  readonly question: Question
  readonly signal: AbortSignal
}

/**
 * One inference process at a time, and the next one when it was killed or died. A session that its process does not have
 * is opened before it is run.
 */
export class InferenceLane {
  /** Calls that were given to this lane and have not come back. */
  inFlight = 0
  private life: Promise<ProcessLife> | null = null
  private living: ProcessLife | null = null
  private disposed = false

  constructor(private readonly options: LaneOptions) {}

  /** True where a session needs no opening. */
  has(session: string): boolean {
    return this.living !== null && !this.living.gone && this.living.sessions.has(session)
  }

  async attempt({ question, signal, name }: LaneCall): Promise<Outcome> {
    const life = await orCancelled(this.alive(name), signal)
    if (life === null) return { state: 'cancelled' }
    const runs = question.kind === 'run' && question.path !== undefined ? runsOf(question.path) : 1
    const limits = { signal, seconds: runs * this.options.runLimitSeconds + (life.started ? 0 : startSeconds) }
    if (question.kind === 'open') return this.openIn(life, question, limits)
    if (question.kind === 'run') {
      const opening = life.use(question.session)
      const opened = opening ?? this.openIn(life, this.options.openingOf(question.session, name), limits)
      const outcome = await orCancelled(opened, signal)
      if (outcome === null) return { state: 'cancelled' }
      if (outcome.state !== 'answered') return opening === undefined ? outcome : openedByAnother(outcome)
      if (outcome.answer.kind !== 'opened') return outcome
    }
    const outcome = await life.ask(question, limits)
    if (question.kind === 'run' && outcome.state === 'answered' && outcome.answer.kind === 'closed') {
      life.sessions.delete(question.session)
    }
    return outcome
  }

  /** Frees the memory of a session. */
  close(session: string): void {
    void this.life?.then((life) => {
      if (life.sessions.delete(session)) life.tell({ kind: 'close', session })
    })
  }

  /** Ends the process where nothing is asked of it; the next call starts another. */
  rest(): void {
    if (this.inFlight === 0) this.end()
  }

  /** After a kill the next process starts at once in the background, so that the next request does not wait for it. */
  warmUp(): void {
    if (!this.disposed) this.alive('').catch(() => undefined)
  }

  /** Ends the process; nothing can be run afterwards. */
  dispose(): void {
    this.disposed = true
    this.end()
  }

  private end(): void {
    void this.life?.then(
      (life) => life.kill(),
      () => undefined
    )
    this.life = null
  }

  /** Opens a session in a process; a session that could not be opened is tried again by the next call. */
  private openIn(life: ProcessLife, question: Question & { kind: 'open' }, limits: CallLimits): Promise<Outcome> {
    const opening = life.ask(question, limits)
    life.sessions.set(question.session, opening)
    void opening.then((outcome) => {
      if (outcome.state !== 'answered' || outcome.answer.kind !== 'opened') {
        life.sessions.delete(question.session)
        return
      }
      this.options.onOpened(outcome.answer.seconds)
      life.closeSurplus(this.options.mostSessions)
    })
    return opening
  }

  /** The living process; a new one when there is none or it died while idle. */
  private async alive(model: string): Promise<ProcessLife> {
    const starting = this.life ?? this.start()
    const life = await starting
    if (!life.gone) return life
    if (this.life === starting) {
      this.life = null
      if (life.diedIdle) this.options.onIdleDeath(model, life.reason)
    }
    return this.alive(model)
  }

  /** Throws Fault `cancelled` once the lane was given up: else one that is ended while it starts would start again for ever. */
  private start(): Promise<ProcessLife> {
    if (this.disposed) return Promise.reject(new Fault('cancelled', 'The computation was closed.'))
    const starting = this.options.spawn().then((channel) => {
      const life = new ProcessLife(channel)
      life.tell({ kind: 'guard', memoryLimitBytes: this.options.memoryLimitBytes })
      if (this.disposed) life.kill()
      this.living = life
      return life
    })
    this.life = starting
    starting.catch(() => {
      if (this.life === starting) this.life = null
    })
    return starting
  }
}

/** Another call was opening the same session when it was cancelled or ran out of time: that is not this call's end. */
function openedByAnother(outcome: Outcome): Outcome {
  const others = outcome.state === 'cancelled' || outcome.state === 'timeout'
  return others ? { state: 'gone', reason: 'was stopped', blame: 'none' } : outcome
}

function orCancelled<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | null> {
  if (signal.aborted) {
    promise.catch(() => undefined)
    return Promise.resolve(null)
  }
  return new Promise((resolve, reject) => {
    const cancel = (): void => resolve(null)
    signal.addEventListener('abort', cancel, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel))
  })
}
