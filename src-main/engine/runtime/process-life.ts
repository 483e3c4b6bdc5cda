import * as v from 'valibot'
import { memoryLimitReason } from '@engine/runtime/guard-thread'
import type { InferenceChannel } from '@engine/runtime/inference-channel'
import { InferenceReply, type InferenceRequest } from '@engine/runtime/messages'

export type Answer = Exclude<InferenceReply, { kind: 'ready' }>

/** How a call ended; only `answered` leaves the process alive. */
export type Outcome =
  | { readonly state: 'answered'; readonly answer: Answer }
  | { readonly state: 'gone'; readonly reason: string; readonly blame: Blame }
  | { readonly state: 'cancelled' }
  | { readonly state: 'timeout' }

/**
 * What the call had to do with the end of the process. none: it was still waiting there, another call was being worked on;
 * perhaps: it may have been chance; certain: it would happen again.
 */
export type Blame = 'none' | 'perhaps' | 'certain'

export interface CallLimits {
  readonly signal: AbortSignal
  /** Counted from the moment the process can work on the call. */
  readonly seconds: number
}

type WithoutCall<Each> = Each extends { call: number } ? Omit<Each, 'call'> : never

/** A request without its call number. */
export type Question = WithoutCall<InferenceRequest>

interface Pending {
  readonly call: number
  /** It is this call's turn: starts the clock, or ends the process when nobody waits for it any more. */
  begin(): void
  finish(outcome: Outcome): void
}

/** One inference process from start to end. It works on calls in the order they were asked; the first pending one is at work. */
export class ProcessLife {
  /** Sessions open in this process, and those being opened; the one used last stands last. */
  readonly sessions = new Map<string, Promise<Outcome>>()
  /** True once the process has said that it can take messages. */
  started = false
  /** True when it ended by itself while nothing was asked of it. */
  diedIdle = false
  private exitReason: string | null = null
  private calls = 0
  private readonly pending: Pending[] = []

  constructor(private readonly channel: InferenceChannel) {
    channel.onMessage((message) => this.receive(message))
    channel.onExit((reason) => this.end(reason, reason === memoryLimitReason ? 'certain' : 'perhaps'))
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

  /** How a session was opened here, or undefined; it counts as used now. */
  use(session: string): Promise<Outcome> | undefined {
    const opening = this.sessions.get(session)
    if (opening === undefined) return undefined
    this.sessions.delete(session)
    this.sessions.set(session, opening)
    return opening
  }

  /** Closes the sessions unused for longest until `most` are left; a call sent before still finds its session. */
  closeSurplus(most: number): void {
    for (const session of this.sessions.keys()) {
      if (this.sessions.size <= most) return
      this.sessions.delete(session)
      this.tell({ kind: 'close', session })
    }
  }

  /**
   * A cancelled or overdue call kills the process: there is no other way to stop a native run. The answer does not wait for its death.
   * A call cancelled while another is at work lets that one end first.
   */
  ask(question: Question, limits: CallLimits): Promise<Outcome> {
    if (limits.signal.aborted) return Promise.resolve({ state: 'cancelled' })
    if (this.exitReason !== null) return Promise.resolve({ state: 'gone', reason: this.exitReason, blame: 'none' })
    return new Promise((resolve) => {
      this.calls += 1
      let timer: NodeJS.Timeout | undefined
      const cancel = (): void => {
        resolve({ state: 'cancelled' })
        if (this.pending[0] === pending) pending.finish({ state: 'cancelled' })
      }
      const pending: Pending = {
        call: this.calls,
        begin: () => {
          if (limits.signal.aborted) this.kill()
          else timer = setTimeout(() => pending.finish({ state: 'timeout' }), limits.seconds * 1000)
        },
        finish: (outcome) => {
          if (!this.take(pending)) return
          clearTimeout(timer)
          limits.signal.removeEventListener('abort', cancel)
          resolve(outcome)
          if (outcome.state === 'cancelled' || outcome.state === 'timeout') this.kill()
        }
      }
      limits.signal.addEventListener('abort', cancel, { once: true })
      this.pending.push(pending)
      if (this.pending.length === 1) pending.begin()
      this.channel.post({ ...question, call: pending.call })
    })
  }

  /** Ends the process; calls that were pending had nothing to do with it. */
  kill(): void {
    this.end('was stopped', 'none')
    this.channel.kill()
  }

  /** Removes a call and starts the clock of the one that is now first; false when it was removed before. */
  private take(pending: Pending): boolean {
    const position = this.pending.indexOf(pending)
    if (position < 0) return false
    this.pending.splice(position, 1)
    if (position === 0) this.pending[0]?.begin()
    return true
  }

  private end(reason: string, blame: Blame): void {
    if (this.exitReason !== null) return
    this.exitReason = reason
    this.diedIdle = blame !== 'none' && this.pending.length === 0
    for (const [position, pending] of [...this.pending].entries()) {
      pending.finish({ state: 'gone', reason, blame: position === 0 ? blame : 'none' })
    }
  }

  private receive(message: unknown): void {
    const reply = v.parse(InferenceReply, message)
    this.started = true
    if (reply.kind === 'ready') return
    this.pending.find(({ call }) => call === reply.call)?.finish({ state: 'answered', answer: reply })
  }
}
