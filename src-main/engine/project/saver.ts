import { type Fault, asFault } from '@engine/fault'
import type { SavingState } from '@shared/drawing'
import { mayPass } from './storage-fault'

/** How often a write that failed is tried again. */
const retryMs = 2_000

/** A write that waits. */
interface Held {
  readonly work: () => void
  /** Called instead of waiting on when somebody else holds by now what it writes to. */
  readonly refused?: () => void
}

/**
 * Writes in order. What cannot be written now because of a full disk or the like is held in memory and tried again, by
 * itself and with every further write; nothing overtakes it.
 */
export class Saver {
  private readonly held: Held[] = []
  private fault: Fault | null = null
  private savedAt: string | null = null
  private timer: NodeJS.Timeout | null = null
  private closed = false
  private triedAt = 0

  constructor(private readonly tell: (state: SavingState) => void) {}

  get state(): SavingState {
    return {
      state: this.fault === null ? 'saved' : 'unsaved',
      fault: this.fault === null ? null : this.fault.report(),
      held: this.held.length,
      savedAt: this.savedAt
    }
  }

  /**
   * Writes now and returns the time, or null when the write is held. Throws the fault of a write that will never succeed;
   * the caller then takes its change back. `refused` is called for a held write that meets Fault `read-only` when its turn comes:
   * it is not tried again, and what comes after it goes on.
   */
  write(work: () => void, refused?: () => void): string | null {
    // A job that was cut off by closing still says how far it came.
    if (this.closed) return null
    if (this.held.length > 0) {
      this.held.push({ work, refused })
      // Waiting for another program's write takes a while: not with every stroke.
      if (Date.now() - this.triedAt >= retryMs) return this.flush()
      this.tell(this.state)
      return null
    }
    try {
      work()
    } catch (thrown) {
      const fault = asFault(thrown)
      if (!mayPass(fault)) throw fault
      this.held.push({ work, refused })
      this.wait(fault)
      return null
    }
    return this.saved()
  }

  /** Tries what is held; returns the time when nothing is left. */
  flush(): string | null {
    while (this.held.length > 0) {
      const { work, refused } = this.held[0]
      try {
        work()
      } catch (thrown) {
        const fault = asFault(thrown)
        if (fault.code !== 'read-only' || refused === undefined) {
          this.wait(fault)
          return null
        }
        // What it writes now comes after everything else that is held.
        this.held.shift()
        refused()
        continue
      }
      this.held.shift()
    }
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.fault = null
    return this.saved()
  }

  /** The last try, before the program ends. */
  close(): void {
    if (this.held.length > 0) this.flush()
    this.closed = true
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private saved(): string {
    this.savedAt = new Date().toISOString()
    this.tell(this.state)
    return this.savedAt
  }

  private wait(fault: Fault): void {
    this.fault = fault
    this.triedAt = Date.now()
    this.tell(this.state)
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = setTimeout(() => this.flush(), retryMs)
    this.timer.unref()
  }
}
