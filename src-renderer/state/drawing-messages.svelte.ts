import { onReconnect } from '../engine/client'
import { EngineEnded, toFaultReport } from '../engine/fault'
import { EngineGap } from './engine-gap'
import { InOrder } from './in-order'
import { shell } from './shell.svelte'
import { UnderWay } from './under-way'

/** The way of a drawing's changes to the engine: one message after the other, held while the engine starts anew. */
export class DrawingMessages {
  /** Changes that are on their way. */
  waiting = $state(0)
  /** What the drawing still has to do: these messages, and what the hand does once the first segment is there. */
  readonly underWay = new UnderWay()
  readonly #order = new InOrder()
  readonly #gap = new EngineGap()
  readonly #readAnew: () => Promise<void>

  /** `readAnew`: after a refusal what is shown comes from the engine again. */
  constructor(readAnew: () => Promise<void>) {
    this.#readAnew = readAnew
  }

  /** Follows the engine's restarts; returns the function that stops it. */
  listen(): () => void {
    return onReconnect(() => this.#gap.begin())
  }

  /** The new engine has the drawing open: what waited goes on. */
  goOn(): void {
    this.#gap.end()
  }

  /** After everything that was sent before. */
  async after(work: () => Promise<unknown>): Promise<void> {
    await this.#order.run(work)
  }

  /** A message that is a stroke goes to the next engine where the first one ended without an answer; `forget` is told when it is refused. */
  async send(work: () => Promise<void>, stroke?: { forget(): void }): Promise<void> {
    this.waiting += 1
    const sending = this.#order.run(async () => {
      try {
        await this.#gap.passed
        await (stroke === undefined ? work() : this.#delivered(work))
      } catch (thrown) {
        stroke?.forget()
        shell.report(toFaultReport(thrown))
        await this.#readAnew()
      } finally {
        this.waiting -= 1
      }
    })
    await this.underWay.add(sending)
  }

  async #delivered(work: () => Promise<void>): Promise<void> {
    await work().catch(async (thrown: unknown) => {
      if (!(thrown instanceof EngineEnded)) throw thrown
      await this.#gap.passed
      await work()
    })
  }
}
