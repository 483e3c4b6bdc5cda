import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import { overTime, refusal, repeatedCrash } from '@engine/runtime/failure'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import { defaultMemoryLimit } from '@engine/runtime/memory-limit'
import type { GradientPath } from '@engine/runtime/gradient-path'
import type {
  Backend,
  ModelSource,
  Provider,
  RuntimeValue,
  SessionOptions,
  SessionPorts
} from '@engine/runtime/messages'
import { InferenceLane, type LaneCall } from '@engine/runtime/inference-lane'
import { OpeningWeight } from '@engine/runtime/opening-weight'
import type { Answer, Outcome, Question } from '@engine/runtime/process-life'
import { stopped, Turnstile } from '@engine/runtime/turnstile'

export interface HostOptions {
  readonly spawn: SpawnInference
  /** Longest time one native run, or the loading of one model, may take; the process is killed after it. */
  readonly runLimitSeconds?: number
  /** Resident memory at which an inference process ends itself; default 80 % of what the machine allows. Lanes behind the first one get a share. */
  readonly memoryLimitBytes?: number
  /** Processes that work side by side, each with sessions of its own; default one. */
  readonly lanes?: number
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

const defaultRunLimitSeconds = 600
/** Each session keeps the memory of its largest run. */
const defaultMostSessions = 16
/** Of a lane, where several share the memory. */
const fewestSessions = 4
/** Of every lane one call is worked on, the next one lies ready: the process does not wait for this thread in between. */
const callsPerLane = 2

/**
 * Runs ONNX models in processes (one, or a few side by side) that may be killed at any moment: by us to cancel, by the watchdog, by the system.
 * A model is opened again in the next process when it is next used. Throws Fault `cancelled`, `inference-timeout`,
 * `inference-failed`, `out-of-memory` or `bad-model`.
 */
export class InferenceHost {
  /** Providers that took the process down, also after a restart, with what it did ("crashed (aborted)"); they stay off. */
  readonly unusable = new Map<Provider, string>()
  /** Calls that are worked on or lie ready; further ones wait. */
  readonly callsAtOnce: number
  private readonly lanes: readonly InferenceLane[]
  private readonly turnstile: Turnstile
  private readonly opening = new OpeningWeight()
  private readonly models = new Map<string, ModelRequest>()
  /** A large network was met, or one passed the limit of its lane: the first lane has the memory from then on. */
  private single = false
  private modelCount = 0

  constructor(private readonly options: HostOptions) {
    const lanes = options.lanes ?? 1
    const memoryLimit = options.memoryLimitBytes ?? defaultMemoryLimit()
    this.callsAtOnce = callsPerLane * lanes
    this.turnstile = new Turnstile(this.callsAtOnce)
    this.lanes = Array.from(
      { length: lanes },
      (_, lane) =>
        new InferenceLane({
          spawn: options.spawn,
          runLimitSeconds: this.runLimitSeconds,
          memoryLimitBytes: Math.floor(memoryLimit / (lane === 0 ? 1 : lanes)),
          mostSessions: options.mostSessions ?? Math.max(fewestSessions, Math.floor(defaultMostSessions / lanes)),
          openingOf: (session, name) => this.questionFor(session, name),
          onOpened: (seconds) => this.opening.opened(seconds),
          onIdleDeath: (model, reason) => options.onRestart?.({ model, reason })
        })
    )
  }

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
    this.opening.ran(answer.seconds)
    return { outputs: answer.outputs, seconds: answer.seconds }
  }

  /**
   * The weighted sum of one output over a line of inputs, in one call; feeds have one row. The values cross to the process
   * once instead of at every point.
   */
  async runAlong(
    model: OpenModel,
    { feeds, fetch, path }: { readonly feeds: Feeds; readonly fetch: string; readonly path: GradientPath },
    job: Job
  ): Promise<{ readonly sum: Float64Array; readonly seconds: number }> {
    const question: Question = { kind: 'run', session: model.id, feeds: { ...feeds }, fetches: [fetch], path }
    const answer = await this.call({ name: model.name, question, signal: job.signal })
    if (answer.kind !== 'ran') throw refusal('run', model.name, answer)
    this.opening.ran(answer.seconds)
    return { sum: answer.outputs[fetch].data as Float64Array, seconds: answer.seconds }
  }

  /** Forgets a model and frees its memory. */
  close(model: OpenModel): void {
    this.models.delete(model.id)
    for (const lane of this.lanes) lane.close(model.id)
  }

  /** The providers compiled into ONNX Runtime; being listed does not mean that one works on this machine. */
  async backends(job: Job): Promise<readonly Backend[]> {
    const answer = await this.call({ name: 'ONNX Runtime', question: { kind: 'backends' }, signal: job.signal })
    return answer.kind === 'backends' ? answer.backends : []
  }

  /** Ends the process; nothing can be run afterwards. */
  dispose(): void {
    this.models.clear()
    for (const lane of this.lanes) lane.dispose()
  }

  private call(call: LaneCall): Promise<Answer> {
    return this.turnstile.pass(call.signal, async () => {
      const { question } = call
      const lane = this.laneFor(question)
      try {
        return await this.callIn(lane, call)
      } catch (thrown) {
        const tooLarge = thrown instanceof Fault && thrown.code === 'out-of-memory'
        if (!tooLarge || lane === this.lanes[0] || question.kind === 'backends') throw thrown
        return await this.callIn(this.first(), call)
      }
    })
  }

  private async callIn(lane: InferenceLane, call: LaneCall): Promise<Answer> {
    lane.inFlight += 1
    try {
      return await this.persist(lane, call)
    } finally {
      lane.inFlight -= 1
      if (this.single && lane !== this.lanes[0]) lane.rest()
    }
  }

  /** Asks until there is an answer, or a reason to give up. */
  private async persist(lane: InferenceLane, call: LaneCall): Promise<Answer> {
    const given = (fault: Fault): Fault => {
      lane.warmUp()
      return fault
    }
    for (let crashes = 0; ;) {
      const outcome = await lane.attempt(call)
      if (outcome.state === 'answered' && outcome.answer.kind !== 'closed') return outcome.answer
      if (outcome.state === 'answered') continue
      if (outcome.state === 'cancelled') throw given(stopped())
      if (outcome.state === 'timeout') throw given(overTime(call.name, this.runLimitSeconds))
      if (outcome.blame === 'none') continue
      crashes += 1
      if (outcome.blame === 'certain') throw repeatedCrash(call.name, outcome)
      if (crashes === 2) throw this.repeated(call, outcome)
      this.options.onRestart?.({ model: call.name, reason: outcome.reason })
    }
  }

  /** The lane with the least to do; opening a session there counts more than one call that waits. */
  private laneFor(question: Question): InferenceLane {
    if (isLarge(question)) return this.first()
    if (this.single || !this.mayLeaveTheFirst(question)) return this.lanes[0]
    const wait = (lane: InferenceLane): number =>
      lane.inFlight + (question.kind === 'run' && !lane.has(question.session) ? this.opening.calls : 0)
    return this.lanes.reduce((best, lane) => (wait(lane) < wait(best) ? lane : best))
  }

  /** Gives the whole memory to the first lane: the others end when they have done what they were asked. */
  private first(): InferenceLane {
    this.single = true
    for (const lane of this.lanes.slice(1)) lane.rest()
    return this.lanes[0]
  }

  /** Networks on a GPU are kept once: there memory is short, not threads. */
  private mayLeaveTheFirst(question: Question): boolean {
    if (question.kind === 'backends') return false
    const options = question.kind === 'open' ? question.options : this.models.get(question.session)?.options
    return options?.provider === 'cpu'
  }

  /** A second crash in a row; on another provider than the CPU it is the provider that is given up. */
  private repeated({ name, question }: LaneCall, outcome: Outcome & { state: 'gone' }): Fault {
    const options =
      question.kind === 'open'
        ? question.options
        : question.kind === 'run'
          ? this.models.get(question.session)?.options
          : undefined
    if (options !== undefined && options.provider !== 'cpu') this.unusable.set(options.provider, outcome.reason)
    return repeatedCrash(name, outcome)
  }

  private questionFor(session: string, name: string): Question & { kind: 'open' } {
    const request = this.models.get(session)
    if (request === undefined) throw new Fault('internal', `The model ${name} is closed.`)
    return openQuestion(session, request)
  }

  private get runLimitSeconds(): number {
    return this.options.runLimitSeconds ?? defaultRunLimitSeconds
  }
}

/** A network of large inputs that will run many times and may take most of the memory; a probe, run once as it is, keeps nothing. */
const isLarge = (question: Question): question is Question & { kind: 'open' } =>
  question.kind === 'open' &&
  question.options.provider === 'cpu' &&
  question.options.optimisation === 'all' &&
  !question.options.arena

function openQuestion(id: string, request: ModelRequest): Question & { kind: 'open' } {
  return { kind: 'open', session: id, source: request.source, options: request.options }
}
