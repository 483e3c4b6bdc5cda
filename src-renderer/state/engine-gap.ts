/** While the engine is started again and opens anew what was open, changes wait here instead of meeting an engine that knows nothing. */
export class EngineGap {
  #pass: (() => void) | null = null
  #passed: Promise<void> = Promise.resolve()

  begin(): void {
    if (this.#pass === null) this.#passed = new Promise((resolve) => (this.#pass = resolve))
  }

  end(): void {
    this.#pass?.()
    this.#pass = null
  }

  /** Settles when no gap is open. */
  get passed(): Promise<void> {
    return this.#passed
  }
}
