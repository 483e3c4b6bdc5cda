/** How often a process may be started again: `restarts` times within `withinMs`. */
export interface RestartLimit {
  readonly restarts: number
  readonly withinMs: number
}

/** Tells a process that crashed once from one that cannot live. */
export class RestartBudget {
  readonly #limit: RestartLimit
  #spent: number[] = []

  constructor(limit: RestartLimit) {
    this.#limit = limit
  }

  /** True when one more restart at time `now` (milliseconds) is within the limit. */
  spend(now: number): boolean {
    this.#spent = this.#spent.filter((time) => now - time < this.#limit.withinMs)
    if (this.#spent.length >= this.#limit.restarts) return false
    this.#spent.push(now)

    return true
  }
}
