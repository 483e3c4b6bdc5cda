import type { CommandName, Input, Output } from '@shared/protocol'
import { connectEngine, type EnginePort } from '../../src-renderer/engine/client'

type Answer<K extends CommandName> = (input: Input<K>) => Output<K> | Promise<Output<K>>
export type Answers = { [K in CommandName]?: Answer<K> }

interface Request {
  kind: string
  id: number
  command: CommandName
  input: never
}

/** An engine in memory: answers the commands it was given, refuses the others with a fault, and can say events. */
export class FakeEngine implements EnginePort {
  onmessage: ((event: MessageEvent) => void) | null = null
  readonly asked: string[] = []
  readonly cancelled: number[] = []
  answers: Answers

  constructor(answers: Answers) {
    this.answers = answers
    connectEngine(this)
  }

  postMessage(message: unknown): void {
    const { kind, id, command, input } = message as Request
    if (kind === 'cancel') {
      this.cancelled.push(id)

      return
    }
    this.asked.push(command)
    const answer = this.answers[command] as ((given: never) => unknown) | undefined
    if (answer === undefined) {
      this.#reply({ kind: 'fault', id, fault: { code: 'not-found', message: `No answer to ${command}.` } })

      return
    }
    void Promise.resolve(answer(input)).then(
      (output) => this.#reply({ kind: 'result', id, output }),
      (fault: unknown) => this.#reply({ kind: 'fault', id, fault })
    )
  }

  say(event: string, payload: unknown): void {
    this.#reply({ kind: 'event', event, payload })
  }

  #reply(message: unknown): void {
    // Later, as over a real port.
    queueMicrotask(() => this.onmessage?.({ data: message } as MessageEvent))
  }
}

/** Lets everything that is under way arrive. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
