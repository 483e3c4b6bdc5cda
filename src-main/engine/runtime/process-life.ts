import * as v from 'valibot'
import { memoryLimitReason } from '@engine/runtime/guard-thread'
import type { InferenceChannel } from '@engine/runtime/inference-channel'
import { InferenceReply, type InferenceRequest } from '@engine/runtime/messages'

export type Answer = Exclude<InferenceReply, { kind: 'ready' }>

/** How a call ended; only `answered` leaves the process alive. */
export type Outcome =
  | { readonly state: 'answered'; readonly answer: Answer }
  | { readonly state: 'gone'; readonly reason: string; readonly worthRepeating: boolean }
  | { readonly state: 'cancelled' }
  | { readonly state: 'timeout' }

export interface CallLimits {
  readonly signal: AbortSignal
  readonly seconds: number
}

type WithoutCall<Each> = Each extends { call: number } ? Omit<Each, 'call'> : never

/** A request without its call number. */
export type Question = WithoutCall<InferenceRequest>

/** One inference process from start to end: asks it one question at a time and notices when it dies. */
export class ProcessLife {
  /** Sessions open in this process. */
  readonly opened = new Set<string>()
  /** True once the process has said that it can take messages. */
  started = false
  private exitReason: string | null = null
  private calls = 0
  private settle: ((outcome: Outcome) => void) | null = null

  constructor(private readonly channel: InferenceChannel) {
    channel.onMessage((message) => this.receive(message))
    channel.onExit((reason) => {
      this.exitReason ??= reason
      this.settle?.(gone(reason))
    })
  }

  get gone(): boolean {
    return this.exitReason !== null
  }

  get reason(): string {
    return this.exitReason ?? 'is running'
  }

  /** Sends a message that has no answer. */
  tell(message: Extract<InferenceRequest, { kind: 'guard' | 'close' }>): void {
    if (!this.gone) this.channel.post(message)
  }

  /** Cancelled and overdue calls kill the process: there is no other way to stop a native run. The answer does not wait for its death. */
  ask(question: Question, limits: CallLimits): Promise<Outcome> {
    if (limits.signal.aborted) return Promise.resolve({ state: 'cancelled' })
    if (this.exitReason !== null) return Promise.resolve(gone(this.exitReason))
    return new Promise((resolve) => {
      const finish = (outcome: Outcome): void => {
        if (this.settle !== finish) return
        this.settle = null
        clearTimeout(timer)
        limits.signal.removeEventListener('abort', cancel)
        if (outcome.state === 'cancelled' || outcome.state === 'timeout') this.kill()
        resolve(outcome)
      }
      const cancel = (): void => finish({ state: 'cancelled' })
      const timer = setTimeout(() => finish({ state: 'timeout' }), limits.seconds * 1000)
      this.settle = finish
      limits.signal.addEventListener('abort', cancel, { once: true })
      this.calls += 1
      this.channel.post({ ...question, call: this.calls })
    })
  }

  kill(): void {
    this.exitReason ??= 'was stopped'
    this.channel.kill()
  }

  private receive(message: unknown): void {
    const reply = v.parse(InferenceReply, message)
    this.started = true
    if (reply.kind === 'ready' || reply.call !== this.calls) return
    this.settle?.({ state: 'answered', answer: reply })
  }
}

/** Running into our own memory limit would happen again; whatever else ended the process may have been chance. */
function gone(reason: string): Outcome {
  return { state: 'gone', reason, worthRepeating: reason !== memoryLimitReason }
}
