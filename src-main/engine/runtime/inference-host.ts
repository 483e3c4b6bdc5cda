import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import { overTime, refusal, repeatedCrash } from '@engine/runtime/failure'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import { defaultMemoryLimit } from '@engine/runtime/memory-limit'
import type {
  Backend,
  ModelSource,
  Provider,
  RuntimeValue,
  SessionOptions,
  SessionPorts
} from '@engine/runtime/messages'
import { type Answer, type CallLimits, type Outcome, ProcessLife, type Question } from '@engine/runtime/process-life'
import { stopped, Turnstile } from '@engine/runtime/turnstile'

export interface HostOptions {
  readonly spawn: SpawnInference
  /** Longest time one native run, or the loading of one model, may take; the process is killed after it. */
  readonly runLimitSeconds?: number
  /** Resident memory at which the inference process ends itself; default 80 % of what the machine allows. */
  readonly memoryLimitBytes?: number
  /** Sessions kept open in the process; a model whose session had to leave is opened again when it is next used. */
  readonly mostSessions?: number
  /** Told when the process died by itself and was started again. */
  readonly onRestart?: (notice: RestartNotice) => void
}

export interface RestartNotice {
  /** Name of the model in use. */
  readonly model: string
  /** Plain phrase: "was stopped by the system, probably out of memory". */
  readonly reason: string
}

export interface ModelRequest {
  /** For messages: a file name or a model id, never a path. */
  readonly name: string
  readonly source: ModelSource
  readonly options: SessionOptions
}

/** A model the host keeps open; it survives restarts of the process. */
export interface OpenModel {
  readonly id: string
  readonly name: string
  readonly ports: SessionPorts
}

export type Feeds = Readonly<Record<string, RuntimeValue>>

export interface RunResult {
  readonly outputs: Readonly<Record<string, RuntimeValue>>
  /** Time inside ONNX Runtime. */
  readonly seconds: number
}

interface Call {
  /** What is being worked on, for messages. */
  readonly name: string
  readonly question: Question
  readonly signal: AbortSignal
}

const defaultRunLimitSeconds = 600
/** Each session keeps the memory of its largest run. */
const defaultMostSessions = 16
/** One call is worked on, the next one lies ready: the process does not wait for this thread in between. */
const callsAtOnce = 2
/** Added to the limit of the first call: the process has to start and load ONNX Runtime. */
const startSeconds = 60

/**
 * Runs ONNX models in one process that may be killed at any moment: by us to cancel, by the watchdog, by the system.
 * A model is opened again in the next process when it is next used. Throws Fault `cancelled`, `inference-timeout`,
 * `inference-failed`, `out-of-memory` or `bad-model`.
 */
export class InferenceHost {
  /** Providers that took the process down, also after a restart, with what it did ("crashed (aborted)"); they stay off. */
  readonly unusable = new Map<Provider, string>()
  private readonly turnstile = new Turnstile(callsAtOnce)
  private readonly models = new Map<string, ModelRequest>()
  private life: Promise<ProcessLife> | null = null
  private modelCount = 0
  private disposed = false

  constructor(private readonly options: HostOptions) {}

  /** Loads a model; throws Fault `bad-model` when ONNX Runtime refuses it. */
  async open(request: ModelRequest, job: Job): Promise<OpenModel> {
    this.modelCount += 1
    const id = `m${this.modelCount}`
    const answer = await this.call({ name: request.name, question: openQuestion(id, request), signal: job.signal })
    if (answer.kind !== 'opened') throw refusal('load', request.name, answer)
    this.models.set(id, request)
    return { id, name: request.name, ports: answer.ports }
  }

  /** One native run; an aborted signal kills the process and rejects at once. */
  async run(model: OpenModel, feeds: Feeds, fetches: readonly string[], job: Job): Promise<RunResult> {
    const question: Question = { kind: 'run', session: model.id, feeds: { ...feeds }, fetches: [...fetches] }
    const answer = await this.call({ name: model.name, question, signal: job.signal })
    if (answer.kind !== 'ran') throw refusal('run', model.name, answer)
    return { outputs: answer.outputs, seconds: answer.seconds }
  }

  /** Forgets a model and frees its memory. */
  close(model: OpenModel): void {
    this.models.delete(model.id)
    void this.life?.then((life) => {
      if (life.sessions.delete(model.id)) life.tell({ kind: 'close', session: model.id })
    })
  }

  /** The providers compiled into ONNX Runtime; being listed does not mean that one works on this machine. */
  async backends(job: Job): Promise<readonly Backend[]> {
    const answer = await this.call({ name: 'ONNX Runtime', question: { kind: 'backends' }, signal: job.signal })
    return answer.kind === 'backends' ? answer.backends : []
  }

  /** Ends the process; nothing can be run afterwards. */
  dispose(): void {
    this.disposed = true
    this.models.clear()
    void this.life?.then(
      (life) => life.kill(),
      () => undefined
    )
    this.life = null
  }

  private call(call: Call): Promise<Answer> {
    return this.turnstile.pass(call.signal, async () => {
      for (let crashes = 0; ;) {
        const outcome = await this.attempt(call)
        if (outcome.state === 'answered' && outcome.answer.kind !== 'closed') return outcome.answer
        if (outcome.state === 'answered') continue
        if (outcome.state === 'cancelled') throw this.warmUp(stopped())
        if (outcome.state === 'timeout') throw this.warmUp(overTime(call.name, this.runLimitSeconds))
        if (outcome.blame === 'none') continue
        crashes += 1
        if (outcome.blame === 'certain') throw repeatedCrash(call.name, outcome)
        if (crashes === 2) throw this.repeated(call, outcome)
        this.options.onRestart?.({ model: call.name, reason: outcome.reason })
      }
    })
  }

  /** A second crash in a row; on another provider than the CPU it is the provider that is given up. */
  private repeated({ name, question }: Call, outcome: Outcome & { state: 'gone' }): Fault {
    const options =
      question.kind === 'open'
        ? question.options
        : question.kind === 'run'
          ? this.models.get(question.session)?.options
          : undefined
    if (options !== undefined && options.provider !== 'cpu') this.unusable.set(options.provider, outcome.reason)
    return repeatedCrash(name, outcome)
  }

  private async attempt({ question, signal, name }: Call): Promise<Outcome> {
    const life = await orCancelled(this.alive(name), signal)
    if (life === null) return { state: 'cancelled' }
    const limits = { signal, seconds: this.runLimitSeconds + (life.started ? 0 : startSeconds) }
    if (question.kind === 'open') return this.openIn(life, question, limits)
    if (question.kind === 'run') {
      const opening = life.use(question.session)
      const opened = opening ?? this.openIn(life, this.questionFor(question.session, name), limits)
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

  /** Opens a session in a process; a session that could not be opened is tried again by the next call. */
  private openIn(life: ProcessLife, question: Question & { kind: 'open' }, limits: CallLimits): Promise<Outcome> {
    const opening = life.ask(question, limits)
    life.sessions.set(question.session, opening)
    void opening.then((outcome) => {
      if (outcome.state !== 'answered' || outcome.answer.kind !== 'opened') life.sessions.delete(question.session)
      else life.closeSurplus(this.options.mostSessions ?? defaultMostSessions)
    })
    return opening
  }

  private questionFor(session: string, name: string): Question & { kind: 'open' } {
    const request = this.models.get(session)
    if (request === undefined) throw new Fault('internal', `The model ${name} is closed.`)
    return openQuestion(session, request)
  }

  /** The living process; a new one when there is none or it died while idle. */
  private async alive(model: string): Promise<ProcessLife> {
    const starting = this.life ?? this.start()
    const life = await starting
    if (!life.gone) return life
    if (this.life === starting) {
      this.life = null
      if (life.diedIdle) this.options.onRestart?.({ model, reason: life.reason })
    }
    return this.alive(model)
  }

  private start(): Promise<ProcessLife> {
    if (this.disposed) throw new Fault('cancelled', 'The computation was closed.')
    const starting = this.options.spawn().then((channel) => {
      const life = new ProcessLife(channel)
      life.tell({ kind: 'guard', memoryLimitBytes: this.options.memoryLimitBytes ?? defaultMemoryLimit() })
      if (this.disposed) life.kill()
      return life
    })
    this.life = starting
    starting.catch(() => {
      if (this.life === starting) this.life = null
    })
    return starting
  }

  /** After a kill the next process starts at once in the background, so that the next request does not wait for it. */
  private warmUp(fault: Fault): Fault {
    if (!this.disposed) this.alive('').catch(() => undefined)
    return fault
  }

  private get runLimitSeconds(): number {
    return this.options.runLimitSeconds ?? defaultRunLimitSeconds
  }
}

function openQuestion(id: string, request: ModelRequest): Question & { kind: 'open' } {
  return { kind: 'open', session: id, source: request.source, options: request.options }
}

/** Another call was opening the same session when it was cancelled or ran out of time: that is not this call's end. */
function openedByAnother(outcome: Outcome): Outcome {
  const others = outcome.state === 'cancelled' || outcome.state === 'timeout'
  return others ? { state: 'gone', reason: 'was stopped', blame: 'none' } : outcome
}

function orCancelled<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | null> {
  if (signal.aborted) return Promise.resolve(null)
  return new Promise((resolve, reject) => {
    const cancel = (): void => resolve(null)
    signal.addEventListener('abort', cancel, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel))
  })
}
