import { Fault } from '@engine/fault'

/** Lets a few pieces of work through at a time, first come first served; one that is cancelled while waiting leaves the queue at once. */
export class Turnstile {
  private readonly waiting: (() => void)[] = []

  constructor(private free: number) {}

  /** Throws Fault `cancelled` when the signal fires before the turn comes; `work` looks after itself from then on. */
  async pass<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.turn(signal)
    try {
      return await work()
    } finally {
      this.next()
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(stopped())
    if (this.free > 0) {
      this.free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(enter), 1)
        reject(stopped())
      }
      this.waiting.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  private next(): void {
    const enter = this.waiting.shift()
    if (enter === undefined) this.free += 1
    else enter()
  }
}

/** What a cancelled caller is told. */
export function stopped(): Fault {
  return new Fault('cancelled', 'Stopped on request.')
}
